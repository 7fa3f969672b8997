import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import { createBudgets, readyConnector } from '../../src/delivery/index.ts';
import { fixedClock } from '../../src/infra/clock.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { shareSuppressions } from '../../src/services/share-suppressions.ts';
import { suppress } from '../../src/services/suppress.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';
import { doNotReachPlatform, STAND_BY_MS } from '../support/do-not-reach-platform.ts';
import type { Whim } from '../support/do-not-reach-platform.ts';
import { bring, sha256 } from '../support/people.ts';

const db = await testDatabase();
const NOW = new Date('2026-11-21T00:00:00Z');
const DAY_MS = 86_400_000;
const clock = fixedClock(NOW);
const advance = (days: number): void => clock.set(new Date(clock.now().getTime() + days * DAY_MS));

let on: ReturnType<typeof doNotReachPlatform>;
/** What happens while an account stands by, which takes no time. */
let meanwhile: () => Promise<unknown>;

/** As a process of its own has it, which knows nothing of the budgets of those before. */
function context(): ServiceContext {
  const base = configurationContext(db, NOW);
  const patient = {
    ...clock,
    async sleep(ms: number, signal?: AbortSignal): Promise<void> {
      if (ms !== STAND_BY_MS) return clock.sleep(ms, signal);
      await meanwhile();
    },
  };
  const budgets = createBudgets({ clock: patient, paced: false, patienceMs: STAND_BY_MS });
  const surroundings = { ...base.surroundings, clock: patient, budgets, secret: () => 'secret' };
  return { ...base, random: () => 0, surroundings };
}

const call = (approved = true, more: { destination?: string; again?: boolean } = {}) =>
  shareSuppressions(
    context(),
    { destination: 'x-main', approved, ...more },
    (destination, surroundings) => ({
      ...readyConnector(destination, surroundings),
      connector: on.connector,
    }),
  );

const email = (value: string) => ({ kind: 'email', value }) as const;
const phone = (value: string) => ({ kind: 'phone', value }) as const;
const [TARO, HANAKO, TARO_PHONE] = ['taro@example.jp', 'hanako@example.jp', '+819011112222'];
const GMAIL = 'taro.y@gmail.com';
const digests = (...values: string[]): string[] => values.map(sha256).sort();
const held = (): string[] => [...on.held].sort();
const rows = () => db.prisma.doNotReach.findMany({ select: { confirmed: true, sentAt: true } });
const trail = () =>
  db.prisma.audit.findMany({
    where: { verb: 'share-suppressions' },
    orderBy: { id: 'asc' },
    select: { objectKind: true, objectName: true, actor: true, after: true },
  });

async function destination(name: string, account = '18ce54d4x5t', id = 'x'): Promise<void> {
  const needed = Object.keys(findConnector(id)?.settings.credentials.shape ?? {});
  const credentials = Object.fromEntries(needed.map((each) => [each, '$T_SECRET']));
  await db.prisma.destination.create({
    data: { name, platform: id, account, credentials, createdAt: NOW, updatedAt: NOW },
    select: { id: true },
  });
}

beforeEach(async () => {
  await db.pool.query(
    'TRUNCATE suppression, audit, customer, identity, consent, do_not_reach, destination CASCADE',
  );
  clock.set(NOW);
  on = doNotReachPlatform();
  meanwhile = async () => {};
  await destination('x-main');
});

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

  it('is all of it where the list on the platform is gone, or is another one', async () => {
    const three = [TARO, HANAKO, TARO_PHONE];
    for (const value of three.slice(0, 2)) await suppress(context(), email(value));
    await suppress(context(), phone(TARO_PHONE));
    expect(await call()).toMatchObject({ listReplaced: false, toAdd: 3 });
    for (const other of [null, 'by hand']) {
      on.deleteList(other);
      const planned = { listReplaced: true, toAdd: 0, toRenew: 3, unchanged: 0 };
      expect(await call(false)).toMatchObject(planned);
      expect(await call()).toMatchObject({ ...planned, delivered: { accepted: 3 } });
      expect(held()).toEqual(digests(...three));
      expect(await call()).toMatchObject({ listReplaced: false, toRenew: 0, unchanged: 3 });
    }
    on.deleteList();
    await liftSuppression(context(), phone(TARO_PHONE));
    await suppress(context(), email(GMAIL));
    expect(await call()).toMatchObject({ listReplaced: true, toAdd: 2, toRenew: 2, toRemove: 1 });
    expect(held()).toEqual(digests(TARO, HANAKO, GMAIL, 'taroy@gmail.com'));
  });

  it('is all of it by every destination of an account whose list is another one', async () => {
    await destination('x-other');
    await suppress(context(), email(TARO));
    for (const name of ['x-main', 'x-other']) await call(true, { destination: name });
    on.deleteList();
    for (const name of ['x-main', 'x-other']) {
      expect(await call(true, { destination: name })).toMatchObject({ listReplaced: true });
      expect(await call(true, { destination: name })).toMatchObject({ listReplaced: false });
    }
  });

  it('is sent on to a list that goes while it is sent, by the next call', async () => {
    for (const n of [1, 2, 3, 4]) await suppress(context(), email(`p-${n}@example.jp`));
    await call();
    advance(360);
    on.manner.meanwhile = async () => {
      if (on.requests.length === 2) return;
      on.manner.meanwhile = async () => {};
      on.deleteList();
    };
    expect(await call()).toMatchObject({ listReplaced: false, toRenew: 4 });
    expect(held()).toHaveLength(1);
    expect(await call()).toMatchObject({ listReplaced: true, toRenew: 4 });
    expect(held()).toHaveLength(4);
  });

  it('is unknown where the platform does not tell of the list, and then nothing is sent', async () => {
    await suppress(context(), email(TARO));
    await call();
    await suppress(context(), email(HANAKO));
    on.manner.hides = true;
    const planned = { listReplaced: null, toAdd: 1, unchanged: 1 };
    expect(await call(false)).toMatchObject({ ...planned, delivered: null });
    const { delivered } = await call();
    expect(delivered).toMatchObject({ accepted: 0, notSent: 1, problem: { kind: 'auth' } });
    expect(on.requests).toHaveLength(1);
    expect(await trail()).toHaveLength(1);
    await liftSuppression(context(), email(HANAKO));
    expect((await call()).delivered).toMatchObject({ notSent: 0, problem: { kind: 'auth' } });
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

  it('gets nobody whose suppression is lifted while the account stands by', async () => {
    await suppress(context(), email(TARO));
    await suppress(context(), email(HANAKO));
    on.whims.push('throttle');
    meanwhile = async () => liftSuppression(context(), email(TARO));
    expect((await call()).delivered).toMatchObject({ accepted: 2, notSent: 0, problem: null });
    expect(on.requests.map(({ operation, keys }) => [operation, keys])).toEqual([
      ['add', digests(TARO, HANAKO)],
      ['add', digests(HANAKO)],
      ['remove', digests(TARO)],
    ]);
    expect(held()).toEqual(digests(HANAKO));
    expect(await call(false)).toMatchObject({ toAdd: 0, toRemove: 0, unchanged: 1 });
  });

  it('keeps whoever is suppressed again while a removal stands by', async () => {
    await suppress(context(), email(TARO));
    await call();
    await liftSuppression(context(), email(TARO));
    on.whims.push('throttle');
    meanwhile = async () => {
      await suppress(context(), email(TARO));
    };
    expect((await call()).delivered).toMatchObject({ accepted: 1, notSent: 0, problem: null });
    expect(on.requests.map(({ operation }) => operation)).toEqual(['add', 'remove', 'add']);
    expect(held()).toEqual(digests(TARO));
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
        on = doNotReachPlatform();
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
