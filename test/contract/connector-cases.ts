/**
 * What has to hold of every connector, each case with the sentence that says so. A platform in
 * connectors/registry.ts is tried on all of them; nothing here knows one from another.
 */
/* oxlint-disable vitest/no-standalone-expect -- the tests are in connectors.test.ts */
import { expect } from 'vitest';
import { CHECKS, ConnectorFailure } from '../../connectors/connector.ts';
import type { FailureKind } from '../../connectors/connector.ts';
import type { Mishap } from '../../connectors/sandbox/emulator.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { DAY, failureOf, keysOf, people, person } from './connector-stage.ts';
import type { ConnectorStage, OwnFault } from './connector-stage.ts';

export interface Case {
  readonly must: string;
  readonly run: (stage: ConnectorStage) => Promise<void>;
}

/** What a full batch takes on a slow machine. */
const SOON_MS = 400;

const SETS: readonly Case[] = [
  {
    must: 'adds people, and counts every one of them',
    async run({ send, batch, list }) {
      const receipt = await send(await batch('add', people(5)));
      expect(receipt).toMatchObject({ accepted: 5, rejected: [], unknown: 0 });
      expect(await list()).toEqual(keysOf(people(5)));
    },
  },
  {
    must: 'leaves the list as it was when people are added again',
    async run({ send, batch, list }) {
      await send(await batch('add', people(5)));
      const again = await send(await batch('add', people(5)));
      expect(again).toMatchObject({ accepted: 5, rejected: [], unknown: 0 });
      expect(await list()).toEqual(keysOf(people(5)));
    },
  },
  {
    must: 'leaves the list as sending it once when the very same batch is sent twice',
    async run({ send, batch, list }) {
      const addition = await batch('add', people(5));
      await send(addition);
      await send(addition);
      expect(await list()).toEqual(keysOf(people(5)));
    },
  },
  {
    must: 'takes people off, and nobody else',
    async run({ send, batch, list }) {
      await send(await batch('add', people(5)));
      const receipt = await send(await batch('remove', people(2)));
      expect(receipt).toMatchObject({ accepted: 2, rejected: [], unknown: 0 });
      expect(await list()).toEqual(keysOf(people(3, 2)));
    },
  },
  {
    must: 'takes somebody off who is not there without harm',
    async run({ send, batch, list }) {
      await send(await batch('add', people(5)));
      const receipt = await send(await batch('remove', people(2, 100)));
      expect(receipt).toMatchObject({ rejected: [] });
      expect(await list()).toEqual(keysOf(people(5)));
    },
  },
  {
    must: 'sends nothing for an empty batch',
    async run({ connector, context, batch, uploads }) {
      const empty = await batch('add', []);
      const before = uploads();
      expect(await connector.push(context, empty)).toEqual({
        state: 'final',
        requestId: null,
        accepted: 0,
        rejected: [],
        unknown: 0,
      });
      await connector.push(context, { ...empty, operation: 'remove' });
      expect(uploads()).toBe(before);
    },
  },
  {
    must: 'sends the largest batch as one request, and takes it off again',
    async run({ connector, send, batch, list, uploads }) {
      const crowd = people(connector.limits.rows);
      const addition = await batch('add', crowd);
      const before = uploads();
      expect(await send(addition)).toMatchObject({ accepted: crowd.length, unknown: 0 });
      expect(uploads() - before).toBe(1);
      expect(await list()).toHaveLength(2 * crowd.length);
      await send(await batch('remove', crowd));
      expect(await list()).toEqual([]);
    },
  },
  {
    must: 'refuses one person more than that before anything is sent',
    async run({ connector, context, batch, uploads }) {
      const oneMore = await batch('add', people(connector.limits.rows + 1));
      const before = uploads();
      await expect(connector.push(context, oneMore)).rejects.toThrow(RangeError);
      await expect(connector.push(context, { ...oneMore, operation: 'remove' })).rejects.toThrow(
        RangeError,
      );
      expect(uploads()).toBe(before);
    },
  },
  {
    must: 'names the one row that the platform refuses, or refuses it alone',
    async run({ connector, context, emulator, send, batch, list }) {
      const [bad] = person(3).email;
      emulator.refuseKey(bad ?? '');
      const addition = await batch('add', people(7));
      const answer = await send(addition).catch((error: unknown) => error);
      if (answer instanceof Error) {
        const failure = await failureOf({ context }, connector.push(context, addition), people(7));
        expect(failure.kind).toBe('invalid');
        expect(failure.culprits.map(({ position }) => position)).toEqual([3]);
        const members = people(7).filter((_, n) => n !== 3);
        expect(await send({ ...addition, members })).toMatchObject({ accepted: 6, unknown: 0 });
      } else {
        expect(answer).toMatchObject({ accepted: 6, refused: [{ position: 3 }], unknown: 0 });
      }
      const keys = await list();
      expect(keys).toEqual(expect.arrayContaining(keysOf([...people(3), ...people(3, 4)])));
      expect(keys).not.toContain(bad);
    },
  },
];

const LISTS: readonly Case[] = [
  {
    must: 'finds the audience that it made, whatever people have named it since',
    async run({ connector, context, audience, emulator }) {
      const made = await audience();
      const wanted = { name: 'Renamed by somebody', key: 'contract-0001' };
      expect((await connector.ensureAudience(context, wanted)).remoteId).toBe(made.remoteId);
      expect(emulator.audiences()).toHaveLength(1);
    },
  },
  {
    must: 'finds the audience of which the answer was lost, and makes no second',
    async run({ connector, context, server, emulator, audience }) {
      const { platform } = emulator;
      // Whatever a connector asks for first, such as a token, it has by now.
      await connector.ensureAudience(context, { name: 'Another list', key: 'contract-0002' });
      server.inject({ kind: 'lose-answer', platform, method: 'POST', times: 1 });
      const lost = audience();
      await expect(lost).rejects.toThrow(ConnectorFailure);
      expect(emulator.audiences()).toHaveLength(2);
      server.calm();
      await audience();
      expect(emulator.audiences()).toHaveLength(2);
    },
  },
  {
    must: 'is met by the same lists when the platform was started anew over its journal',
    async run({ emulator, world, send, batch, list, audience }) {
      await send(await batch('add', people(5)));
      await send(await batch('remove', people(1)));
      const before = await list();
      const [again] = await loadEmulators(world, [emulator.platform]);
      expect(again?.audiences()).toEqual(emulator.audiences());
      const { remoteId } = await audience();
      expect(again?.members(remoteId)).toEqual(before);
      expect(before).toEqual(keysOf(people(4, 1)));
    },
  },
  {
    must: 'says of an audience that was deleted on the platform that it is gone',
    async run({ connector, context, emulator, send, batch }) {
      const addition = await batch('add', people(3));
      await send(addition);
      emulator.deleteAudience(addition.audience.remoteId);
      const failure = await failureOf({ context }, send(addition), people(3));
      expect(failure.kind).toBe('gone');
      expect(failure.nextStep).not.toBe('');
      expect(await connector.readMatch(context, addition.audience)).toMatchObject({
        kind: 'unknown',
        reason: 'gone',
      });
    },
  },
  {
    must: 'gives a match figure that the people on the list have earned',
    async run({ connector, context, emulator, world, send, batch, audience }) {
      const crowd = people(2000);
      for (const [n, member] of crowd.slice(0, 1500).entries()) {
        world.population.register(emulator.platform, `user-${n}`, keysOf([member]));
      }
      const { rows } = connector.limits;
      for (let from = 0; from < crowd.length; from += rows) {
        await send(await batch('add', crowd.slice(from, from + rows)));
      }
      world.clock.advance(2 * DAY);
      const reading = await connector.readMatch(context, await audience());
      if (reading.kind === 'unknown') throw new Error(`no figure: ${reading.detail}`);
      const truth = reading.kind === 'rate' ? 0.75 : 1500;
      expect(reading.lower).toBeLessThanOrEqual(truth);
      expect(reading.upper).toBeGreaterThanOrEqual(truth);
    },
  },
  {
    must: 'says that there is no figure for a handful of people, or the true one',
    async run({ connector, context, emulator, world, send, batch }) {
      for (const n of [0, 1, 2]) {
        world.population.register(emulator.platform, `user-${n}`, keysOf([person(n)]));
      }
      const addition = await batch('add', people(3));
      await send(addition);
      world.clock.advance(2 * DAY);
      const reading = await connector.readMatch(context, addition.audience);
      if (reading.kind === 'unknown') expect(reading.detail).not.toBe('');
      else expect(reading).toMatchObject({ kind: 'count', lower: 3, upper: 3 });
    },
  },
];

/** Each mishap, and the kinds of failure that say what it is. */
const MEANINGS: Readonly<Record<Mishap, readonly FailureKind[]>> = {
  throttled: ['throttled'],
  'throttled-silently': ['throttled'],
  'server-error': ['transient'],
  'token-expired': ['auth'],
  forbidden: ['permission'],
  // Where a platform has no terms, its nearest refusal that a person has to see to.
  'terms-not-accepted': ['terms', 'permission'],
  refused: ['invalid'],
};

const ANSWERS: readonly Case[] = [
  ...Object.entries(MEANINGS).map(([mishap, kinds]): Case => ({
    must: `says what a "${mishap}" is and what to do, and carries nothing secret`,
    async run({ connector, context, befall, batch, emulator }) {
      const addition = await batch('add', people(3));
      // As often as a connector may ask before it gives up, e.g. with a new token.
      befall({ kind: 'says', mishap: mishap as Mishap, times: 10 });
      const failure = await failureOf({ context }, connector.push(context, addition), people(3));
      expect(kinds).toContain(failure.kind);
      expect(failure.code).not.toBe('');
      expect(failure.nextStep).not.toBe('');
      expect(failure.culprits).toEqual([]);
      if (mishap === 'throttled') expect(failure.retryAfterMs).toBe(60_000);
      expect(emulator.members(addition.audience.remoteId)).toEqual([]);
    },
  })),
  ...(
    [
      [{ kind: 'reset' }, false],
      [{ kind: 'lose-answer' }, true],
      [{ kind: 'hang', carriedOut: true }, true],
      [{ kind: 'hang', carriedOut: false }, false],
      [{ kind: 'html', status: 502 }, false],
      [{ kind: 'html', status: 200 }, false],
      [{ kind: 'garbled' }, true],
      [{ kind: 'drip', gapMs: 50 }, true],
    ] satisfies readonly (readonly [OwnFault, boolean])[]
  ).map(([fault, carriedOut]): Case => ({
    must: `takes ${nameOf(fault)} for no answer, and is exact when it is sent again`,
    async run({ connector, but, befall, batch, send, list }) {
      const addition = await batch('add', people(3));
      befall({ ...fault, times: 1 });
      const context = but(
        fault.kind === 'hang' || fault.kind === 'drip' ? { deadlineMs: SOON_MS } : {},
      );
      const failure = await failureOf({ context }, connector.push(context, addition), people(3));
      expect(failure.kind).toBe('transient');
      expect(failure.healsItself).toBe(true);
      const known = await connector.recover?.(but({}), addition);
      if (known !== undefined && known !== null) {
        expect(carriedOut).toBe(true);
        expect(known).toMatchObject({ state: 'final', accepted: 3, unknown: 0 });
      }
      await send(addition);
      expect(await list()).toEqual(keysOf(people(3)));
    },
  })),
  ...[403, 404].map((status): Case => ({
    must: `takes a page of HTML with ${status} for no answer of the platform's own`,
    async run({ connector, context, befall, batch }) {
      const addition = await batch('add', people(3));
      befall({ kind: 'html', status, times: 1 });
      const failure = await failureOf({ context }, connector.push(context, addition), people(3));
      expect(failure.kind).toBe('transient');
    },
  })),
  {
    must: 'ends a request under way when its run is cancelled',
    async run({ connector, but, befall, batch }) {
      const addition = await batch('add', people(3));
      befall({ kind: 'hang', carriedOut: false });
      const abort = new AbortController();
      const context = but({ signal: abort.signal });
      const push = failureOf({ context }, connector.push(context, addition), people(3));
      setImmediate(() => abort.abort(new Error('cancelled')));
      expect((await push).kind).toBe('transient');
    },
  },
  {
    must: 'tells nothing impossible of its budget',
    async run({ usages, send, batch }) {
      await send(await batch('add', people(3)));
      const sound = usages.filter(({ used, resetMs = 0 }) => used >= 0 && resetMs >= 0);
      expect(sound).toHaveLength(usages.length);
    },
  },
];

const TICKS: readonly Case[] = [
  {
    must: 'ticks every check by its name, in order, and crosses out none on a sound account',
    async run({ connector, context, send, batch }) {
      await send(await batch('add', people(3)));
      const checks = await connector.check(context);
      expect(checks.map(({ name }) => name)).toEqual([...CHECKS]);
      expect(checks.filter(({ ok }) => ok === false)).toEqual([]);
      for (const check of checks) if (check.ok === null) expect(check.detail).not.toBe('');
    },
  },
  ...(
    [
      ['server-error', ['reach']],
      ['token-expired', ['credentials']],
      ['forbidden', ['account visible', 'may write audiences', 'credentials']],
    ] satisfies readonly (readonly [Mishap, readonly string[]])[]
  ).map(([mishap, names]): Case => ({
    must: `blames a "${mishap}" on the right check, and leaves open what builds on it`,
    async run({ connector, context, server, emulator }) {
      server.inject({ kind: 'says', platform: emulator.platform, mishap, times: 50 });
      const checks = await connector.check(context);
      expect(checks.map(({ name }) => name)).toEqual([...CHECKS]);
      const failed = checks.filter(({ ok }) => ok === false);
      expect(failed).toHaveLength(1);
      expect(names).toContain(failed[0]?.name);
    },
  })),
  {
    must: 'does no harm with a clock that is a day off, and says so where it matters',
    async run({ connector, but, world, send, batch, list }) {
      const addition = await batch('add', people(3));
      const context = but({ now: () => new Date(world.clock.now().getTime() - DAY) });
      const checks = await connector.check(context);
      const clock = checks.find(({ name }) => name === 'clock');
      expect(clock?.ok, 'a clock that is off gets no tick').not.toBe(true);
      if (clock?.ok === false) expect(clock.fix).not.toBe('');
      await send(addition, context).catch(() => {});
      await send(addition);
      expect(await list()).toEqual(keysOf(people(3)));
    },
  },
];

function nameOf(fault: OwnFault): string {
  switch (fault.kind) {
    case 'reset':
      return 'a connection that was reset';
    case 'lose-answer':
      return 'a connection that was cut after the work was done';
    case 'hang':
      return fault.carriedOut === true
        ? 'silence after the work was done'
        : 'silence before anything was done';
    case 'html':
      return `a page of HTML with ${fault.status}`;
    case 'garbled':
      return 'half an answer';
    case 'drip':
      return 'an answer that drips beyond the deadline';
    case 'answer':
    case 'says':
      return fault.kind;
  }
}

export const CONNECTOR_CASES: readonly Case[] = [...SETS, ...LISTS, ...ANSWERS, ...TICKS];
