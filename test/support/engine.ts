/** A staged platform with one sync of everyone, and the ways it can go wrong. */
import { runSync } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { suppress } from '../../src/services/suppress.ts';
import { runApproved } from './approve.ts';
import { bring } from './people.ts';
import type { TestPerson } from './people.ts';
import { UPLOADS } from './platform-answers.ts';
import { NOW, everyoneTo, stage } from './stage.ts';
import type { Stage } from './stage.ts';

export type Platform = keyof typeof UPLOADS;

export const PLATFORMS: readonly Platform[] = ['meta', 'google', 'x'];

/** Where a platform, if it is Meta, tells what became of an upload. */
const LOOK_UPS = '/sessions';

/** Longer than any platform takes to work through a request. */
export const DAY = 86_400_000;

export interface Engine extends Stage {
  readonly sync: string;
  run(approved?: boolean): Promise<RunDetails>;
  /** The part of a path by which people are taken on and off. */
  readonly uploads: { readonly platform: Platform; readonly path: string };
  suppress(customerId: string): Promise<void>;
  /** The next uploads are carried out and not answered, and nobody can look them up. */
  loseAnswers(times: number): void;
}

/** @param extra further keys of the sync's YAML line, each with a comma before it */
export async function engine(
  platform: Platform,
  people: readonly TestPerson[],
  extra = '',
): Promise<Engine> {
  const on = await stage();
  await on.apply(everyoneTo(platform, extra));
  await bring(on.context, people);
  const sync = `everyone-${platform}`;
  return {
    ...on,
    sync,
    uploads: { platform, path: UPLOADS[platform] },
    async run(approved = false) {
      const input = { sync, asOf: NOW, approved };
      const run = await (approved ? runApproved : runSync)(on.context, input);
      on.advance(DAY);
      return run;
    },
    loseAnswers(times) {
      on.server.inject({ kind: 'lose-answer', platform, path: UPLOADS[platform], times });
      on.server.inject({ kind: 'html', platform, path: LOOK_UPS, times });
    },
    async suppress(customerId) {
      await suppress(on.context, { kind: 'customer', value: customerId, reason: 'asked' });
    },
  };
}

/** People `p-0`, `p-1`, … with an e-mail and a phone each. */
export function crowd(size: number): TestPerson[] {
  return Array.from({ length: size }, (_, n): TestPerson => ({
    id: `p-${n}`,
    email: `p-${n}@example.jp`,
    // From 1 on: a number of zeros alone is a filler and nobody's.
    phone: `+8190${String(n + 1).padStart(8, '0')}`,
  }));
}
