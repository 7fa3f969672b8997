import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { shareSuppressions } from '../../src/services/share-suppressions.ts';
import { suppress } from '../../src/services/suppress.ts';
import type { Whim } from '../support/do-not-reach-platform.ts';
import { bring, sha256 } from '../support/people.ts';
import {
  advance,
  call,
  clock,
  context,
  DAY_MS,
  db,
  destination,
  digests,
  email,
  GMAIL,
  HANAKO,
  held,
  NOW,
  on,
  phone,
  renew,
  rows,
  TARO,
  TARO_PHONE,
  trail,
} from '../support/do-not-reach-stage.ts';

describe('what goes to a do-not-reach list', () => {
  it('is e-mails and phones that are suppressed now, and nobody who said no in another way', async () => {
    await bring(context(), [
      { id: 'c-1', email: 'customer@example.jp' },
      { id: 'c-2', email: 'denied@example.jp' },
      { id: 'c-3', email: 'erased@example.jp' },
      { id: 'c-4', email: 'somebody@domain.example' },
    ]);
    await db.pool.query(
      `INSERT INTO consent (customer_id, purpose, status, at, source) VALUES ('c-2', 'ad_user_data', 'denied', $1, 'test')`,
      [NOW],
    );
    await eraseCustomer(context(), { customer: 'c-3' });
    await suppress(context(), { kind: 'customer', value: 'c-1' });
    await suppress(context(), { kind: 'domain', value: 'domain.example' });
    await suppress(context(), email(TARO));
    await suppress(context(), phone(TARO_PHONE));
    await suppress(context(), { ...email(HANAKO), until: new Date(NOW.getTime() + DAY_MS) });
    await suppress(context(), {
      kind: 'customer',
      value: 'c-9',
      until: new Date('2026-11-21T09:00:00Z'),
    });
    advance(1);

    const figures = {
      toAdd: 2,
      toRenew: 0,
      toRemove: 0,
      unchanged: 0,
      uploads: { email: 1, phone: 1 },
      leftOut: { customer: 1, domain: 1 },
    };
    expect(await call(false)).toEqual({
      destination: 'x-main',
      platform: 'X',
      account: '18ce54d4x5t',
      listReplaced: false,
      ...figures,
      delivered: null,
    });
    expect({ requests: on.requests, rows: await rows(), trail: await trail() }).toEqual({
      requests: [],
      rows: [],
      trail: [],
    });

    const done = { accepted: 2, rejected: 0, unknown: 0, notSent: 0, problem: null };
    expect(await call()).toMatchObject({ ...figures, delivered: done });
    expect(held()).toEqual(digests(TARO, TARO_PHONE));
    const sentAt = clock.now();
    expect(await rows()).toEqual([
      { confirmed: true, sentAt },
      { confirmed: true, sentAt },
    ]);
    expect(await trail()).toEqual([
      {
        objectKind: 'destination',
        objectName: 'x-main',
        actor: 'cli:tester',
        after: { toAdd: 2, toRenew: 0, toRemove: 0 },
      },
    ]);
  });

  it('is every spelling of a mailbox that was suppressed, and of a phone the one in E.164', async () => {
    await suppress(context(), email('Taro.Y@gmail.com'));
    await suppress(context(), phone(TARO_PHONE));
    expect(await call()).toMatchObject({ toAdd: 3, uploads: { email: 2, phone: 1 } });
    expect(held()).toEqual(digests('taro.y@gmail.com', 'taroy@gmail.com', TARO_PHONE));
  });

  it('is taken off when its suppression is lifted or ends, and is not sent twice before', async () => {
    await suppress(context(), email(TARO));
    await suppress(context(), phone(TARO_PHONE));
    await suppress(context(), { ...email(HANAKO), until: new Date(NOW.getTime() + DAY_MS) });
    await call();
    expect(await call()).toMatchObject({ toAdd: 0, unchanged: 3, delivered: { accepted: 0 } });
    expect(on.requests).toHaveLength(1);
    expect(await trail()).toHaveLength(1);

    advance(1);
    await liftSuppression(context(), phone(TARO_PHONE));
    expect(await call(false)).toMatchObject({ toAdd: 0, toRemove: 2, unchanged: 1 });
    expect(await call()).toMatchObject({ toRemove: 2, unchanged: 1, delivered: { accepted: 2 } });
    expect(held()).toEqual(digests(TARO));
    expect(await rows()).toHaveLength(1);
  });

  it('stays while another suppression names it too', async () => {
    await suppress(context(), email('taro.y@gmail.com'));
    await suppress(context(), email(sha256('taro.y@gmail.com')));
    expect(await call()).toMatchObject({ toAdd: 2 });
    await liftSuppression(context(), email('taroy@gmail.com'));
    await call();
    expect(held()).toEqual(digests('taro.y@gmail.com'));
  });

  it('is sent again a month before the platform forgets it, and no sooner', async () => {
    await suppress(context(), email(TARO));
    await call();
    advance(349);
    await suppress(context(), email(HANAKO));
    expect(await call()).toMatchObject({ toAdd: 1, toRenew: 0, unchanged: 1 });
    advance(1);
    expect(await call()).toMatchObject({ toRenew: 1, unchanged: 1, uploads: { email: 1 } });
    expect(on.requests.map(({ keys }) => keys)).toEqual(
      [TARO, HANAKO, TARO].map((value) => digests(value)),
    );
    expect(await call()).toMatchObject({ toRenew: 0, unchanged: 2 });
  });

  it('is all of it where the list on the platform is no longer as we left it', async () => {
    await suppress(context(), email(TARO));
    await suppress(context(), email(HANAKO));
    await call();
    on.held.clear();
    advance(1);
    expect(await call(false, { again: true })).toMatchObject({ toRenew: 2, unchanged: 0 });
    expect(await call(true, { again: true })).toMatchObject({ toRenew: 2, unchanged: 0 });
    expect(held()).toEqual(digests(TARO, HANAKO));
    expect(await call()).toMatchObject({ toRenew: 0, unchanged: 2 });
  });

  it('is asked for by the name of a destination that has such a list', async () => {
    await expect(call(true, { destination: 'y' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no destination "y"; there are: x-main.',
    });
    await destination('meta-main', 'act_1', 'meta');
    const without = shareSuppressions(context(), { destination: 'meta-main', approved: false });
    await expect(without).rejects.toMatchObject({
      code: 'input.invalid',
      message: 'Meta, the platform of "meta-main", has no do-not-reach list; there is one on: X.',
    });
  });
});

describe('a do-not-reach list', () => {
  const some = Array.from({ length: 8 }, (_, n) => `p-${n}@example.jp`);
  const suppressSome = async (): Promise<void> => {
    for (const value of some) await suppress(context(), email(value));
  };

  it('takes what it can when the platform names a row as refused', async () => {
    await suppressSome();
    on.poison.add(sha256('p-4@example.jp'));
    const shared = await call();
    expect(shared.delivered).toMatchObject({ accepted: 7, rejected: 1, unknown: 0, notSent: 0 });
    expect(shared.delivered?.problem).toMatchObject({ kind: 'rejected-rows', code: 'BAD×1' });
    expect(await call(false)).toMatchObject({ toAdd: 1, unchanged: 7 });
    on.poison.clear();
    await call();
    expect(held()).toEqual(digests(...some));
  });

  it('is sure of the rows that the platform took for certain, and of no others', async () => {
    await suppressSome();
    on.spurned.add(sha256('p-4@example.jp'));
    expect((await call()).delivered).toMatchObject({ accepted: 7, rejected: 1, unknown: 0 });
    expect(await call(false)).toMatchObject({ toAdd: 1, unchanged: 7 });

    on.manner.names = false;
    await db.pool.query('TRUNCATE do_not_reach');
    const { delivered } = await call();
    expect(delivered).toMatchObject({ accepted: 7, rejected: 0, unknown: 1, notSent: 0 });
    // Which of the three in that request it was, nobody knows.
    const { toAdd, unchanged } = await call(false);
    expect([2, 3]).toContain(toAdd);
    expect(toAdd + unchanged).toBe(8);
  });

  it('stops where a person is needed, says so without a digest, and goes on when called again', async () => {
    await suppressSome();
    on.whims.push('take', 'forbid');
    const shared = await call();
    expect(shared).toMatchObject({ toAdd: 8, delivered: { accepted: 3, unknown: 0, notSent: 5 } });
    expect(shared.delivered?.problem).toMatchObject({ kind: 'auth', nextStep: 'Wait.' });
    expect(JSON.stringify([shared, await trail()])).not.toMatch(/[0-9a-f]{32}/u);
    expect(await call()).toMatchObject({ toAdd: 5, unchanged: 3, delivered: { accepted: 5 } });
    expect(held()).toEqual(digests(...some));
  });

  it('counts rows whose answer is lost as unknown and goes on, until the next call sends them', async () => {
    await suppressSome();
    on.whims.push(...Array<Whim>(5).fill('lose'));
    const shared = await call();
    expect(shared.delivered).toMatchObject({ accepted: 5, rejected: 0, unknown: 3, notSent: 0 });
    expect(shared.delivered?.problem).toMatchObject({ kind: 'transient' });
    expect(await call(false)).toMatchObject({ toAdd: 3, unchanged: 5 });
  });

  it('gets a key back whose removal may have arrived, when it is suppressed again', async () => {
    await suppress(context(), email(TARO));
    await call();
    await liftSuppression(context(), email(TARO));
    on.whims.push('die-after');
    await expect(call()).rejects.toThrow('killed');
    await suppress(context(), email(TARO));
    expect(await call()).toMatchObject({ toAdd: 1 });
    expect(held()).toEqual(digests(TARO));
  });

  it('is one of the account, so that one destination undoes what another may rely on', async () => {
    await destination('x-other');
    await destination('x-elsewhere', '18ce54d4x5u');
    await suppress(context(), email(TARO));
    for (const name of ['x-main', 'x-other', 'x-elsewhere']) {
      await call(true, { destination: name });
    }
    await liftSuppression(context(), email(TARO));
    await call();
    await suppress(context(), email(TARO));
    expect(await call(false, { destination: 'x-other' })).toMatchObject({ toAdd: 1 });
    expect(await call(false, { destination: 'x-elsewhere' })).toMatchObject({ unchanged: 1 });
  });

  it('is changed by one call at a time', async () => {
    await suppressSome();
    const ended = await Promise.all(Array.from({ length: 4 }, () => call()));
    expect(ended.map(({ toAdd }) => toAdd).filter((toAdd) => toAdd > 0)).toEqual([8]);
    expect(on.requests).toHaveLength(3);
  });

  it('gets nobody whose suppression is lifted before their request leaves', async () => {
    await suppressSome();
    const [first = ''] = digests(...some);
    const later = some.filter((value) => digests(...some).indexOf(sha256(value)) >= 3);
    on.manner.meanwhile = async () => {
      for (const value of later) await liftSuppression(context(), email(value));
    };
    expect(await call()).toMatchObject({ toAdd: 8, delivered: { accepted: 8 } });
    expect(on.requests.map(({ operation }) => operation)).toEqual(['add', 'remove', 'remove']);
    expect(held()).toHaveLength(3);
    expect(held()).toContain(first);
  });

  it('equals what is suppressed after whatever happened and one call that goes well', async () => {
    // Few, for them to come and go: five keys, two of them of one mailbox.
    const few = [TARO, HANAKO, GMAIL, TARO_PHONE];
    const value = fc.constantFrom(...few);
    const whim = fc.constantFrom<Whim>(
      'take',
      'take',
      'lose',
      'fail',
      'forbid',
      'die',
      'die-after',
    );
    const event = fc.oneof(
      fc.record({ what: fc.constant('suppress' as const), value, days: fc.option(fc.nat(40)) }),
      fc.record({ what: fc.constant('lift' as const), value }),
      fc.record({ what: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 400 }) }),
      fc.record({
        what: fc.constant('delete' as const),
        other: fc.option(fc.constantFrom('a', 'b')),
      }),
      fc.record({ what: fc.constant('call' as const), whims: fc.array(whim, { maxLength: 12 }) }),
    );
    const named = (text: string) => (text === TARO_PHONE ? phone(text) : email(text));
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 16 }), async (events) => {
        await db.pool.query('TRUNCATE suppression, do_not_reach');
        clock.set(NOW);
        renew();
        const ends = new Map<string, number>();
        let n = 0;
        for (const each of events) {
          const now = clock.now().getTime();
          if (each.what === 'wait') advance(each.days);
          if (each.what === 'delete')
            on.deleteList(each.other === null ? null : `${each.other}${(n += 1)}`);
          if (each.what === 'lift') {
            await liftSuppression(context(), named(each.value));
            ends.delete(each.value);
          }
          if (each.what === 'suppress') {
            const until = each.days === null ? Infinity : now + (each.days + 1) * DAY_MS;
            await suppress(context(), {
              ...named(each.value),
              ...(each.days === null ? {} : { until: new Date(until) }),
            });
            ends.set(each.value, Math.max(until, ends.get(each.value) ?? 0));
          }
          if (each.what === 'call') {
            on.whims.push(...each.whims);
            await call().catch((error: unknown) => expect(error).toEqual(new Error('killed')));
            on.whims.length = 0;
          }
        }
        const shared = await call();
        const { toAdd, toRenew, toRemove, delivered } = shared;
        expect(delivered?.accepted).toBe(toAdd + toRenew + toRemove);
        const wanted = few
          .filter((text) => (ends.get(text) ?? 0) > clock.now().getTime())
          .flatMap((text) => (text === GMAIL ? [text, 'taroy@gmail.com'] : [text]));
        expect(held()).toEqual(digests(...wanted));
        expect(await call(false)).toMatchObject({
          toAdd: 0,
          toRemove: 0,
          unchanged: wanted.length,
        });
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
