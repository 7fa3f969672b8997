import { describe, expect, it } from 'vitest';
import { brokenArrow, layerOf, steps } from './arrows.ts';
import { readImports } from './imports.ts';

/** How far up a file has to go to reach the root. */
function up(path: string): string {
  return '../'.repeat(path.split('/').length - 1);
}

function judge(path: string, text: string): string | undefined {
  const [wanted] = readImports({ path, text });
  if (wanted === undefined) throw new Error(`No import in: ${text}`);
  return brokenArrow(path, wanted);
}

function value(path: string, target: string): string | undefined {
  return judge(path, `import '${up(path)}${target}';`);
}

function types(path: string, target: string): string | undefined {
  return judge(path, `import type { A } from '${up(path)}${target}';`);
}

describe('the arrows', () => {
  it.each([
    ['src/config.ts', 'src/infra/log.ts', /config\.ts and errors\.ts/],
    ['src/errors.ts', 'src/config.ts', /config\.ts and errors\.ts/],
    ['src/membership/apply.ts', 'src/identity/types.ts', /reaches inside/],
    ['src/customer/contact.ts', 'src/identity/types.ts', /points right/],
    ['src/sync/run.ts', 'connectors/registry.ts', /sync → registry/],
    ['src/sync/run.ts', 'connectors/meta/index.ts', /sync → meta/],
    ['src/infra/db.ts', 'src/customer/index.ts', /infra → customer/],
    ['src/infra/db.ts', 'src/services/open.ts', /infra → services/],
    ['prisma/migrate.ts', 'src/segment/index.ts', /database → segment/],
    ['src/membership/apply.ts', 'src/delivery/index.ts', /points right/],
    ['src/score/rfm.ts', 'src/segment/index.ts', /points right/],
    ['src/delivery/send.ts', 'src/membership/ledger.ts', /reaches inside/],
    ['src/delivery/send.ts', 'src/sync/run.ts', /delivery → sync/],
    ['src/delivery/send.ts', 'connectors/meta/index.ts', /delivery → meta/],
    ['src/membership/apply.ts', 'connectors/connector.ts', /membership → connector/],
    ['src/lift/read.ts', 'jobs/queue.ts', /lift → queue/],
    ['src/sync/run.ts', 'src/identity/phone.ts', /reaches inside/],
    ['src/sync/run.ts', 'src/services/run-sync.ts', /sync → services/],
    ['src/services/run-sync.ts', 'src/cli/print.ts', /services → cli/],
    ['src/services/run-sync.ts', 'src/lift/wilson.ts', /reaches inside/],
    ['src/services/run-sync.ts', 'connectors/x/api.ts', /services → x/],
    ['src/services/run-sync.ts', 'test/db/fixture.ts', /does not name/],
    ['src/services/run-sync.ts', 'connectors/x/sandbox.ts', /a sandbox serves/],
    ['src/server/app.ts', 'src/segment/index.ts', /A door only adapts/],
    ['src/server/app.ts', 'src/cli/print.ts', /server → cli/],
    ['src/cli/main.ts', 'src/sync/run.ts', /A door only adapts/],
    ['src/cli/commands/run.ts', 'connectors/sandbox/server.ts', /a sandbox serves/],
    ['src/cli/demo/story.ts', 'src/lift/index.ts', /demo → lift/],
    ['jobs/tasks/run-sync.ts', 'src/delivery/index.ts', /A door only adapts/],
    ['jobs/queue.ts', 'jobs/tasks/run-sync.ts', /queue → tasks/],
    ['src/console/app.tsx', 'src/services/run-sync.ts', /knows only the API/],
    ['src/console/app.tsx', 'src/server/app.ts', /knows only the API/],
    ['connectors/meta/index.ts', 'connectors/google/index.ts', /never import each other/],
    ['connectors/meta/sandbox.ts', 'connectors/x/sandbox.ts', /never import each other/],
    ['connectors/meta/index.ts', 'connectors/meta/sandbox.ts', /a sandbox serves/],
    ['connectors/meta/index.ts', 'connectors/sandbox/world.ts', /a sandbox serves/],
    ['connectors/meta/index.ts', 'connectors/registry.ts', /meta → registry/],
    ['connectors/meta/index.ts', 'src/identity/index.ts', /identity's types alone/],
    ['connectors/meta/index.ts', 'src/identity/phone.ts', /identity's types alone/],
    ['connectors/meta/index.ts', 'src/infra/http.ts', /meta → infra/],
    ['connectors/meta/index.ts', 'src/config.ts', /meta → base/],
    ['connectors/registry.ts', 'connectors/meta/api.ts', /reaches inside/],
    ['connectors/registry.ts', 'connectors/meta/sandbox.ts', /a sandbox serves/],
    ['connectors/connector.ts', 'connectors/registry.ts', /connector → registry/],
    ['connectors/sandbox/server.ts', 'connectors/meta/sandbox.ts', /a sandbox serves/],
  ])('forbid %s to import %s', (path, target, says) => {
    expect(value(path, target)).toMatch(says);
  });

  it.each([
    ['src/customer/import.ts', 'src/infra/db.ts'],
    ['src/customer/import.ts', 'src/customer/merge.ts'],
    ['src/segment/preview.ts', 'src/score/index.ts'],
    ['src/delivery/send.ts', 'src/membership/index.ts'],
    ['src/delivery/send.ts', 'src/identity/index.ts'],
    ['src/delivery/send.ts', 'connectors/connector.ts'],
    ['src/match/read.ts', 'connectors/registry.ts'],
    ['src/lift/read.ts', 'src/match/index.ts'],
    ['src/sync/run.ts', 'src/lift/index.ts'],
    ['src/sync/run.ts', 'src/sync/plan.ts'],
    ['src/sync/run.ts', 'connectors/connector.ts'],
    ['src/config.ts', 'src/errors.ts'],
    ['src/services/run-sync.ts', 'src/sync/run.ts'],
    ['src/services/run-sync.ts', 'src/segment/index.ts'],
    ['src/services/run-sync.ts', 'connectors/registry.ts'],
    ['src/services/run-sync.ts', 'jobs/queue.ts'],
    ['src/server/app.ts', 'src/services/run-sync.ts'],
    ['src/cli/main.ts', 'src/server/app.ts'],
    ['src/cli/main.ts', 'src/cli/commands/demo.ts'],
    ['src/cli/main.ts', 'src/infra/clock.ts'],
    ['src/cli/commands/sandbox.ts', 'connectors/meta/sandbox.ts'],
    ['src/cli/commands/demo.ts', 'connectors/sandbox/world.ts'],
    ['src/cli/demo-people.ts', 'connectors/x/sandbox.ts'],
    ['src/infra/db.ts', 'prisma/migrate.ts'],
    ['prisma/migrate.ts', 'src/errors.ts'],
    ['jobs/worker.ts', 'jobs/tasks/run-sync.ts'],
    ['connectors/meta/index.ts', 'connectors/meta/api.ts'],
    ['connectors/meta/index.ts', 'connectors/connector.ts'],
    ['connectors/meta/index.ts', 'src/identity/types.ts'],
    ['connectors/meta/sandbox.ts', 'connectors/sandbox/emulator.ts'],
    ['connectors/meta/sandbox.ts', 'connectors/meta/api.ts'],
    ['connectors/registry.ts', 'connectors/meta/index.ts'],
    ['test/unit/wilson.test.ts', 'src/lift/wilson.ts'],
    ['scripts/bench.ts', 'connectors/sandbox/server.ts'],
  ])('let %s import %s', (path, target) => {
    expect(value(path, target)).toBeUndefined();
  });

  it('let some see types where they may not call', () => {
    for (const [path, target] of [
      ['connectors/meta/index.ts', 'src/identity/index.ts'],
      ['src/console/app.tsx', 'src/server/app.ts'],
      ['src/cli/demo-people.ts', 'src/customer/index.ts'],
      ['src/errors.ts', 'src/config.ts'],
    ] as const) {
      expect(value(path, target), `${path} → ${target}`).toBeTypeOf('string');
      expect(types(path, target), `${path} → ${target}`).toBeUndefined();
    }
    expect(types('src/server/app.ts', 'src/segment/index.ts')).toMatch(/A door only adapts/);
  });

  it('let a step import each step to its left and none to its right', () => {
    for (const [here, from] of steps.entries()) {
      for (const [there, to] of steps.entries()) {
        if (here === there) continue;
        const broken = value(`src/${from}/read.ts`, `src/${to}/index.ts`);
        expect(broken === undefined, `${from} → ${to}`).toBe(there < here);
      }
    }
  });

  it('know every folder of DESIGN §3', () => {
    expect(layerOf('jobs/scheduler.ts')).toBe('jobs');
    expect(layerOf('prisma/seed.ts')).toBe('seed');
    expect(layerOf('connectors/meta/sandbox/users.ts')).toBe('sandbox');
    expect(layerOf('src/arm/assign.ts')).toBeUndefined();
  });
});
