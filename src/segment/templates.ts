/** The segments one can pick: what each means, what can be set, and the SQL that finds its people. */
import { z } from 'zod';

export interface Template<Params extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** One sentence; `{param}` stands for a value, `{param%}` for a share shown in percent. */
  readonly meaning: string;
  /** What can be set, with defaults. The SQL takes each under its name in snake_case. */
  readonly params: Params;
  /** The SELECT, beside what it reads: relations of `score` put before it. */
  readonly sql: URL;
  readonly reads: readonly ('history' | 'ranks')[];
}

const score = z.int().min(1).max(5).default(5);

export const SEGMENT_TEMPLATES = {
  everyone: {
    name: 'everyone',
    title: 'Everyone',
    meaning: 'All customers.',
    params: z.strictObject({}),
    sql: sqlOf('everyone'),
    reads: [],
  },
  loyal: {
    name: 'loyal',
    title: 'Loyal',
    meaning:
      'Customers who bought recently and on many days: recency score {minRecencyScore} or higher and frequency score {minFrequencyScore} or higher, where 5 is the best fifth of all who have bought.',
    params: z.strictObject({ minRecencyScore: score, minFrequencyScore: score }),
    sql: sqlOf('loyal'),
    reads: ['history', 'ranks'],
  },
  lapsed: {
    name: 'lapsed',
    title: 'Lapsed',
    meaning:
      'Customers who have not bought for more than {gapMultiple} times their own expected gap between purchases.',
    params: z.strictObject({ gapMultiple: z.number().positive().max(1000).default(3) }),
    sql: sqlOf('lapsed'),
    reads: ['history'],
  },
  'high-propensity': {
    name: 'high-propensity',
    title: 'Likely to buy',
    meaning:
      'The {share%} of buyers who rank highest by how recently and on how many days they bought; people who tie at the border are all in.',
    params: z.strictObject({ share: z.number().positive().max(1).default(0.1) }),
    sql: sqlOf('high-propensity'),
    reads: ['history', 'ranks'],
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof SEGMENT_TEMPLATES;

function sqlOf(name: string): URL {
  return new URL(`templates/${name}.sql`, import.meta.url);
}
