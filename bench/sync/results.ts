/** Keeps the figures of a run of the bench in bench/results.md, the newest first. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

const FILE = new URL('../results.md', import.meta.url);
const HEADING = '# Results of `npm run bench`\n';

/** Adds the lines under today's date and what the machine is; nothing that names it. */
export function recordResults(lines: readonly string[]): void {
  const [cpu] = cpus();
  const machine = [
    `${availableParallelism()} cores (${cpu?.model.trim() ?? 'of an unknown kind'})`,
    `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `Node ${process.versions.node}`,
  ].join(', ');
  const day = new Date().toISOString().slice(0, 10);
  const entry = `\n## ${day}\n\n${machine}\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`;
  const before = existing().slice(HEADING.length);
  writeFileSync(FILE, `${HEADING}${entry}${before}`);
}

function existing(): string {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return HEADING;
  }
}
