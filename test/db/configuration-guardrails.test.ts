/** What a sync's line says of its guardrails, through the database and back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { exportConfiguration } from '../../src/services/export-configuration.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabase } from '../support/database.ts';

const NOW = new Date('2026-11-21T00:00:00Z');
let context: ServiceContext;
beforeAll(async () => {
  const db = await testDatabase();
  context = configurationContext(db, NOW);
  return () => db.close();
});

const file = (extra: string) => `
destinations:
  - { name: x-main, platform: x, account: 18ce54d4x5t, credentials: { apiKey: $A, apiSecret: $B, accessToken: $C, accessSecret: $D } }
segments: [{ name: everyone, template: everyone }]
syncs:
  - { name: s, segment: everyone, destination: x-main, audience: A, identifiers: [email]${extra} }
`;
const apply = (extra: string) =>
  applyConfiguration(context, { text: file(extra), file: 'f.yaml', dryRun: false });

describe.each([
  ['', { maxGrowth: 3 }],
  [', maxGrowth: 2.5', { maxGrowth: 2.5 }],
  [', maxGrowth: null', { maxGrowth: null }],
  [', allowSmall: true', { maxGrowth: 3, allowSmall: true }],
])('a sync with "%s"', (extra, shown) => {
  it('is exported as a file that applies without a change', async () => {
    await apply(extra);
    const yaml = await exportConfiguration(context);
    const exported = parse(yaml) as { syncs: unknown[] };
    expect(exported.syncs).toMatchObject([shown]);
    const again = await applyConfiguration(context, { text: yaml, file: 'f.yaml', dryRun: true });
    expect(again.changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
  });
});

it.each([
  ['maxGrowth: 0.5', 'must be at least 1'],
  ['maxGrowth: twice', 'must be number'],
  ['maxGrowth: .inf', 'must be'],
  ['allowSmall: 3', 'allowSmall'],
])('refuses "%s"', async (extra, words) => {
  await expect(apply(`, ${extra}`)).rejects.toThrow(words);
});
