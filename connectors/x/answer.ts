export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An answer of X as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
