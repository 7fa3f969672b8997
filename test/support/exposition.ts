/**
 * A reader of Prometheus's text format, version 0.0.4, as strict as its description: every series
 * stands under the HELP and TYPE of its family, once.
 */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly text: string;
  readonly families: readonly {
    readonly name: string;
    readonly type: string;
    readonly help: string;
  }[];
  values(name: string): readonly Series[];
  /** The value of the one series with these labels, 0 where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  /** The sum over every series that has these labels. */
  sum(name: string, labels: Readonly<Record<string, string>>): number;
}

const SERIES = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/iu;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\.)*)"(?:,|$)/giu;

/** @throws Error naming the line that is no exposition. */
export function readExposition(text: string): Exposition {
  const families: { name: string; type: string; help: string }[] = [];
  const series: Series[] = [];
  for (const line of text.split('\n')) {
    const [, kind, name = '', said = ''] = /^# (HELP|TYPE) (\S+) (.*)$/u.exec(line) ?? [];
    if (kind === 'HELP') families.push({ name, type: '', help: said });
    else if (kind === 'TYPE') ofFamily(families.at(-1), name, line).type = said;
    else if (line !== '') series.push(readSeries(line, families.at(-1)));
  }
  const seen = series.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels)]));
  const twice = seen.find((each, place) => seen.indexOf(each) !== place);
  if (twice !== undefined) throw new Error(`A series stands there twice: ${twice}`);
  const matching = (name: string, labels: Readonly<Record<string, string>>): Series[] =>
    series.filter(
      (each) =>
        each.name === name &&
        Object.entries(labels).every(([label, value]) => each.labels[label] === value),
    );
  return {
    text,
    families,
    values: (name) => matching(name, {}),
    value(name, labels = {}) {
      const found = matching(name, labels);
      if (found.length > 1) throw new Error(`More than one series of ${name} has these labels.`);
      return found[0]?.value ?? 0;
    },
    sum: (name, labels) => matching(name, labels).reduce((all, { value }) => all + value, 0),
  };
}

function readSeries(
  line: string,
  family: { readonly name: string; readonly type: string } | undefined,
): Series {
  const [, name = '', labels = '', value = ''] = SERIES.exec(line) ?? [];
  const base = family?.type === 'histogram' ? name.replace(/_(?:bucket|sum|count)$/u, '') : name;
  ofFamily(family, base, line);
  const read = [...labels.matchAll(LABEL)];
  if (read.map(([all]) => all).join('') !== labels) throw new Error(`No labels: ${line}`);
  const number = value === '+Inf' ? Infinity : Number(value);
  if (Number.isNaN(number) && value !== 'Nan') throw new Error(`No number: ${line}`);
  return {
    name,
    labels: Object.fromEntries(
      read.map(([, label = '', text = '']) => [label, text.replaceAll(/\\(.)/gu, unescaped)]),
    ),
    value: number,
  };
}

function unescaped(_: string, character: string): string {
  return character === 'n' ? '\n' : character;
}

function ofFamily<Family extends { readonly name: string }>(
  family: Family | undefined,
  name: string,
  line: string,
): Family {
  if (family === undefined || family.name !== name) throw new Error(`Of no family: ${line}`);
  return family;
}
