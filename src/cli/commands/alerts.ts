/** `alerts` and `alerts test`. */
import type { Command } from 'commander';
import { listAlerts } from '../../services/list-alerts.ts';
import { testAlerts } from '../../services/test-alerts.ts';
import { describeAlerts, describeTest } from '../alerts-text.ts';
import { command } from '../command.ts';
import { positive } from './segments.ts';

export function addAlertCommands(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('what needs you, what was the matter last, and how the channels stand')
    .option('--closed <n>', 'at most this many that are over', positive, 10)
    .action(({ closed }: { closed: number }) =>
      command(program, {}, async ({ context, config }) => {
        const list = await listAlerts(context, { settings: config.alerts, closed });
        return { json: list, text: describeAlerts(list, config.timezone, config.alerts.language) };
      }),
    );
  alerts
    .command('test')
    .description('send a test message by every channel')
    .action(() =>
      command(program, {}, async ({ context, config }) => {
        const tested = await testAlerts(context, { settings: config.alerts });
        return {
          json: { channels: tested },
          text: describeTest(tested),
          ok: tested.length > 0 && tested.every(({ ok }) => ok),
        };
      }),
    );
}
