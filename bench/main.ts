/** `npm run bench NAME`: measures a part of Rekindle and prints its figures. */
import { benchIdentity } from './identity.ts';
import { benchSync } from './sync.ts';
import { benchXPack } from './x-pack.ts';

type Bench = (print: (line: string) => void, argv: string[]) => void | Promise<void>;

const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ['identity', benchIdentity],
  ['sync', benchSync],
  ['x-pack', benchXPack],
]);

const [name = '', ...options] = process.argv.slice(2);
const bench = BENCHES.get(name);
if (bench === undefined) {
  process.stderr.write(
    `There is no bench "${name}"; there are ${[...BENCHES.keys()].join(', ')}.\n`,
  );
  process.exitCode = 1;
} else {
  await bench((line) => process.stdout.write(`${line}\n`), options);
}
