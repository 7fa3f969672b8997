/** `hash --platform P`: NDJSON in, NDJSON out. */
import type { Command } from 'commander';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { HashRequest, IDENTIFIER_KINDS, hasherFor } from '../../services/hash-identifiers.ts';
import { report } from '../command.ts';
import { print } from '../output.ts';

export function addHashCommand(program: Command): void {
  program
    .command('hash')
    .description('NDJSON {field, value, country?} from standard input → {field, hash, …}')
    .requiredOption('--platform <platform>', 'whose rules: meta, google or x')
    .action(({ platform }: { platform: string }) =>
      report(program, async () => {
        const hash = hasherFor(platform);
        let failed = 0;
        for await (const line of createInterface({ input: process.stdin })) {
          if (line.trim() === '') continue;
          const answer = answerLine(hash, line);
          if ('error' in answer) failed += 1;
          print(JSON.stringify(answer));
        }
        return { json: undefined, text: '', ok: failed === 0 };
      }),
    );
}

/** A line that is no request gets an answer too, without what it held. */
function answerLine(hash: ReturnType<typeof hasherFor>, line: string): object {
  const request = parseRequest(line);
  return request === undefined
    ? {
        field: null,
        hash: '',
        error: `Not a request: {"field": "email", "value": "…"} is one; a field is ${IDENTIFIER_KINDS.join(' or ')}.`,
      }
    : hash(request);
}

function parseRequest(line: string): z.infer<typeof HashRequest> | undefined {
  try {
    return HashRequest.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
