import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member, Replacement } from '../../connectors/connector.ts';
import type { UploadAnswer } from '../../connectors/meta/api-upload.ts';
import type { AudienceSize } from '../../connectors/meta/api.ts';
import { meta } from '../../connectors/meta/index.ts';
import { readingOf } from '../../connectors/meta/match.ts';
import { receiptOf } from '../../connectors/meta/receipt.ts';
import { replacementSessionId, rowsOf, sessionId } from '../../connectors/meta/rows.ts';
import { fullTableOf, tableOf } from '../../connectors/meta/table.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Digest;
const member = (email: string[], phone: string[]): Member => ({
  email: email.map(digest),
  phone: phone.map(digest),
  consent: GRANTED,
});

describe('the rows of a batch for Meta', () => {
  const members = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 40 }).map((counts) =>
    counts.map(([emails, phones], person) =>
      member(
        Array.from({ length: emails }, (_, index) => `e ${person} ${index}`),
        Array.from({ length: phones }, (_, index) => `p ${person} ${index}`),
      ),
    ),
  );

  it('name every digest of every person once, in its own column, on no blank row', () => {
    fc.assert(
      fc.property(members, fc.constantFrom('add', 'remove'), (people, operation) => {
        const rows = rowsOf({ operation, members: people });
        for (const [person, { email, phone }] of people.entries()) {
          const own = rows.filter((row) => row.member === person);
          const { schema, data } = tableOf(own);
          expect(schema).toEqual(['EMAIL', 'PHONE']);
          expect(data.map((cells) => cells[0]).filter(Boolean)).toEqual(email);
          expect(data.map((cells) => cells[1]).filter(Boolean)).toEqual(phone);
          expect(data.every((cells) => cells.length === 2 && cells.some(Boolean))).toBe(true);
        }
      }),
    );
  });

  it('are one for a person with one key of each kind to add, and two to remove', () => {
    const one = [member(['e'], ['p'])];
    const data = (operation: 'add' | 'remove') => tableOf(rowsOf({ operation, members: one })).data;
    expect(data('add')).toEqual([[digest('e'), digest('p')]]);
    expect(data('remove')).toEqual([
      [digest('e'), ''],
      ['', digest('p')],
    ]);
  });

  it('are at most the 10,000 of one request for a full batch with as many keys as may be', () => {
    const { rows, keysPerKind } = meta.limits;
    const keys = Array.from({ length: keysPerKind }, (_, key) => `${key}`);
    const most = Array.from({ length: rows }, () => member(keys, keys));
    expect(rows).toBe(2500);
    expect(rowsOf({ operation: 'add', members: most })).toHaveLength(7500);
    expect(rowsOf({ operation: 'remove', members: most })).toHaveLength(10_000);
  });

  it('travel under a session id that a resend repeats and that no other batch has', () => {
    const audience = { remoteId: '23850000000001', name: 'A' };
    const rest = { operation: 'add', members: [member(['e'], ['p'])] } as const;
    const ids = new Set<number>();
    for (let id = 1n; id <= 2000n; id += 1n) {
      const session = sessionId({ id, audience, ...rest });
      expect(session).toBe(sessionId({ id, audience, ...rest }));
      expect(Number.isSafeInteger(session) && session > 0).toBe(true);
      ids.add(session);
      ids.add(sessionId({ id, audience: { ...audience, remoteId: '23850000000002' }, ...rest }));
    }
    expect(ids.size).toBe(4000);
  });

  it('travel under a session id of what they say, so that a number used again is another one', () => {
    const audience = { remoteId: '23850000000001', name: 'A' };
    const [ann, ben] = [member(['a'], ['1']), member(['b'], [])];
    const of = (operation: 'add' | 'remove', members: readonly Member[]) =>
      sessionId({ id: 7n, audience, operation, members });
    expect(of('add', [ann, ben])).toBe(of('add', [ben, ann]));
    const others = [
      of('add', [ann, ben]),
      of('remove', [ann, ben]),
      of('add', [ann]),
      of('add', [ben]),
      of('add', [member(['a', '1'], []), ben]),
      of('add', [{ ...member([], []), externalId: ['x', 'y'] }]),
      of('add', [{ ...member([], []), externalId: ['x","EXTERN_ID y'] }]),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});

describe('the parts of a replacement for Meta', () => {
  const audience = { remoteId: '7', name: 'A' };

  it('share a session id that no batch and no other replacement has', () => {
    const one: Replacement = { id: 5n, startedAt: new Date(0), audience, parts: 2 };
    const id = replacementSessionId(one);
    expect(id).toBe(replacementSessionId({ ...one }));
    expect(Number.isSafeInteger(id) && id > 0).toBe(true);
    const others = [
      sessionId({ id: 5n, audience, operation: 'add', members: [] }),
      replacementSessionId({ ...one, id: 6n }),
      replacementSessionId({ ...one, startedAt: new Date(1) }),
      replacementSessionId({ ...one, audience: { ...audience, remoteId: '8' } }),
    ];
    expect(others).not.toContain(id);
  });

  it('have one schema, whatever people they hold, and say what they know of each in its order', () => {
    const limited = { ...member(['e'], []), consent: { ...GRANTED, limitedUseState: 1000 } };
    const schemaOf = (person: Member) =>
      fullTableOf(rowsOf({ operation: 'add', members: [person] })).schema;
    const { schema, data } = fullTableOf(rowsOf({ operation: 'add', members: [limited] }));
    expect(schema).toEqual(schemaOf({ ...member([], ['p']), profile: { GEN: digest('f') } }));
    expect(schema.join(' ')).toBe(
      'EMAIL PHONE MADID EXTERN_ID FN LN CT ST ZIP COUNTRY DOBY DOBM DOBD GEN ' +
        'DATA_PROCESSING_OPTIONS DATA_PROCESSING_OPTIONS_COUNTRY DATA_PROCESSING_OPTIONS_STATE',
    );
    expect(data).toEqual([
      [digest('e'), ...Array.from({ length: 13 }, () => ''), ['LDU'], 1, 1000],
    ]);
  });
});

describe('the receipt of a batch for Meta', () => {
  const rows = rowsOf({
    operation: 'add',
    members: ['a', 'b', 'c', 'd'].map((name) => member([`e ${name}`], [`p ${name}`])),
  });
  const answered = (received: number, invalid: number, samples: unknown): UploadAnswer => ({
    session_id: '1',
    num_received: received,
    num_invalid_entries: invalid,
    invalid_entry_samples: samples,
  });
  const said = (answer: UploadAnswer) => {
    const receipt = receiptOf(4, rows, answer);
    if (receipt.state !== 'final') throw new Error('Meta answers at once.');
    const rejected = receipt.rejected.map(({ code, count }) => `${code} ${count}`).join();
    return [receipt.accepted, rejected, receipt.unknown];
  };
  const badEmail = digest('e b');

  it('accepts everybody where nothing was invalid, also when totals grew by a resend', () => {
    expect(said(answered(4, 0, []))).toEqual([4, '', 0]);
    expect(said(answered(8, 0, {}))).toEqual([4, '', 0]);
  });

  it.each([
    ['a map by position', { '1': badEmail }],
    ['a map by value', { [badEmail]: 'invalid hash' }],
    ['a list of strings', [`EMAIL ${badEmail}`]],
    ['a list of maps', [{ EMAIL: badEmail }]],
  ])('rejects the person whom the samples name as %s', (_, samples) => {
    expect(said(answered(4, 1, samples))).toEqual([3, 'INVALID_ENTRY 1', 0]);
  });

  it('knows of nobody else where the samples leave an invalid entry unexplained', () => {
    expect(said(answered(4, 2, { '1': badEmail }))).toEqual([0, 'INVALID_ENTRY 1', 3]);
    expect(said(answered(4, 1, []))).toEqual([0, '', 4]);
  });

  it('knows of nobody where fewer rows arrived than were sent', () => {
    expect(said(answered(3, 0, []))).toEqual([0, '', 4]);
  });

  it('says why people are unknown, and names by position whom a sample names', () => {
    expect(receiptOf(4, rows, answered(3, 2, { '1': badEmail }))).toEqual({
      state: 'final',
      requestId: '1',
      accepted: 0,
      rejected: [{ code: 'INVALID_ENTRY', count: 1 }],
      unknown: 3,
      refused: [{ position: 1, code: 'INVALID_ENTRY' }],
      reasons: [
        { code: 'INVALID_ENTRY', count: 1 },
        { code: 'NOT_RECEIVED', count: 1 },
      ],
    });
    const good = receiptOf(4, rows, answered(4, 0, {}));
    expect(good).not.toHaveProperty('refused');
    expect(good).not.toHaveProperty('reasons');
  });

  it('counts a person once, however many rows they have, and one without keys as refused', () => {
    const members = [member(['e', 'f'], ['p', 'q']), member([], [])];
    const own = rowsOf({ operation: 'remove', members });
    expect(receiptOf(2, own, answered(4, 0, []))).toMatchObject({
      accepted: 1,
      rejected: [{ code: 'NO_IDENTIFIER', count: 1 }],
      unknown: 0,
    });
  });

  it('adds up to the people sent, whatever Meta answers', () => {
    const sample = fc.array(fc.constantFrom(...rows.map(({ keys }) => keys.EMAIL)));
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), sample, (received, invalid, samples) => {
        const receipt = receiptOf(4, rows, answered(received, invalid, samples));
        if (receipt.state !== 'final') throw new Error('Meta answers at once.');
        const rejected = receipt.rejected.reduce((sum, { count }) => sum + count, 0);
        expect(receipt.accepted + rejected + receipt.unknown).toBe(4);
        expect(receipt.accepted).toBeLessThanOrEqual(invalid > samples.length ? 0 : 4 - rejected);
      }),
    );
  });
});

describe('a request to Meta on the wire', () => {
  it('carries the pinned version, the token in the query, and only documented fields', async () => {
    const seen: { method: string | undefined; url: string; body: unknown }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        seen.push({ method: request.method, url: request.url ?? '', body: JSON.parse(text) });
        const answer = {
          audience_id: '7',
          session_id: '1',
          num_received: 1,
          num_invalid_entries: 0,
          invalid_entry_samples: [],
        };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const kept = new Map<string, unknown>();
    const listeners = process.listenerCount('uncaughtException');
    const context = {
      account: 'act_1',
      credentials: { accessToken: 'EAA token/+' },
      options: {},
      observe: () => {},
      endpoints: { graph: `http://127.0.0.1:${(server.address() as AddressInfo).port}/meta` },
      now: () => new Date(0),
      deadlineMs: 5000,
      signal: new AbortController().signal,
      memo: <T>(key: string, make: () => T): T => {
        if (!kept.has(key)) kept.set(key, make());
        return kept.get(key) as T;
      },
    };
    const audience = { remoteId: '7', name: 'A' };
    const batch = { id: 5n, audience, members: [member(['e'], [])] };
    await meta.push(context, { ...batch, operation: 'add' });
    await meta.push(context, { ...batch, operation: 'remove' });
    await new Promise((resolve) => server.close(resolve));

    const url = '/meta/v26.0/7/users?access_token=EAA%20token%2F%2B';
    const bodyOf = (operation: 'add' | 'remove') => ({
      payload: { schema: ['EMAIL', 'PHONE'], data: [[digest('e'), '']] },
      session: {
        session_id: sessionId({ ...batch, operation }),
        batch_seq: 1,
        last_batch_flag: true,
        estimated_num_total: 1,
      },
    });
    expect(seen).toEqual([
      { method: 'POST', url, body: bodyOf('add') },
      { method: 'POST', url, body: { ...bodyOf('remove'), method: 'DELETE' } },
    ]);
    // The SDK's crash reporter would listen for every crash of the process.
    expect(process.listenerCount('uncaughtException')).toBe(listeners);
  });
});

describe('what a size on Meta says about matching', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  const days = (ago: number) => now.getTime() / 1000 - ago * 86_400;
  const size = (change: Partial<AudienceSize>): AudienceSize => ({
    approximate_count_lower_bound: -1,
    approximate_count_upper_bound: -1,
    ...change,
  });
  const bounds = (lower: number, upper: number) => ({
    approximate_count_lower_bound: lower,
    approximate_count_upper_bound: upper,
  });
  const status = (code: number) => ({ code, description: '' });

  it.each([
    ['a range', { ...bounds(48_900, 57_500), operation_status: status(200) }, 'count'],
    ['a low match rate', { ...bounds(1200, 1300), operation_status: status(411) }, 'count'],
    ['below 1,000', { ...bounds(1000, 1000), time_content_updated: days(3) }, 'too-small'],
    ['a fresh upload', { time_content_updated: days(0.9) }, 'processing'],
    ['too small', { time_content_updated: days(2), delivery_status: status(300) }, 'too-small'],
    ['no size', { time_content_updated: days(2), delivery_status: status(200) }, 'not-reported'],
    ['no upload', { operation_status: status(410) }, 'not-reported'],
    ['a replace', { ...bounds(5000, 6000), operation_status: status(414) }, 'processing'],
    ['a flag', { ...bounds(5000, 6000), operation_status: status(471) }, 'not-reported'],
    ['nothing', {}, 'not-reported'],
    ['bounds the wrong way round', bounds(6000, 5000), 'too-small'],
  ])('%s', (_, change, outcome) => {
    const reading = readingOf(size(change), now);
    expect(reading.kind === 'unknown' ? reading.reason : reading.kind).toBe(outcome);
  });
});

describe('the settings of a Meta destination', () => {
  it('take an ad account only with its prefix, and say so', () => {
    const { account, credentials } = meta.settings;
    expect(account.safeParse('act_1234567890').success).toBe(true);
    for (const wrong of ['1234567890', 'act_', 'act_12a', ' act_1']) {
      const message = account.safeParse(wrong).error?.issues[0]?.message;
      expect(message).toMatch(/"act_" and its digits/);
    }
    expect(credentials.safeParse({ accessToken: '' }).success).toBe(false);
  });
});
