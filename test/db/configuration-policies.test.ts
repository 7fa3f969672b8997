import fc from 'fast-check';
import { parse } from 'yaml';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { exportConfiguration } from '../../src/services/export-configuration.ts';
import { contactPolicyProblem, loadSync, resolveContactPolicy } from '../../src/sync/index.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';

const NOW = new Date('2026-11-22T00:00:00Z');

let db: Db;
let context: ServiceContext;

beforeEach(async () => {
  db = await testDatabase();
  context = configurationContext(db, NOW);
  return () => db.close();
});

const apply = (text: string) =>
  applyConfiguration(context, { text, file: 'shop.yaml', dryRun: false });

const auditRows = () =>
  db.prisma.audit.findMany({ orderBy: { id: 'asc' }, omit: { id: true, at: true } });

const policies = (sync: string) => `
destinations:
  - name: meta-main
    platform: meta
    account: act_1
    credentials: { accessToken: $T }
    consent: { unknown: { elsewhere: deny, JP: allow, EEA: deny }, limitedDataUse: [US-TX, US-CA] }
segments: [{ name: everyone, template: everyone }]
syncs:
  - { name: s, segment: everyone, destination: meta-main, audience: A, identifiers: [email, profile]${sync} }
`;
const SETTING =
  'settings: { contactPolicy: { leaveOnPurchase: true, maxDays: 60, coolDownDays: 30, maxAudiences: 2 } }';

describe('policies', () => {
  it('reach the sync resolved: its own rules before those of all syncs', async () => {
    const own =
      ', priority: 10, exclusiveGroup: winback, contactPolicy: { maxDays: 9, maxAudiences: null }';
    await apply(policies(own) + SETTING);
    expect(await loadSync(db, 's')).toMatchObject({
      identifiers: ['email', 'profile'],
      priority: 10,
      exclusiveGroup: 'winback',
      contactPolicy: { leaveOnPurchase: true, maxDays: 9, coolDownDays: 30, maxAudiences: null },
      consentPolicy: {
        allowCountries: ['JP'],
        denyElsewhere: true,
        limitedUse: { states: ['ca', 'tx'], numbers: [1000, 0], everyState: false },
      },
    });
  });

  it('are off, and ask for consent where the law does, in rows from before there were any', async () => {
    await apply(policies(''));
    await db.prisma.$executeRaw`UPDATE destination SET consent_policy = DEFAULT`;
    const { consentPolicy, ...sync } = await loadSync(db, 's');
    expect(sync).toMatchObject({
      priority: 100,
      exclusiveGroup: null,
      contactPolicy: {
        leaveOnPurchase: false,
        maxDays: null,
        coolDownDays: null,
        maxAudiences: null,
      },
    });
    expect(consentPolicy).toMatchObject({ allowCountries: [], denyElsewhere: false });
    expect(consentPolicy.denyCountries).toEqual(expect.arrayContaining(['DE', 'GB', 'CH', 'ZZ']));
    const stored = await db.prisma.$queryRaw`
      SELECT consent_policy AS consent, contact_policy AS contact
      FROM destination JOIN sync ON sync.destination_id = destination.id`;
    expect(stored).toEqual([{ consent: {}, contact: {} }]);
  });

  it('are shown as they change, and leave their audit rows', async () => {
    await apply(policies(', contactPolicy: { maxDays: 9, coolDownDays: 9 }'));
    const { changes } = await apply(
      policies(', priority: 5, exclusiveGroup: g').replace('JP: allow, ', '') + SETTING,
    );
    const changed = changes.filter(({ action }) => action !== 'unchanged');
    expect(changed).toMatchObject([
      { action: 'create', kind: 'setting', name: 'contactPolicy' },
      {
        action: 'update',
        kind: 'destination',
        fields: [
          {
            field: 'consent',
            before: { unknown: { EEA: 'deny', JP: 'allow', elsewhere: 'deny' } },
            after: { unknown: { EEA: 'deny', elsewhere: 'deny' } },
          },
        ],
      },
      {
        action: 'update',
        kind: 'sync',
        fields: [
          { field: 'priority', before: 100, after: 5 },
          { field: 'exclusiveGroup', before: null, after: 'g' },
          { field: 'contactPolicy', before: { maxDays: 9, coolDownDays: 9 }, after: {} },
        ],
      },
    ]);
    expect((await auditRows()).slice(3)).toMatchObject([
      {
        verb: 'create',
        objectKind: 'setting',
        objectName: 'contactPolicy',
        before: null,
        after: { leaveOnPurchase: true, maxDays: 60, coolDownDays: 30, maxAudiences: 2 },
      },
      { verb: 'update', objectKind: 'destination', objectName: 'meta-main' },
      {
        verb: 'update',
        objectKind: 'sync',
        objectName: 's',
        before: { priority: 100, exclusiveGroup: null },
        after: { priority: 5, exclusiveGroup: 'g', contactPolicy: {} },
      },
    ]);
  });

  it('are written from the widest region to the rest, whatever order they were given in', async () => {
    await apply(policies(''));
    expect(await exportConfiguration(context)).toContain(`
    consent:
      unknown:
        EEA: deny
        JP: allow
        elsewhere: deny
      limitedDataUse:
        - US-CA
        - US-TX
`);
  });

  it('of all syncs stay until a file names them, and go rule by rule', async () => {
    await apply(policies('') + SETTING);
    await apply(policies(''));
    expect((await loadSync(db, 's')).contactPolicy.maxDays).toBe(60);
    const { changes } = await apply(
      'settings: { contactPolicy: { leaveOnPurchase: true, coolDownDays: 30 } }',
    );
    expect(changes).toMatchObject([
      {
        fields: [
          { field: 'maxDays', before: 60, after: null },
          { field: 'maxAudiences', before: 2, after: null },
        ],
      },
    ]);
    await apply('settings: { contactPolicy: {} }');
    expect((await loadSync(db, 's')).contactPolicy.leaveOnPurchase).toBe(false);
    expect(await exportConfiguration(context)).not.toContain('settings');
  });

  it('of all syncs may not leave a sync of an earlier file without a cool-down', async () => {
    await apply(policies(', contactPolicy: { maxDays: 9 }') + SETTING);
    const needs = 'maxDays needs coolDownDays, or people would be back at the next run';
    const wider = 'settings:\n  contactPolicy: { maxAudiences: 3 }';
    await expect(apply(wider)).rejects.toMatchObject({
      message: `shop.yaml is not applied:\n  shop.yaml:2 settings.contactPolicy: for the sync "s", ${needs}`,
    });
    await expect(
      apply(policies(', contactPolicy: { maxDays: 9, coolDownDays: null }')),
    ).rejects.toMatchObject({
      message: expect.stringContaining(`:10 syncs[0].contactPolicy: leaveOnPurchase and`),
    });
    await apply(`${policies(', contactPolicy: { maxDays: 9, coolDownDays: 1 }')}${wider}`);
  });

  it('come back from export as they are, whatever they are', async () => {
    const days = fc.option(fc.integer({ min: 1, max: 540 }));
    const contact = fc.record(
      {
        leaveOnPurchase: fc.constantFrom(true, false, null),
        maxDays: days,
        coolDownDays: days,
        maxAudiences: fc.option(fc.integer({ min: 1, max: 50 })),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    const consent = fc.record(
      {
        unknown: fc.dictionary(
          fc.constantFrom('EEA', 'elsewhere', 'NO', 'GB', 'JP', 'FR', 'YT', 'XK'),
          fc.constantFrom('allow', 'deny'),
          { noNullPrototype: true },
        ),
        limitedDataUse: fc.uniqueArray(fc.constantFrom('US', 'US-CA', 'US-TX', 'US-OR')),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    const sync = fc.record(
      {
        contactPolicy: contact,
        priority: fc.integer({ min: 1, max: 1000 }),
        exclusiveGroup: fc.constantFrom('winback', '1', 'no', '復帰'),
      },
      { requiredKeys: ['contactPolicy'], noNullPrototype: true },
    );
    const valid = fc
      .record({ setting: contact, sync, consent })
      .filter(
        ({ setting, sync: { contactPolicy } }) =>
          contactPolicyProblem(resolveContactPolicy(setting, contactPolicy)) === null,
      );
    const file = parse(policies('')) as {
      destinations: object[];
      segments: object[];
      syncs: object[];
    };
    await fc.assert(
      fc.asyncProperty(valid, async (policy) => {
        const text = JSON.stringify({
          settings: { contactPolicy: policy.setting },
          destinations: file.destinations.map((entry) => ({ ...entry, consent: policy.consent })),
          segments: file.segments,
          syncs: file.syncs.map((entry) => ({ ...entry, ...policy.sync })),
        });
        await apply(text);
        const yaml = await exportConfiguration(context);
        for (const same of [yaml, text]) {
          expect(
            (await apply(same)).changes.filter(({ action }) => action !== 'unchanged'),
          ).toEqual([]);
        }
        const resolved = await loadSync(db, 's');
        expect(resolved.contactPolicy).toEqual(
          resolveContactPolicy(policy.setting, policy.sync.contactPolicy),
        );
        await db.prisma.$transaction([
          db.prisma.audience.deleteMany(),
          db.prisma.sync.deleteMany(),
          db.prisma.destination.deleteMany(),
          db.prisma.setting.deleteMany({ where: { key: 'contact-policy' } }),
        ]);
        await apply(yaml);
        expect(await exportConfiguration(context)).toBe(yaml);
        expect(await loadSync(db, 's')).toEqual({
          ...resolved,
          id: expect.any(String),
          audienceId: expect.any(String),
        });
      }),
      { numRuns: 40 },
    );
  });
});
