import { describe, expect, it } from 'vitest';
import { findCycles } from './cycles.ts';
import { readImports, type SourceFile } from './imports.ts';
import { describeOffence } from './offence.ts';
import { impurity } from './purity.ts';
import { rules } from './rules.ts';

/** Made-up modules, at least one for every rule, each of which its rule must call an offence. */
const offenders: Record<string, [path: string, text: string, says: RegExp][]> = {
  'imports follow the arrows of DESIGN §3': [
    [
      'src/customer/import.ts',
      `import { lift } from '../lift/index.ts';`,
      /customer → lift points/,
    ],
  ],
  'every shipped file lies in a place that DESIGN §3 names': [
    ['src/shared/money.ts', 'export {};', /no place/],
    ['connectors/http.ts', 'export {};', /no place/],
  ],
  'an import says plainly what it loads': [
    ['src/services/run-sync.ts', 'await import(name);', /plain string/],
  ],
  'the SDK of a platform stays in its connector': [
    ['src/delivery/send.ts', `import sdk from 'facebook-nodejs-business-sdk';`, /connectors\/meta/],
    ['connectors/google/api.ts', `await import('twitter-api-v2');`, /connectors\/x/],
  ],
  'connectors and doors do not speak to the database': [
    ['connectors/meta/api.ts', `import { Pool } from 'pg';`, /Go through a service/],
    ['src/cli/main.ts', `import { PrismaPg } from '@prisma/adapter-pg';`, /Go through a service/],
    ['jobs/tasks/run-sync.ts', `import type { Client } from 'pg';`, /Go through a service/],
  ],
  'lift, score and membership keep their arithmetic free of I/O': [
    ['src/lift/wilson.ts', `import { db } from '../infra/db.ts';`, /side effect/],
    ['src/score/rfm.ts', `import { readFileSync } from 'node:fs';`, /side effect/],
    ['src/membership/diff.ts', `import type { Pool } from 'pg';`, /side effect/],
  ],
  'src/config.ts alone reads process.env': [
    ['src/infra/db.ts', 'const url = process.env.DATABASE_URL;', /config\.ts/],
    ['connectors/x/index.ts', `const url = process.env['X_ADS_URL'];`, /config\.ts/],
    ['jobs/worker.ts', `const url = process['env'].A;`, /config\.ts/],
    ['jobs/worker.ts', 'const { env } = process;', /config\.ts/],
  ],
  'src/config.ts alone imports env': [
    ['src/server/main.ts', `import { env } from 'node:process';`, /config\.ts/],
  ],
  'raw e-mails and phones are named in customer, identity and the demo alone': [
    ['src/delivery/send.ts', 'function send(to: RawEmail) {}', /DESIGN §5\.1/],
    ['connectors/meta/index.ts', 'type Contact = RawPhone;', /DESIGN §5\.1/],
  ],
  'time comes from the clock of src/infra': [
    ['src/segment/preview.ts', 'const today = new Date();', /clock/],
    ['src/segment/preview.ts', 'const today = new Date;', /clock/],
    ['src/sync/run.ts', 'const now = Date.now();', /clock/],
    ['src/cli/main.ts', 'const now = Date();', /clock/],
    ['connectors/x/sandbox.ts', 'const now = Date . now();', /clock/],
    ['src/delivery/send.ts', 'setTimeout(again, 10);', /clock/],
    ['jobs/worker.ts', 'setInterval(again, 10);', /clock/],
  ],
  'timers are set by src/infra': [
    [
      'src/delivery/send.ts',
      `import { setTimeout as sleep } from 'node:timers/promises';`,
      /clock/,
    ],
    ['src/delivery/send.ts', `import timers from 'timers';`, /clock/],
  ],
  'src/cli alone may write to the console': [
    ['src/services/run-sync.ts', 'console.log(run);', /console\.log/],
    ['connectors/meta/api.ts', 'console?.warn(answer);', /process\.stdout/],
  ],
  'names are kebab-case': [
    ['src/segment/whereClause.ts', '', /"whereClause\.ts"/],
    ['src/customer/page_through.sql', '', /"page_through\.sql"/],
    ['src/lift/Newcombe/index.ts', '', /"Newcombe"/],
  ],
  'names say what a file is': [
    ['src/infra/utils.ts', '', /"utils"/],
    ['test/db/test-helpers.ts', '', /"helpers"/],
    ['jobs/task-manager.ts', '', /"manager"/],
    ['src/common/money.ts', '', /"common"/],
  ],
  'no file is longer than 400 lines': [
    ['src/segment/rules.ts', 'a;\n'.repeat(401), /has 401 lines/],
    ['prisma/migrations/1_init/migration.sql', '--\n'.repeat(401), /has 401 lines/],
  ],
};

describe('each rule goes red on an offender:', () => {
  const oneFile = rules.filter(({ title }) => title !== 'imports do not go round in a circle');

  it.each(oneFile.map((rule) => [rule.title, rule.check] as const))('%s', (title, check) => {
    for (const [path, text, says] of offenders[title] ?? []) {
      const found = check([{ path, text }]).map(describeOffence);
      expect(found, `${path}: ${text.slice(0, 80)}`).toHaveLength(1);
      expect(found[0]).toMatch(says);
      expect(found[0]).toContain(path);
    }
    expect(offenders[title]?.length).toBeGreaterThan(0);
  });

  it('imports do not go round in a circle', () => {
    const [circle, ...others] = circles([
      { path: 'src/services/run-sync.ts', text: `import '../sync/wanted.ts';` },
      { path: 'src/sync/run.ts', text: `import './plan.ts';` },
      { path: 'src/sync/plan.ts', text: `import '../infra/clock.ts';\nimport './wanted.ts';` },
      { path: 'src/sync/wanted.ts', text: `\nimport type { Plan } from './plan.ts';` },
      { path: 'src/infra/clock.ts', text: '' },
    ]);
    expect(circle).toContain('src/sync/plan.ts:2');
    expect(circle).toContain('src/sync/wanted.ts → src/sync/plan.ts → src/sync/wanted.ts');
    expect(others).toEqual([]);
  });

  it('a file that imports itself is a circle, and two ways to one file are none', () => {
    expect(circles([{ path: 'src/sync/run.ts', text: `import './run.ts';` }])).toHaveLength(1);
    const twoWays = [
      { path: 'src/sync/run.ts', text: `import './plan.ts';\nimport './wanted.ts';` },
      { path: 'src/sync/plan.ts', text: `import './row.ts';` },
      { path: 'src/sync/wanted.ts', text: `import './row.ts';` },
      { path: 'src/sync/row.ts', text: '' },
    ];
    expect(circles(twoWays)).toEqual([]);
  });
});

function circles(files: readonly SourceFile[]): string[] {
  return findCycles(files).map(describeOffence);
}

describe('what the rules must let pass', () => {
  it.each([
    ['src/config.ts', `export const url = process.env['DATABASE_URL'];`],
    ['src/infra/clock.ts', 'export const now = () => new Date(); setTimeout(now, 1);'],
    ['src/sync/run.ts', 'const at = new Date(input.at); const day = new Date(\n  0,\n);'],
    ['src/sync/run.ts', 'const at: Date = clock.now(); parse.Date(); interface A { Date: 1 }'],
    ['src/sync/run.ts', '// process.env and new Date() and console.log(RawEmail)'],
    ['src/sync/run.ts', `throw new Error('process.env.A is missing; see console.log');`],
    ['src/cli/print.ts', 'console.log(1);'],
    ['src/cli/demo-people.ts', 'const email: RawEmail = make();'],
    ['src/customer/read.ts', 'type A = RawEmail | RawPhone;'],
    ['connectors/meta/api.ts', `await import('facebook-nodejs-business-sdk');`],
    ['src/infra/db.ts', `import { Pool } from 'pg';`],
    ['src/infra/clock.ts', `import { setTimeout as sleep } from 'node:timers/promises';`],
    ['src/segment/uncommon-buyers.ts', ''],
    ['scripts/bench.ts', 'const started = Date.now();'],
    ['prisma/migrations/20261101_init/migration.sql', '--\n'.repeat(400)],
    ['src/lift/index.ts', `export { wilsonInterval } from './wilson.ts';`],
  ])('%s: %s', (path, text) => {
    const offences = rules.flatMap(({ check }) => check([{ path, text }]));
    expect(offences.map(describeOffence)).toEqual([]);
  });
});

describe('the table of loaders and stores', () => {
  const table = ['src/membership/ledger.ts'];
  const judge = (path: string, text: string) =>
    readImports({ path, text }).map((wanted) => impurity(path, wanted, table));

  it('lets the files it names reach the database, and index.ts offer them', () => {
    expect(judge('src/membership/ledger.ts', `import '../infra/db.ts';`)).toEqual([undefined]);
    expect(judge('src/membership/index.ts', `export * from './ledger.ts';`)).toEqual([undefined]);
    const reads = `import type { Row } from './ledger.ts';`;
    expect(judge('src/membership/diff.ts', reads)).toEqual([undefined]);
  });

  it('keeps arithmetic from reaching the database through them', () => {
    const [complaint] = judge('src/membership/diff.ts', `import { load } from './ledger.ts';`);
    expect(complaint).toMatch(/loads or stores/);
  });
});
