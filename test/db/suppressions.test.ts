import { beforeEach, describe, expect, it } from 'vitest';
import { checkSuppression } from '../../src/services/check-suppression.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { listSuppressions } from '../../src/services/list-suppressions.ts';
import { suppress } from '../../src/services/suppress.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';
import { bring, sha256 } from '../support/people.ts';

const db = await testDatabase();
const NOW = new Date('2026-11-21T00:00:00Z');
const LATER = new Date('2027-11-21T00:00:00Z');
const context = configurationContext(db, NOW);
const nextYear = configurationContext(db, LATER);

const DAY = new Date('2027-01-31T14:59:59.999Z');
const [DOTTED, PLAIN] = ['Taro.Y@gmail.com', 'taroy@gmail.com'];

const trail = () =>
  db.prisma.audit.findMany({
    where: { objectKind: 'suppression' },
    orderBy: { id: 'asc' },
    select: { verb: true, objectName: true, before: true, after: true },
  });

beforeEach(() => db.pool.query('TRUNCATE suppression, audit, customer, identity'));

describe('a suppression that a person enters', () => {
  it('is written with its audit row, and without one where nothing changed', async () => {
    const c1 = { kind: 'customer', value: ' c-1 ' } as const;
    await suppress(context, { ...c1, reason: 'asked by taro@example.jp', until: DAY });
    await suppress(context, c1);
    await suppress(context, c1);
    await suppress(context, { ...c1, until: DAY });
    await liftSuppression(context, c1);
    await liftSuppression(context, c1);
    const asked = { reason: 'asked by [address]', until: DAY.toISOString() };
    expect(await trail()).toEqual([
      { verb: 'suppress', objectName: 'customer c-1', before: null, after: asked },
      {
        verb: 'suppress',
        objectName: 'customer c-1',
        before: asked,
        after: { ...asked, until: null },
      },
      {
        verb: 'lift',
        objectName: 'customer c-1',
        before: { ...asked, until: null, since: NOW.toISOString() },
        after: null,
      },
    ]);
  });

  it('stays one entry where several enter it at once', async () => {
    const phone = { kind: 'phone', value: '090-1234-5678', country: 'JP' } as const;
    // With connections open already, all five are at it at the same time.
    await Promise.all(Array.from({ length: 5 }, () => db.pool.query('SELECT pg_sleep(0.1)')));
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, async () => (await suppress(context, phone)).outcome),
    );
    expect(outcomes.toSorted()).toEqual(['added', ...Array<string>(4).fill('unchanged')]);
    expect(await trail()).toHaveLength(1);
  });

  it('is known in every spelling, also in those of one mailbox at Google', async () => {
    await bring(context, [
      { id: 'dotted', email: DOTTED },
      { id: 'plain', email: PLAIN },
      { id: 'other', email: 'hanako@gmail.com', phone: '+819012345678' },
    ]);
    await suppress(context, { kind: 'email', value: DOTTED });
    for (const value of [PLAIN, DOTTED.toUpperCase(), ` ${PLAIN.replace('@', '＠')}`]) {
      const check = await checkSuppression(context, { kind: 'email', value });
      expect(check).toMatchObject({ suppressed: true, since: NOW, customers: 2 });
    }
    const hashed = { kind: 'email', value: sha256(DOTTED.toLowerCase()) } as const;
    expect(await checkSuppression(context, hashed)).toMatchObject({ suppressed: true });
    for (const [value, suppressed] of [
      ['dotted', true],
      ['plain', true],
      ['other', false],
    ] as const) {
      expect(await checkSuppression(context, { kind: 'customer', value })).toMatchObject({
        suppressed,
        customers: 1,
      });
    }
  });

  it('of an e-mail is not one of its domain, while one of the domain hits the e-mail', async () => {
    await suppress(context, { kind: 'email', value: 'a@example.jp' });
    const domain = { kind: 'domain', value: 'EXAMPLE.jp' } as const;
    expect(await checkSuppression(context, domain)).toMatchObject({ suppressed: false, by: [] });
    await suppress(context, domain);
    const email = await checkSuppression(context, { kind: 'email', value: 'b@example.jp' });
    expect(email).toMatchObject({ suppressed: true, customers: 0 });
    expect(email.by.map(({ subject }) => subject.split(' ')[0])).toEqual(['domain']);
  });

  it('is listed as expired once its end has come, and begins anew when it is entered again', async () => {
    const subject = { kind: 'customer', value: 'c-1' } as const;
    await suppress(context, { ...subject, until: DAY });
    expect(await listSuppressions(nextYear, { limit: 10 })).toMatchObject({
      total: 1,
      expired: 1,
      suppressions: [{ customerId: 'c-1', digest: null, expired: true, since: NOW, until: DAY }],
      next: null,
    });
    expect(await checkSuppression(nextYear, subject)).toMatchObject({ suppressed: false });
    expect(await suppress(nextYear, subject)).toMatchObject({ outcome: 'changed', since: LATER });
    await expect(suppress(nextYear, { ...subject, until: DAY })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});
