/** The whole engine before one platform, for the cases that all platforms share. */
import { KEY_RULES } from '../../src/identity/types.ts';
import { findConnector } from '../../connectors/registry.ts';
import type { Connector } from '../../connectors/connector.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { runSync } from '../../src/services/run-sync.ts';
import type { RunInput } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { suppress } from '../../src/services/suppress.ts';
import { runApproved } from '../support/approve.ts';
import { bring, sha256 } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';
import type { OwnFault } from './connector-stage.ts';

export const DAY = 86_400_000;

export interface EngineStage extends Stage {
  readonly connector: Connector;
  readonly emulator: Emulator;
  readonly sync: string;
  /** Runs the sync, what is held as well where that is approved; the platform then has a day. */
  readonly run: (input?: Partial<RunInput>) => Promise<RunDetails>;
  /** Asks for the last answers, so that the figures of the last run are final. */
  readonly befall: (fault: OwnFault) => void;
  readonly suppress: (customerId: string) => Promise<void>;
  readonly bring: (people: readonly TestPerson[]) => Promise<void>;
  /** The keys that these people have on this platform, sorted. */
  readonly keysOf: (people: readonly TestPerson[]) => string[];
  /** The keys on the platform's list now, sorted. */
  readonly list: () => readonly string[];
}

/**
 * Time leaps: whoever waits has waited. Requests have `deadlineMs`, long enough for a busy machine
 * unless the case is about answers that do not come.
 */
export async function engineStage(platform: string, deadlineMs = 20_000): Promise<EngineStage> {
  const connector = findConnector(platform);
  const on = await stage(NOW, { leaps: true, deadlineMs });
  const emulator = on.emulators.find((candidate) => candidate.platform === platform);
  if (connector === undefined || emulator === undefined) throw new Error(`No ${platform}.`);
  await on.apply(everyoneTo(platform));
  const sync = `everyone-${platform}`;
  return {
    ...on,
    connector,
    emulator,
    sync,
    async run(input = {}) {
      const all = { sync, asOf: on.clock.now(), approved: false, ...input };
      const run = await (all.approved ? runApproved : runSync)(on.context, all);
      on.advance(DAY);
      return run;
    },
    befall: (fault) => on.server.inject({ platform, path: emulator.uploads, ...fault }),
    async suppress(customerId) {
      await suppress(on.context, { kind: 'customer', value: customerId, reason: 'asked' });
    },
    bring: (people) => bring(on.context, people),
    keysOf: (people) =>
      [...new Set(people.flatMap((person) => keysOf(person, connector.identifiers)))].sort(),
    list: () => on.members(platform),
  };
}

/** Clean values alone: lowercase addresses outside gmail, phones in E.164. */
function keysOf({ email, phone }: TestPerson, rules: Connector['identifiers']): string[] {
  const digits = rules.phone === KEY_RULES.phone.find((rule) => rule === 'phone_digits');
  return [email, digits ? phone?.slice(1) : phone]
    .filter((value) => value !== undefined)
    .map(sha256);
}
