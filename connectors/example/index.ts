/**
 * Example Ads, a platform that nobody has: the smallest complete connector, to be copied for a real
 * one. It is not in connectors/registry.ts, so that no user meets it; `test/docs` puts it there for
 * the length of a test and tries it on all that is asked of a platform.
 *
 * What it leaves out is optional in `Connector`. To see it at work: `recover`, `replace` by parts
 * and an SDK in connectors/meta; `settle`, `budgetOf`, `missing`, `options`, `replace` by sweep and
 * `readSpend` in connectors/google; `doNotReach` in connectors/x.
 */
import { z } from 'zod';
import type { Connector } from '../connector.ts';
import { check } from './check.ts';
import { ensureAudience, readList, readMatch } from './lists.ts';
import { LIMITS, push } from './push.ts';

/** Most characters of a list's name. */
const NAME_LENGTH = 80;

export const example: Connector = {
  // The folder's name: the emulator is found by it.
  id: 'example',
  title: 'Example Ads',
  settings: {
    // Messages are read by whoever writes the configuration, so they show what is right.
    account: z
      .string()
      .regex(/^ex-\d{4,10}$/, 'Write the account as "ex-" and its digits, e.g. ex-1234.'),
    credentials: z.object({
      accessToken: z
        .string()
        // A token pasted with a line break would end as an error of `fetch` that nobody understands.
        .regex(/^\S+$/, 'The access token is empty or holds a space.')
        .describe('Access token of a user who may change lists of the account.'),
    }),
    // What the platform would refuse is said when the configuration is applied, not in the night.
    nameProblem: (name) =>
      name.length <= NAME_LENGTH
        ? null
        : `Example Ads takes names of at most ${NAME_LENGTH} characters, and this has ${name.length}.`,
  },
  // The only place of the real address: requests go to what `context.endpoints` says.
  endpoints: { api: { variable: 'EXAMPLE_ADS_URL', url: 'https://api.ads.example' } },
  // What the platform's page on hashing says, as one of our rules each. A kind that is left out is
  // never sent. If it has a rule that is not in KEY_RULES, add it to src/identity first.
  identifiers: { email: 'email_plain', phone: 'phone_e164' },
  limits: LIMITS,
  capabilities: { match: 'range', receipts: 'immediate' },
  check,
  ensureAudience,
  push,
  readMatch,
  readList,
};
