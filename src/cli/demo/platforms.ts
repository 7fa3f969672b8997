/** The emulated ad platforms on one loopback port, as the sandbox command and the demo serve them. */
import { createGoogleEmulator } from '../../../connectors/google/sandbox.ts';
import { createMetaEmulator } from '../../../connectors/meta/sandbox.ts';
import type { Emulator, Population, SandboxClock } from '../../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../../connectors/sandbox/server.ts';
import { fileJournal } from '../../../connectors/sandbox/world.ts';
import { createXEmulator } from '../../../connectors/x/sandbox.ts';
import { RekindleError } from '../../errors.ts';
import { systemClock } from '../../infra/clock.ts';

export interface Sandbox {
  readonly url: string;
  readonly emulators: readonly Emulator[];
  /** The variables that point Rekindle at it. */
  readonly endpoints: Readonly<Record<string, string>>;
  advance(ms: number): void;
  close(): Promise<void>;
}

/**
 * Starts the three platforms with what they remember from before.
 *
 * @throws RekindleError `sandbox.address` when the port is taken.
 */
export async function startSandbox(options: {
  readonly journal: string;
  readonly clock: SandboxClock;
  readonly population: Population;
  readonly port: number;
}): Promise<Sandbox> {
  const { clock } = options;
  const journal = fileJournal(options.journal);
  const world = { clock, journal, population: options.population };
  const emulators = [
    createMetaEmulator(world),
    createGoogleEmulator(world),
    createXEmulator(world),
  ];
  try {
    const server = await serveSandbox({ world, emulators, port: options.port });
    return {
      url: server.url,
      emulators,
      endpoints: {
        META_GRAPH_URL: `${server.url}/meta`,
        GOOGLE_DATA_MANAGER_URL: `${server.url}/google`,
        GOOGLE_OAUTH_URL: `${server.url}/google/token`,
        X_ADS_URL: `${server.url}/x`,
      },
      advance: (ms) => clock.advance(ms),
      async close() {
        await server.close();
        journal.close();
      },
    };
  } catch (error) {
    journal.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new RekindleError(
      'sandbox.address',
      `The sandbox cannot listen on 127.0.0.1:${options.port} (${code}). Choose another --port.`,
      { cause: error },
    );
  }
}

/** The machine's time, which can be set ahead. */
export function runningClock(): SandboxClock {
  let ahead = 0;
  const now = (): number => systemClock.now().getTime() + ahead;
  return {
    now: () => new Date(now()),
    advance(ms) {
      ahead += ms;
    },
    set(at) {
      ahead += at.getTime() - now();
    },
  };
}
