/** The emulated ad platforms on one loopback port, as the sandbox command and the demo serve them. */
import type { Emulator, Population, SandboxClock } from '../../../connectors/sandbox/emulator.ts';
import { loadEmulators } from '../../../connectors/sandbox/emulators.ts';
import { fileJournal } from '../../../connectors/sandbox/file-journal.ts';
import { runningClock } from '../../../connectors/sandbox/running-clock.ts';
import { serveSandbox } from '../../../connectors/sandbox/server.ts';
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
 * Starts every platform with what it remembers from before.
 *
 * @throws RekindleError `sandbox.address` when the port is taken.
 */
export async function startSandbox(options: {
  readonly journal: string;
  /** By default the machine's time, as far ahead as it was moved over the same journal. */
  readonly clock?: SandboxClock;
  readonly population: Population;
  readonly port: number;
}): Promise<Sandbox> {
  const { population, port } = options;
  const journal = fileJournal(options.journal);
  try {
    const clock = options.clock ?? runningClock(systemClock, journal);
    const world = { clock, journal, population };
    const emulators = await loadEmulators(world);
    const server = await listening(serveSandbox({ world, emulators, port }), port);
    return {
      url: server.url,
      emulators,
      endpoints: server.variables,
      advance: (ms) => clock.advance(ms),
      async close() {
        await server.close();
        journal.close();
      },
    };
  } catch (error) {
    journal.close();
    throw error;
  }
}

async function listening<T>(starting: Promise<T>, port: number): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new RekindleError(
      'sandbox.address',
      `The sandbox cannot listen on 127.0.0.1:${port} (${code}). Choose another --port.`,
      { cause: error },
    );
  }
}
