/**
 * The emulators of the registered platforms, found by convention: `connectors/<platform>/sandbox.ts`
 * exports `createEmulator`. What points Rekindle at them is read off the connectors.
 */
import { z } from 'zod';
import { findConnector, PLATFORMS } from '../registry.ts';
import type { CreateEmulator, Emulator, SandboxWorld } from './emulator.ts';

const EmulatorModule = z.object({
  createEmulator: z.custom<CreateEmulator>((value) => typeof value === 'function'),
});

/**
 * Makes the emulators of platforms, all registered ones by default, in the registry's order.
 *
 * @throws Error for a platform that is not registered, or whose emulator is missing.
 */
export async function loadEmulators(
  world: SandboxWorld,
  platforms: readonly string[] = PLATFORMS,
): Promise<Emulator[]> {
  const stranger = platforms.find((platform) => !PLATFORMS.includes(platform));
  if (stranger !== undefined) {
    throw new Error(`"${stranger}" is no platform; there are ${PLATFORMS.join(', ')}.`);
  }
  return Promise.all(
    PLATFORMS.filter((platform) => platforms.includes(platform)).map(async (platform) => {
      const module: unknown = await import(`../${platform}/sandbox.ts`);
      const read = EmulatorModule.safeParse(module);
      if (read.success) return read.data.createEmulator(world);
      throw new Error(`connectors/${platform}/sandbox.ts has to export createEmulator.`);
    }),
  );
}

/** The connector's `endpoints` for an emulator that is mounted at `base`. */
export function endpointsAt(emulator: Emulator, base: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(emulator.paths).map(([name, path]) => [name, `${base}${path}`]),
  );
}

/** The same by the variables that point Rekindle there; empty where no connector has the name. */
export function variablesAt(emulator: Emulator, base: string): Record<string, string> {
  const endpoints = findConnector(emulator.platform)?.endpoints ?? {};
  return Object.fromEntries(
    Object.entries(endpointsAt(emulator, base)).flatMap(([name, address]) => {
      const variable = endpoints[name]?.variable;
      return variable === undefined ? [] : [[variable, address]];
    }),
  );
}

/** The platform's name as people write it. */
export function titleOf(platform: string): string {
  return findConnector(platform)?.title ?? platform;
}

/** What a credential is called in the environment, e.g. `GOOGLE_CLIENT_ID` for google's clientId. */
export function credentialVariable(platform: string, credential: string): string {
  const words = `${platform}-${credential}`.replaceAll(/(?=[A-Z])/g, '_');
  return words.replaceAll('-', '_').toUpperCase();
}
