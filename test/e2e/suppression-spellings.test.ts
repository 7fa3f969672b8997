import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { importSuppressions } from '../../src/services/import-suppressions.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { sha256 } from '../support/people.ts';
import { NOW } from '../support/stage.ts';

const bring = (on: Engine, csv: string, country = 'JP') =>
  importSuppressions(on.context, Readable.from([csv]), {
    file: 'no.csv',
    format: 'csv',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
    country,
  });

/** The people whom a run would leave out as suppressed. */
const suppressed = async (on: Engine): Promise<number> =>
  (await planSync(on.context, { sync: on.sync, asOf: NOW })).figures.suppressed;

describe('a suppressed phone', () => {
  const spellings = [
    '090-1234-5678',
    '+81 (0)90 1234 5678',
    '０９０１２３４５６７８',
    'tel:+819012345678',
    '携帯 090ー1234ー5678',
  ];

  it.each(spellings)('keeps off everybody who has it, when it is written %j', async (written) => {
    const on = await engine('x', [
      ...spellings.map((phone, n) => ({ id: `p-${n}`, phone })),
      { id: 'hashed', phone: sha256('+819012345678') },
      { id: 'hashed-for-meta', phone: sha256('819012345678').toUpperCase() },
      { id: 'other', phone: '090-1234-5679' },
    ]);
    await suppress(on.context, { kind: 'phone', value: written, country: 'JP' });
    expect(await suppressed(on)).toBe(spellings.length + 2);
  });
});

describe('a suppressed e-mail', () => {
  const carriers = [
    { id: 'dots', email: 'F.Oo+shop@gmail.com' },
    { id: 'plain', email: 'foo@gmail.com' },
    { id: 'hashed', email: sha256('f.oo@gmail.com') },
  ];

  it('is kept off in every spelling that a file has of it, whatever comes last', async () => {
    const on = await engine('meta', carriers);
    await bring(on, 'kind,value\nemail,f.oo@gmail.com\nemail,foo@gmail.com\n');
    expect(await suppressed(on)).toBe(3);
  });

  it('may itself come hashed', async () => {
    const on = await engine('meta', [...carriers, { id: 'other', email: 'bar@gmail.com' }]);
    await bring(on, `kind,value\nemail,${sha256('f.oo@gmail.com')}\n`);
    expect(await suppressed(on)).toBe(1);
  });

  it('is lifted by any spelling that it was entered in', async () => {
    const on = await engine('meta', carriers);
    await suppress(on.context, { kind: 'phone', value: sha256('819012345678') });
    const lifted = await liftSuppression(on.context, { kind: 'phone', value: '+819012345678' });
    expect(lifted).toMatchObject({ lifted: true });
    expect(await on.db.prisma.suppression.count()).toBe(0);
  });
});

describe('a suppressed domain', () => {
  it.each(['example.jp', '@Example.jp', 'ｅｘａｍｐｌｅ．ｊｐ'])(
    'covers what is below it: %j',
    async (value) => {
      const on = await engine('meta', [
        { id: 'itself', email: 'a@example.jp' },
        { id: 'below', email: 'a@mail.EXAMPLE.jp' },
        { id: 'beside', email: 'a@anexample.jp' },
      ]);
      await suppress(on.context, { kind: 'domain', value });
      expect(await suppressed(on)).toBe(2);
    },
  );

  it('is one domain in Unicode and in ASCII', async () => {
    const on = await engine('meta', [
      { id: 'unicode', email: 'a@日本語.jp' },
      { id: 'ascii', email: 'a@xn--wgv71a119e.jp' },
    ]);
    await suppress(on.context, { kind: 'domain', value: 'xn--wgv71a119e.jp' });
    expect(await suppressed(on)).toBe(2);
  });
});
