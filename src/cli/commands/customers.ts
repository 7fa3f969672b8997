/** `customer show ID`, `erase ID` and `erasures`. */
import type { Command } from 'commander';
import {
  continueErasures,
  eraseCustomer,
  eraseWithoutList,
} from '../../services/erase-customer.ts';
import { listErasures } from '../../services/list-erasures.ts';
import { showCustomer } from '../../services/show-customer.ts';
import { RekindleError } from '../../errors.ts';
import { command } from '../command.ts';
import { describeCustomer, describeErasure } from '../customer-text.ts';
import { countOf } from '../output.ts';
import { positive } from './segments.ts';

interface EraseFlags {
  readonly pending?: boolean;
  readonly listGone?: string;
}

export function addCustomerCommands(program: Command): void {
  program
    .command('customer')
    .description('one person')
    .command('show <id>')
    .description('what is held of a person, and every audience they are or were on')
    .action((id: string) =>
      command(program, {}, async ({ context }) => {
        const view = await showCustomer(context, { customer: id });
        return { json: view, text: describeCustomer(view).join('\n') };
      }),
    );

  program
    .command('erase [id]')
    .description('forget a person: off every audience, then out of the database')
    .option('--pending', 'try again all erasures that a platform has not answered')
    .option('--list-gone <sync>', 'you have seen that the audience of this sync is no more')
    .action((id: string | undefined, { pending, listGone }: EraseFlags) =>
      command(program, {}, async ({ context }) => {
        if ((id === undefined) === (pending !== true)) {
          throw new RekindleError(
            'input.invalid',
            'Give the id of the customer to erase, or --pending to try the pending erasures again.',
          );
        }
        const erasures =
          id === undefined
            ? await continueErasures(context)
            : [
                listGone === undefined
                  ? await eraseCustomer(context, { customer: id })
                  : await eraseWithoutList(context, { customer: id, sync: listGone }),
              ];
        const waiting = erasures.filter(({ state }) => state === 'pending').length;
        const nothing = erasures.length === 0 ? ['No erasure is pending.'] : [];
        return {
          json: id === undefined ? erasures : erasures[0],
          text: [...nothing, ...erasures.flatMap(describeErasure)].join('\n'),
          ok: waiting === 0,
        };
      }),
    );

  program
    .command('erasures')
    .description('who was forgotten, with the receipt of each audience, and what is pending')
    .option('--pending', 'only those that are not through')
    .option('--limit <n>', 'at most this many', positive, 20)
    .action(({ pending, limit }: { pending?: boolean; limit: number }) =>
      command(program, {}, async ({ context }) => {
        const erasures = await listErasures(context, { pendingOnly: pending === true, limit });
        const total = `${countOf(erasures.length, 'erasure')}${erasures.length === limit ? ' shown' : ''}.`;
        return { json: erasures, text: [...erasures.flatMap(describeErasure), total].join('\n') };
      }),
    );
}
