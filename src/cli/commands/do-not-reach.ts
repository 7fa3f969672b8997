/** `do-not-reach DESTINATION`: the suppressed people whom no ad of an account is to be shown to. */
import type { Command } from 'commander';
import { shareSuppressions } from '../../services/share-suppressions.ts';
import type { SharedSuppressions } from '../../services/share-suppressions.ts';
import { command } from '../command.ts';
import { count, countOf } from '../output.ts';
import { noProgress, note, progress } from '../progress.ts';

export function addDoNotReachCommand(program: Command): void {
  program
    .command('do-not-reach <destination>')
    .description('tell a platform which suppressed people an account’s ads are never to reach')
    .option('--yes', 'do it; without, it shows what would be uploaded and sends nothing')
    .option('--again', 'send everything once more, for a list that was changed on the platform')
    .action((destination: string, options: { yes?: boolean; again?: boolean }) =>
      command(program, {}, async ({ context }, { json }) => {
        const bar = json ? noProgress : progress(`Do not reach: ${destination}`);
        try {
          const shared = await shareSuppressions(context, {
            destination,
            approved: options.yes === true,
            again: options.again === true,
            onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
            onWait({ until, problem }) {
              if (json) return;
              note(
                `The account waits until ${until.toISOString()} (${problem.code}); it goes on then.`,
              );
            },
          });
          return {
            json: shared,
            text: describe(shared, options.again === true),
            ok: shared.delivered === null || isComplete(shared.delivered),
          };
        } finally {
          bar.stop();
        }
      }),
    );
}

type Delivered = NonNullable<SharedSuppressions['delivered']>;

function isComplete({ rejected, unknown, notSent, problem }: Delivered): boolean {
  return rejected + unknown + notSent === 0 && problem === null;
}

function describe(shared: SharedSuppressions, again: boolean): string {
  const { destination, delivered } = shared;
  if (delivered !== null) return [...figures(shared), ...describeDelivered(delivered)].join('\n');
  const due = shared.toAdd + shared.toRenew + shared.toRemove;
  return [
    ...(due === 0 ? [] : upload(shared)),
    ...figures(shared),
    'Dry run: nothing was sent.',
    ...(due === 0
      ? []
      : [`To do it: rekindle do-not-reach ${destination}${again ? ' --again' : ''} --yes`]),
  ].join('\n');
}

/** What would leave the house, to whom, and why that is for a person to decide. */
function upload({ uploads: { email, phone }, platform, account }: SharedSuppressions): string[] {
  return [
    `SHA-256 digests of ${countOf(email, 'e-mail spelling')} and ${countOf(phone, 'phone number')} would go to ${platform}, onto the do-not-reach list of the account ${account}.`,
    `They are of people who said no, of whom nothing else is ever uploaded. ${platform} cannot keep the account's ads from people whom it is not told of; so this is done, and only when a person asks for it.`,
  ];
}

function figures(shared: SharedSuppressions): string[] {
  const { toAdd, toRenew, toRemove, unchanged, leftOut, listReplaced, platform } = shared;
  const { customer, domain } = leftOut;
  return [
    ...(listReplaced === true ? [REPLACED(platform)] : []),
    ...(listReplaced === null ? [UNSEEN(platform)] : []),
    `To add ${count(toAdd)}, to renew ${count(toRenew)}, to take off ${count(toRemove)}, unchanged ${count(unchanged)}.`,
    ...(customer + domain === 0
      ? []
      : [
          `Left out: ${countOf(customer, 'suppressed customer')} and ${countOf(domain, 'suppressed domain')}. Nobody entered an address there, so that there is none to send.`,
        ]),
  ];
}

const REPLACED = (platform: string): string =>
  `The list that these people were put on is no longer the one on ${platform}: somebody deleted it there. Everything is sent once more.`;

const UNSEEN = (platform: string): string =>
  `Whether the list is still there could not be asked of ${platform}; these figures take it that it is.`;

function describeDelivered(delivered: Delivered): string[] {
  const { accepted, rejected, unknown, notSent, problem } = delivered;
  return [
    `Accepted ${count(accepted)}, rejected ${count(rejected)}, unknown ${count(unknown)}, not sent ${count(notSent)}.`,
    ...(problem === null
      ? []
      : [`${problem.message} (${problem.code})`, `  What to do: ${problem.nextStep}`]),
    ...(isComplete(delivered) ? [] : ['Call it again to send the rest.']),
  ];
}
