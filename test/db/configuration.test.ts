import { parse } from 'yaml';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { exportConfiguration } from '../../src/services/export-configuration.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';

const NOW = new Date('2026-11-21T00:00:00Z');

const SHOP = `
destinations:
  - { name: meta-main, platform: meta, account: act_1234567890, credentials: { accessToken: $META_ACCESS_TOKEN } }
  - { name: google-main, platform: google, account: "123-456-7890", credentials: { clientId: $GOOGLE_CLIENT_ID, clientSecret: $GOOGLE_CLIENT_SECRET, refreshToken: $GOOGLE_REFRESH_TOKEN } }
  - { name: x-main, platform: x, account: 18ce54d4x5t, credentials: { apiKey: $X_API_KEY, apiSecret: $X_API_SECRET, accessToken: $X_ACCESS_TOKEN, accessSecret: $X_ACCESS_SECRET } }
segments:
  - { name: lapsed, template: lapsed, params: { gapMultiple: 3 } }
  - { name: everyone, template: everyone }
syncs:
  - name: lapsed-meta
    segment: lapsed
    destination: meta-main
    audience: Autumn list A          # the name the platform sees
    identifiers: [email, phone]
    schedule: "0 3 * * *"            # omit for manual
    timezone: Asia/Tokyo
    holdout: 10%
  - { name: all-x, segment: everyone, destination: x-main, audience: List B, identifiers: [email] }
`;

const SYNC = `
segments: [{ name: everyone, template: everyone }]
syncs:
  - { name: s, segment: everyone, destination: meta-main, audience: List A, identifiers: [email] }
`;

let db: Db;
let context: ServiceContext;

beforeEach(async () => {
  db = await testDatabase();
  context = configurationContext(db, NOW);
  return () => db.close();
});

const apply = (text: string, dryRun = false) =>
  applyConfiguration(context, { text, file: 'shop.yaml', dryRun });

/** What apply did, as `create sync lapsed-meta`. */
async function actionsOf(text: string, dryRun = false): Promise<string[]> {
  const { changes } = await apply(text, dryRun);
  return changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
}

const auditRows = () =>
  db.prisma.audit.findMany({ orderBy: { id: 'asc' }, omit: { id: true, at: true } });

const counts = async () => [
  await db.prisma.destination.count(),
  await db.prisma.segment.count(),
  await db.prisma.sync.count(),
  await db.prisma.audience.count(),
  await db.prisma.setting.count({ where: { key: 'global-holdout' } }),
];

describe('applying a file', () => {
  it('makes what it names, with every default filled in', async () => {
    const { changes, applied } = await apply(`settings: { globalHoldout: 2% }\n${SHOP}`);
    expect(applied).toBe(true);
    expect(changes.map(({ action }) => action)).toEqual(Array(8).fill('create'));
    expect(await counts()).toEqual([3, 2, 2, 2, 1]);
    const syncs = await db.prisma.sync.findMany({
      orderBy: { name: 'asc' },
      select: {
        name: true,
        audienceName: true,
        identifiers: true,
        schedule: true,
        timezone: true,
        holdout: true,
        maxShrink: true,
        maxGrowth: true,
        allowSmall: true,
        segment: { select: { template: true, params: true } },
        destination: { select: { account: true } },
        audience: { select: { name: true, remoteId: true } },
      },
    });
    const plain = syncs.map(({ holdout, maxShrink, maxGrowth, ...sync }) => ({
      ...sync,
      holdout: holdout.toNumber(),
      maxShrink: maxShrink.toNumber(),
      maxGrowth: maxGrowth?.toNumber(),
    }));
    expect(plain).toMatchObject([
      {
        name: 'all-x',
        audienceName: 'List B',
        identifiers: ['email'],
        schedule: null,
        timezone: 'Europe/Berlin',
        holdout: 0,
        maxShrink: 0.3,
        maxGrowth: 3,
        allowSmall: false,
        audience: { name: 'List B', remoteId: null },
      },
      {
        name: 'lapsed-meta',
        audienceName: 'Autumn list A',
        identifiers: ['email', 'phone'],
        schedule: '0 3 * * *',
        timezone: 'Asia/Tokyo',
        holdout: 0.1,
        segment: { template: 'lapsed', params: { gapMultiple: 3 } },
        destination: { account: 'act_1234567890' },
      },
    ]);
  });

  it('keeps names of secrets, never values', async () => {
    await apply(SHOP);
    const { credentials } = await db.prisma.destination.findUniqueOrThrow({
      where: { name: 'meta-main' },
      select: { credentials: true },
    });
    expect(credentials).toEqual({ accessToken: '$META_ACCESS_TOKEN' });
  });

  it('changes nothing the second time, and writes nothing down', async () => {
    await apply(SHOP);
    const before = await auditRows();
    const again = await actionsOf(SHOP);
    expect(again).toHaveLength(7);
    expect(again.filter((line) => !line.startsWith('unchanged'))).toEqual([]);
    expect(await auditRows()).toEqual(before);
  });

  it('changes the fields that differ, and leaves alone what the file does not name', async () => {
    await apply(SHOP);
    const { changes } = await apply(`
syncs:
  - { name: all-x, segment: lapsed, destination: x-main, audience: List B, identifiers: [email], holdout: 0.05 }
`);
    expect(changes).toMatchObject([
      {
        action: 'update',
        kind: 'sync',
        name: 'all-x',
        fields: [
          { field: 'segment', before: 'everyone', after: 'lapsed' },
          { field: 'holdout', before: 0, after: 0.05 },
        ],
      },
    ]);
    expect(await counts()).toEqual([3, 2, 2, 2, 0]);
  });

  it('shows the same in a dry run, and leaves no trace', async () => {
    const dry = await apply(SHOP, true);
    expect(dry.applied).toBe(false);
    expect(await counts()).toEqual([0, 0, 0, 0, 0]);
    expect(await auditRows()).toEqual([]);
    expect((await apply(SHOP)).changes).toEqual(dry.changes);
  });

  it('takes an empty file for nothing to do', async () => {
    expect(await actionsOf('')).toEqual([]);
    expect(await actionsOf('syncs: []\n')).toEqual([]);
  });

  it('takes JSON, which is YAML', async () => {
    expect(await actionsOf(JSON.stringify(parse(SHOP)))).toHaveLength(7);
  });

  it('is all or nothing when two apply the same at once', async () => {
    const both = await Promise.allSettled([apply(SHOP), apply(SHOP)]);
    expect(both.map(({ status }) => status)).toContain('fulfilled');
    expect(await counts()).toEqual([3, 2, 2, 2, 0]);
    expect(await auditRows()).toHaveLength(7);
  });
});

describe('the audit trail', () => {
  it('holds each thing as it was made, and each change with its before and after', async () => {
    await apply(SHOP);
    await apply(SHOP.replace('holdout: 10%', 'holdout: 20%').replace('"0 3 * * *"', '"5 4 * * *"'));
    const rows = await auditRows();
    expect(
      rows.map(({ verb, objectKind, objectName }) => `${verb} ${objectKind} ${objectName}`),
    ).toEqual([
      'create destination meta-main',
      'create destination google-main',
      'create destination x-main',
      'create segment lapsed',
      'create segment everyone',
      'create sync lapsed-meta',
      'create sync all-x',
      'update sync lapsed-meta',
    ]);
    expect(rows.map(({ actor }) => actor)).toEqual(Array(8).fill('cli:tester'));
    expect(rows[0]).toMatchObject({
      before: null,
      after: { platform: 'meta', credentials: { accessToken: '$META_ACCESS_TOKEN' } },
    });
    expect(rows[7]).toMatchObject({
      before: { schedule: '0 3 * * *', holdout: 0.1 },
      after: { schedule: '5 4 * * *', holdout: 0.2 },
    });
  });
});

describe('exporting', () => {
  it('gives a file that applies without a change, here and on an empty database', async () => {
    await apply(`settings: { globalHoldout: 2.5% }\n${SHOP}`);
    const yaml = await exportConfiguration(context);
    const again = await actionsOf(yaml);
    expect(again).toHaveLength(8);
    expect(again.filter((line) => !line.startsWith('unchanged'))).toEqual([]);

    context = { ...context, db: await testDatabase() };
    await apply(yaml);
    expect(await exportConfiguration(context)).toBe(yaml);
    await context.db.close();
  });

  it('writes shares as people do', async () => {
    await apply(SHOP.replace('holdout: 10%', 'holdout: 12.34%'));
    expect(parse(await exportConfiguration(context))).toMatchObject({
      syncs: [
        { name: 'all-x', holdout: '0%', maxShrink: '30%' },
        { name: 'lapsed-meta', holdout: '12.34%' },
      ],
    });
  });

  it('gives an empty file where nothing is set up, which applies too', async () => {
    expect(await actionsOf(await exportConfiguration(context))).toEqual([]);
  });
});

describe('against what is set up already', () => {
  beforeEach(async () => {
    await apply(SHOP);
  });

  it('lets a sync name a segment and a destination of an earlier file', async () => {
    expect(
      await actionsOf(`
syncs:
  - { name: s, segment: everyone, destination: google-main, audience: C, identifiers: [email] }
`),
    ).toEqual(['create sync s']);
  });

  it('refuses an audience that a sync of an earlier file fills', async () => {
    await expect(
      apply(`
syncs:
  - { name: s, segment: everyone, destination: x-main, audience: List B, identifiers: [email] }
`),
    ).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(/shop\.yaml:3 syncs\[0\]\.audience: .*all-x/u),
    });
    expect(await counts()).toEqual([3, 2, 2, 2, 0]);
  });

  it('refuses to move a destination that has lists to another account or platform', async () => {
    await fillAudience('lapsed-meta');
    await expect(apply(SHOP.replace('act_1234567890', 'act_999'))).rejects.toMatchObject({
      message: expect.stringMatching(/shop\.yaml:3 destinations\[0\]\.account: /u),
    });
  });

  it('refuses to give a destination to a platform that does not take what its syncs send', async () => {
    await apply(SHOP.replace('List B, identifiers: [email]', 'List B, identifiers: [email, x_id]'));
    const moved = `
destinations:
  - { name: x-main, platform: meta, account: act_1, credentials: { accessToken: $T } }
`;
    await expect(apply(moved)).rejects.toMatchObject({
      message: expect.stringMatching(
        /:3 destinations\[0\]\.platform: for the sync "all-x", meta does not take x_id; it takes email/u,
      ),
    });
  });

  it('moves a destination without lists to another account', async () => {
    await fillAudience('lapsed-meta');
    const { changes } = await apply(SHOP.replace('18ce54d4x5t', '18ce54d4x5u'));
    expect(changes.filter(({ action }) => action === 'update')).toMatchObject([{ name: 'x-main' }]);
  });

  it.each([
    ['audience', 'Autumn list A', 'Winter list'],
    ['destination', 'destination: meta-main', 'destination: google-main'],
  ])('refuses another %s for a list that the platform already holds', async (field, from, to) => {
    await fillAudience('lapsed-meta');
    const before = await exportConfiguration(context);
    const line = field === 'audience' ? 13 : 12;
    await expect(apply(SHOP.replace(from, to))).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(
        new RegExp(`shop\\.yaml:${line} syncs\\[0\\]\\.${field}: .*make a new sync instead`, 'u'),
      ),
    });
    expect(await exportConfiguration(context)).toBe(before);
  });

  it('takes another name for a list that no platform has yet, and keeps its people’s arms', async () => {
    const saltOf = () =>
      db.prisma.sync.findUniqueOrThrow({ where: { name: 'lapsed-meta' }, select: { salt: true } });
    const before = await saltOf();
    await apply(SHOP.replace('Autumn list A', 'Winter list'));
    expect(await saltOf()).toEqual(before);
    const audiences = await db.prisma.audience.findMany({ select: { name: true } });
    expect(audiences.map(({ name }) => name).sort()).toEqual(['List B', 'Winter list']);
  });
});

describe('a file with something wrong', () => {
  beforeEach(async () => {
    await apply(SHOP);
  });

  it('is refused whole, though its other parts are fine', async () => {
    const before = await exportConfiguration(context);
    const trail = await auditRows();
    const wrong = SYNC.replace('segment: everyone,', 'segment: nobody,');
    for (const dryRun of [false, true]) {
      await expect(apply(wrong, dryRun)).rejects.toMatchObject({ code: 'input.invalid' });
    }
    expect(await exportConfiguration(context)).toBe(before);
    expect(await auditRows()).toEqual(trail);
  });
});

async function fillAudience(sync: string): Promise<void> {
  await db.prisma.audience.updateMany({
    where: { sync: { name: sync } },
    data: { remoteId: '42' },
  });
}
