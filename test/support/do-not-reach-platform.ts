/** A do-not-reach list that is easy to look into, and easy to upset. */
import { expect } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, DoNotReach } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';

/** How long an account is to be left alone after a throttle. */
export const STAND_BY_MS = 4321;

/** What becomes of a request: `die` is the end of our process, before or after it is carried out. */
export type Whim = 'take' | 'throttle' | 'lose' | 'fail' | 'forbid' | 'die' | 'die-after';

/**
 * X with a do-not-reach list in memory in place of its own, of 3 rows a request: it takes what comes,
 * but for what `whims`, `poison` and `spurned` have it do.
 */
export function doNotReachPlatform() {
  const held = new Set<string>();
  const requests: { operation: string; keys: string[] }[] = [];
  const whims: Whim[] = [];
  /** Keys for whose sake a request is refused, and keys that are left out of one that is taken. */
  const [poison, spurned] = [new Set<string>(), new Set<string>()];
  const manner = {
    names: true,
    meanwhile: async () => {},
    /** The id of the list; the first addition makes one. */
    list: null as string | null,
    hides: false,
  };
  let made = 0;
  const doNotReach: DoNotReach = {
    identifiers: { email: 'email_plain', phone: 'phone_e164' },
    rows: 3,
    lifetimeDays: 380,
    async listId() {
      if (manner.hides) throw failure('auth');
      return manner.list;
    },
    async push(_context, { operation, members }) {
      const keys = members.flatMap((member) => [...member.email, ...member.phone]);
      await manner.meanwhile();
      // One key a row, since a platform may take off whoever came along with a key.
      expect(keys).toHaveLength(members.length);
      expect(members.length).toBeLessThanOrEqual(3);
      requests.push({ operation, keys });
      const whim = whims.shift() ?? 'take';
      if (whim === 'die') throw new Error('killed');
      if (whim === 'throttle') throw failure('throttled');
      if (whim === 'fail') throw failure('transient');
      if (whim === 'forbid') throw failure('auth');
      const culprits = keys.flatMap((key, position) =>
        poison.has(key) ? [{ position, code: 'BAD' }] : [],
      );
      if (culprits.length > 0) throw failure('invalid', culprits);
      if (operation === 'add' && manner.list === null) manner.list = `list-${(made += 1)}`;
      for (const key of keys) {
        if (spurned.has(key)) continue;
        if (operation === 'add') held.add(key);
        else held.delete(key);
      }
      if (whim === 'die-after') throw new Error('killed');
      if (whim === 'lose') throw failure('transient');
      const refused = keys.flatMap((key, position) =>
        spurned.has(key) ? [{ position, code: 'NO' }] : [],
      );
      const accepted = keys.length - refused.length;
      const answer = { state: 'final', requestId: null, accepted } as const;
      if (refused.length === 0) return { ...answer, rejected: [], unknown: 0 };
      return manner.names
        ? { ...answer, rejected: [{ code: 'NO', count: refused.length }], unknown: 0, refused }
        : { ...answer, rejected: [], unknown: refused.length };
    },
  };
  return {
    held,
    requests,
    whims,
    poison,
    spurned,
    manner,
    /** Somebody deletes the list, and makes another where one is named. */
    deleteList(other: string | null = null): void {
      held.clear();
      manner.list = other;
    },
    connector: { ...x, doNotReach } satisfies Connector,
  };
}

function failure(
  kind: 'transient' | 'throttled' | 'auth' | 'invalid',
  culprits: { position: number; code: string }[] = [],
) {
  const said = `The platform says ${kind}.`;
  const details = { code: 'C', nextStep: 'Wait.', culprits };
  return new ConnectorFailure(kind, said, {
    ...details,
    ...(kind === 'throttled' && { retryAfterMs: STAND_BY_MS }),
  });
}
