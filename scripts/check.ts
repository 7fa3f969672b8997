/**
 * `npm run check`: what can be known of the source without running the product. Prints one line a
 * check with its duration, the whole output of those that failed, and exits 1 if any did.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A named command; the program is one of node_modules/.bin. */
export interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, 'node_modules', '.bin');

/** Longest first, so that two at a time end together. */
const checks: readonly Check[] = [
  { name: 'formatting', program: 'prettier', args: ['--check', '.'] },
  { name: 'architecture', program: 'vitest', args: ['run', '--project', 'architecture'] },
  { name: 'types', program: 'tsc', args: ['-p', '.', '--noEmit'] },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
];

/**
 * Runs checks from the repository's root, at most `atOnce` at a time, and writes a line as each
 * ends. Gives the names of those that failed, in the order of `all`.
 */
export async function runChecks(
  all: readonly Check[],
  atOnce: number,
  write: (text: string) => void,
): Promise<string[]> {
  const waiting = [...all];
  const failed = new Set<string>();
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const { passed, output } = await run(check);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      write(`${check.name.padEnd(14)}${passed ? 'ok    ' : 'FAILED'}${seconds.padStart(6)} s\n`);
      if (!passed) {
        failed.add(check.name);
        write(`${output.trimEnd()}\n\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return all.map((check) => check.name).filter((name) => failed.has(name));
}

function run(check: Check): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve) => {
    // The Node that runs this comes first, since the programs ask the path for theirs.
    const path = [dirname(process.execPath), programs, process.env['PATH'] ?? ''].join(delimiter);
    const child = spawn(join(programs, check.program), check.args, {
      cwd: root,
      env: { ...process.env, PATH: path, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => {
      const output = `${check.program} did not start (${error.message}). Run "npm ci" first.`;
      resolve({ passed: false, output });
    });
    child.on('close', (code) => {
      resolve({ passed: code === 0, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

if (import.meta.main) {
  const failed = await runChecks(checks, Math.min(2, availableParallelism()), (text) => {
    process.stdout.write(text);
  });
  if (failed.length > 0) {
    process.stdout.write(`${failed.length} of ${checks.length} failed: ${failed.join(', ')}.\n`);
    process.exitCode = 1;
  }
}
