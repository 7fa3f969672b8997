import { expect, it } from 'vitest';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import { exportConfiguration } from '../../src/services/export-configuration.ts';
import { alertStage } from '../support/alert-stage.ts';

it('what an alert is can be said in the file, and comes back out of it', async () => {
  const on = await alertStage([]);
  const apply = (alerts: string) =>
    applyConfiguration(on.context, {
      text: `settings:\n  alerts: { ${alerts} }\n`,
      file: 'test.yaml',
      dryRun: false,
    });
  for (const hoursAgo of [3, 2, 1])
    await on.addRun('lapsed-meta', { state: 'incomplete', hoursAgo });
  await apply('incompleteRuns: 4, matchDrop: 0.5');
  expect(await on.raise()).toMatchObject({ open: 0 });
  await apply('incompleteRuns: 3');
  expect(await on.raise()).toMatchObject({ open: 1 });
  expect(await exportConfiguration(on.context)).toContain(
    'alerts:\n    matchDrop: 0.3\n    tokenDays: 14\n    incompleteRuns: 3\n',
  );
  await expect(apply('matchDrop: 2')).rejects.toThrow(/settings\.alerts\.matchDrop/u);
  await expect(apply('oddity: 2')).rejects.toThrow(/oddity/u);
});
