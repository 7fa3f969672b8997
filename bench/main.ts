/** `npm run bench NAME`: measures a part of Rekindle and prints its figures. */
import { benchIdentity } from './identity.ts';
import { benchXPack } from './x-pack.ts';

const BENCHES: ReadonlyMap<string, (print: (line: string) => void) => void> = new Map([
  ['identity', benchIdentity],
  ['x-pack', benchXPack],
]);

const name = process.argv[2] ?? '';
const bench = BENCHES.get(name);
if (bench === undefined) {
  process.stderr.write(
    `There is no bench "${name}"; there are ${[...BENCHES.keys()].join(', ')}.\n`,
  );
  process.exitCode = 1;
} else {
  bench((line) => process.stdout.write(`${line}\n`));
}
