/** Values that many people share (names, cities, domains): what was made of them is kept. */

/** Longer values are hardly shared, and a text cut from a page keeps the whole page in memory. */
const LONGEST = 24;
/**
 * More than there are birth dates of the living (29,000); 7 MB of names. Then it starts again, so that
 * memory stays flat however many values there are.
 */
const MOST = 32_768;

/** A function that gives what `make` gives, from memory where it can. `make` must be pure. */
export function remember<T>(make: (raw: string) => T): (raw: string) => T {
  const known = new Map<string, T>();
  return (raw) => {
    if (raw.length > LONGEST) return make(raw);
    const seen = known.get(raw);
    if (seen !== undefined) return seen;
    const made = make(raw);
    if (known.size >= MOST) known.clear();
    known.set(raw, made);
    return made;
  };
}
