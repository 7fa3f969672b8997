/** Lists rewritten by Meta's replace sessions: never half done, whatever gets lost on the way. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member, ReplacementPart } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import { obstacle } from '../../connectors/meta/replace.ts';
import type { MetaSandboxOptions } from '../../connectors/meta/sandbox.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';
import {
  batchFor,
  contextFor,
  digest,
  digestsOf,
  everyKind,
  failureOf,
  partsOf,
  people,
  start,
} from '../support/meta-destination.ts';

const MINUTE = 60_000;
if (meta.replace?.kind !== 'parts') throw new Error('Meta replaces a list by parts.');
const replace = meta.replace;

const named = (...names: string[]): Member[] => names.map(everyKind);
const three = [named('a', 'b'), people(3), named('c')];
const all = three.flat();

/** A list of Meta with people on it who are to go. */
async function filled(options: MetaSandboxOptions = {}) {
  const stage = await start(options);
  const { context, emulator } = stage;
  const before = named('old one', 'old two', 'a');
  const batch = await batchFor(context, 'add', before);
  await meta.push(context, batch);
  const { audience } = batch;
  const members = () => emulator.members(audience.remoteId);
  const push = (part: ReplacementPart | undefined) => {
    if (part === undefined) throw new RangeError('no such part');
    return replace.push(context, part);
  };
  return { ...stage, audience, before, members, push };
}

describe('a replacement on Meta', () => {
  it('makes the list what its parts hold, at once, with the last of them', async () => {
    const { context, audience, before, members, push, world } = await filled();
    await replace.ready(context, audience);
    const parts = partsOf(audience, three);
    expect(await push(parts[0])).toMatchObject({ accepted: 2, rejected: [], unknown: 0 });
    expect(await push(parts[1])).toMatchObject({ accepted: 3 });
    expect(members()).toEqual(digestsOf(before));
    expect(await push(parts[2])).toMatchObject({ accepted: 1 });
    expect(members()).toEqual(digestsOf(all));
    const schemas = [...world.journal.replay('meta')]
      .filter(({ type }) => type === 'users-replaced')
      .map(({ schema }) => schema);
    expect(new Set(schemas).size).toBe(1);
  });

  it('may be a single part, and takes its later parts in any order and twice', async () => {
    const { audience, members, push, world } = await filled();
    await push(partsOf(audience, [all])[0]);
    expect(members()).toEqual(digestsOf(all));
    world.clock.advance(MINUTE);
    const parts = partsOf(audience, [named('e'), named('f'), named('g'), named('h')]);
    for (const index of [0, 2, 1, 2, 3]) await push(parts[index]);
    expect(members()).toEqual(digestsOf(named('e', 'f', 'g', 'h')));
  });

  it('keeps people of other US states apart in every part', async () => {
    const { audience, members, push } = await filled();
    const limited = { ...everyKind('l'), consent: { ...GRANTED, limitedUseState: 1000 } };
    for (const part of partsOf(audience, [people(2), [limited]])) await push(part);
    expect(members()).toEqual(digestsOf([...people(2), limited]));
  });

  it.each([0, 1, 2])('ends exact when the answer to part %i was lost', async (lost) => {
    const { audience, members, push, sandbox } = await filled();
    const parts = partsOf(audience, three);
    for (const [index, part] of parts.entries()) {
      if (index === lost) {
        sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: 'usersreplace' });
        expect((await failureOf(push(part))).kind).toBe('transient');
      }
      expect(await push(part)).toMatchObject({ accepted: part.batch.members.length, unknown: 0 });
    }
    expect(members()).toEqual(digestsOf(all));
  });

  it('ends exact when the answer to its only part was lost', async () => {
    const { audience, members, push, sandbox } = await filled();
    const [only] = partsOf(audience, [all]);
    sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: 'usersreplace' });
    await failureOf(push(only));
    expect(await push(only)).toMatchObject({ accepted: all.length, unknown: 0 });
    expect(members()).toEqual(digestsOf(all));
  });

  it('ends exact whatever answers and requests were lost on the way, as long as parts are resent', async () => {
    const losses = fc.array(fc.array(fc.constantFrom('answer', 'request'), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(losses, async (lostBefore) => {
        const { audience, members, push, sandbox } = await filled();
        const names = lostBefore.map((_, part) => named(`p${part}`, `q${part}`));
        const parts = partsOf(audience, names);
        for (const [index, part] of parts.entries()) {
          for (const lost of lostBefore[index] ?? []) {
            const at = { platform: 'meta', path: 'usersreplace' };
            if (lost === 'answer') sandbox.inject({ kind: 'lose-answer', ...at });
            else sandbox.inject({ kind: 'answer', status: 502, ...at });
            expect((await failureOf(push(part))).kind).toBe('transient');
          }
          expect(await push(part)).toMatchObject({ accepted: 2, unknown: 0 });
        }
        expect(members()).toEqual(digestsOf(names.flat()));
      }),
      { numRuns: 25 },
    );
  });

  it('is carried on by a process that knows nothing but its parts', async () => {
    const { audience, push, world } = await filled();
    const parts = partsOf(audience, three);
    await push(parts[0]);
    await push(parts[1]);
    const again = await start({}, {}, world);
    for (const part of parts) await replace.push(again.context, part);
    expect(again.emulator.members(audience.remoteId)).toEqual(digestsOf(all));
  });

  it('left in the middle keeps others out, then leaves what came, and can be done anew', async () => {
    const { context, audience, members, push, world, emulator } = await filled({
      replaceAfterFailure: true,
    });
    const parts = partsOf(audience, three);
    await push(parts[0]);
    const busy = { kind: 'transient', code: 'status-414' };
    expect(await failureOf(replace.ready(context, audience))).toMatchObject(busy);
    const addition = await batchFor(context, 'add', named('z'));
    expect(await failureOf(meta.push(context, addition))).toMatchObject({
      kind: 'transient',
      code: '2650/1870145',
    });
    const other = partsOf(audience, three);
    expect(await failureOf(push(other[0]))).toMatchObject({ code: '2650/1870145' });

    world.clock.advance(replace.withinMs);
    expect(await push(parts[1])).toMatchObject({ accepted: 3 });
    world.clock.advance(90 * MINUTE - replace.withinMs + 1);
    expect(members()).toEqual(digestsOf([...named('a', 'b'), ...people(3)]));
    expect(await failureOf(push(parts[2]))).toMatchObject({
      kind: 'invalid',
      code: '2650/1870158',
      nextStep: expect.stringContaining('--replace'),
    });
    expect(await meta.readMatch(context, audience)).toMatchObject({ reason: 'not-reported' });

    await replace.ready(context, audience);
    for (const part of other) await push(part);
    expect(members()).toEqual(digestsOf(all));
    expect(emulator.members(audience.remoteId)).not.toContain('customer old one');
  });

  it('changes nothing where Meta begins none after a failed one, says what to do, and adds people still', async () => {
    const { context, audience, members, push, world } = await filled();
    await push(partsOf(audience, three)[0]);
    world.clock.advance(91 * MINUTE);
    const partial = members();
    expect(await replace.ready(context, audience)).toBe(true);
    expect(await failureOf(push(partsOf(audience, three)[0]))).toMatchObject({
      kind: 'invalid',
      code: '100',
      nextStep: expect.stringContaining('without --replace'),
    });
    expect(members()).toEqual(partial);
    const addition = await batchFor(context, 'add', named('z'));
    expect(await meta.push(context, addition)).toMatchObject({ accepted: 1 });
    expect(await meta.push(context, { ...addition, operation: 'remove' })).toMatchObject({
      accepted: 1,
    });
    expect(members()).toEqual(partial);
  });

  it('is told of as Meta says it where its first part is refused in another state', async () => {
    const { audience, push, sandbox } = await filled();
    sandbox.inject({
      kind: 'answer',
      platform: 'meta',
      path: 'usersreplace',
      status: 400,
      body: JSON.stringify({ error: { message: 'x', code: 100 } }),
      headers: { 'content-type': 'application/json' },
    });
    const failure = await failureOf(push(partsOf(audience, three)[0]));
    expect(failure.nextStep).toContain('maintainers');
  });

  it('judges a part by what it adds to the parts answered before it', async () => {
    const { audience, push, sandbox } = await filled();
    const parts = partsOf(audience, [people(3), people(2), named('c')]);
    const answered = (num_received: number) =>
      sandbox.inject({
        kind: 'answer',
        platform: 'meta',
        path: 'usersreplace',
        status: 200,
        body: JSON.stringify({ session_id: '1', num_received, num_invalid_entries: 0 }),
        headers: { 'content-type': 'application/json' },
      });
    answered(3);
    expect(await push(parts[0])).toMatchObject({ accepted: 3 });
    answered(4);
    expect(await push(parts[1])).toMatchObject({
      accepted: 0,
      unknown: 2,
      reasons: [{ code: 'NOT_RECEIVED', count: 1 }],
    });
    answered(5);
    expect(await push(parts[1])).toMatchObject({ accepted: 2, unknown: 0 });
    answered(5);
    expect(await push(parts[2])).toMatchObject({ accepted: 0, unknown: 1 });
    const afresh = partsOf(audience, [people(3)]);
    answered(3);
    expect(await push(afresh[0])).toMatchObject({ accepted: 3 });
  });

  it('shows with its last part that one of those in flight together was short', async () => {
    const { audience, push, sandbox } = await filled();
    const parts = partsOf(audience, [people(3), people(2), named('b', 'c'), named('d')]);
    const answers = [3, 5, 6, 7].map((num_received) => ({
      kind: 'answer' as const,
      platform: 'meta',
      path: 'usersreplace',
      status: 200,
      body: JSON.stringify({ session_id: '1', num_received, num_invalid_entries: 0 }),
      headers: { 'content-type': 'application/json' },
    }));
    const [first, ...others] = answers;
    if (first !== undefined) sandbox.inject(first);
    await push(parts[0]);
    for (const answer of others.slice(0, 2)) sandbox.inject(answer);
    const middle = await Promise.all([push(parts[1]), push(parts[2])]);
    expect(middle).toMatchObject([{ accepted: 2 }, { accepted: 2 }]);
    for (const answer of others.slice(2)) sandbox.inject(answer);
    expect(await push(parts[3])).toMatchObject({ accepted: 0, unknown: 1 });
  });

  it('does not take a running replacement of somebody else for its own', async () => {
    const { audience, push } = await filled();
    await push(partsOf(audience, three)[0]);
    const [, , last] = partsOf(audience, three);
    expect(await failureOf(push(last))).toMatchObject({ code: '2650/1870147' });
    const [first] = partsOf(audience, [all]);
    expect(await failureOf(push(first))).toMatchObject({ code: '2650/1870145' });
  });

  it.each([1, 3])('does not guess that a refused last of %i parts is in', async (parts) => {
    const { audience, push, sandbox } = await filled();
    const sent = partsOf(audience, three.slice(0, parts));
    for (const part of sent.slice(0, -1)) await push(part);
    const error = { message: 'x', code: 2650, error_subcode: parts === 1 ? 1870159 : 1870145 };
    sandbox.inject({
      kind: 'answer',
      platform: 'meta',
      path: 'usersreplace',
      status: 400,
      body: JSON.stringify({ error }),
      headers: { 'content-type': 'application/json' },
    });
    const code = `2650/${error.error_subcode}`;
    expect(await failureOf(push(sent.at(-1)))).toMatchObject({ code });
  });

  it('names whom Meta refuses in a part, and replaces with the others', async () => {
    const { audience, members, push } = await filled();
    const poison: Member = {
      email: [digest('x').toUpperCase() as Digest],
      phone: [],
      consent: GRANTED,
    };
    const [first, last] = partsOf(audience, [[poison, ...people(2)], named('c')]);
    expect(await push(first)).toMatchObject({
      accepted: 2,
      refused: [{ position: 0, code: 'INVALID_ENTRY' }],
    });
    expect(await push(last)).toMatchObject({ accepted: 1, unknown: 0 });
    expect(members()).toEqual(digestsOf([...people(2), ...named('c')]));
  });

  it('lets additions through again once Meta has worked through it', async () => {
    const { context, audience, members, push, world } = await filled();
    await push(partsOf(audience, [all])[0]);
    const addition = await batchFor(context, 'add', named('z'));
    expect((await failureOf(meta.push(context, addition))).kind).toBe('transient');
    world.clock.advance(MINUTE);
    await meta.push(context, addition);
    expect(members()).toEqual(digestsOf([...all, ...named('z')]));
  });

  it('throws before anything is sent for a part without a key, one over the limits, a removal', async () => {
    const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
    const audience = { remoteId: '1', name: 'A' };
    const [good] = partsOf(audience, [people(1)]);
    if (good === undefined) throw new Error('no part');
    const wrong: Partial<ReplacementPart['batch']>[] = [
      { members: [{ email: [], phone: [], consent: GRANTED }] },
      { members: people(2501) },
      { operation: 'remove' },
    ];
    for (const change of wrong) {
      const part = { ...good, batch: { ...good.batch, ...change } };
      await expect(replace.push(context, part)).rejects.toThrow(RangeError);
    }
  });
});

describe('whether an audience of Meta can be replaced now', () => {
  const status = (code: number) => ({ operation_status: { code, description: '' } });
  const size = { approximate_count_lower_bound: -1 };

  it.each([200, 410, 411, 412, 415])('in state %i it can', (code) => {
    expect(obstacle({ ...size, ...status(code) })).toBeNull();
  });

  it.each([
    [414, 'transient'],
    [441, 'transient'],
    [471, 'policy'],
    [450, 'invalid'],
    [470, 'invalid'],
    [500, 'invalid'],
    [100, 'invalid'],
    [0, 'invalid'],
  ])('in state %i it cannot, which is %s', (code, kind) => {
    const found = obstacle({ ...size, ...status(code) });
    expect(found).toMatchObject({ code: `status-${code}`, meaning: { kind } });
  });

  it.each([
    ['the token may not edit it', { permission_for_actions: { can_edit: false } }, 'permission'],
    ['it is no customer list', { subtype: 'LOOKALIKE' }, 'invalid'],
    ['it holds values', { is_value_based: true }, 'invalid'],
    ['it is too large', { approximate_count_lower_bound: 100_000_000 }, 'invalid'],
  ])('cannot where %s', (_, change, kind) => {
    const found = obstacle({ ...size, ...status(200), ...change });
    expect(found).toMatchObject({ meaning: { kind } });
  });

  it('needs none where nobody was ever on it', async () => {
    const { context } = await start();
    const audience = await meta.ensureAudience(context, { name: 'A', key: 'k' });
    expect(await replace.ready(context, audience)).toBe(false);
    const { audience: wrong, ...other } = await filled();
    expect(await replace.ready(other.context, wrong)).toBe(true);
  });

  it('is told by a failure with what to do', async () => {
    const blocked = await filled({ integrity: /list a/i }).catch((error: unknown) => error);
    expect(blocked).toMatchObject({ kind: 'policy', code: '100/1713230' });
    const { context, audience: wrong, world } = await filled();
    const reader = await start({ tasks: ['ANALYZE'] }, {}, world);
    await replace.ready(context, wrong);
    expect(await failureOf(replace.ready(reader.context, wrong))).toMatchObject({
      kind: 'permission',
      code: 'can_edit',
    });
  });
});
