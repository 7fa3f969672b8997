/** `hash --platform P`: NDJSON in, NDJSON out; or one value, for a person. */
import type { Command } from 'commander';
import { createInterface } from 'node:readline';
import { RekindleError } from '../../errors.ts';
import { HashRequest, hasherFor, unknownField } from '../../services/hash-identifiers.ts';
import type { HashAnswer } from '../../services/hash-identifiers.ts';
import { report } from '../command.ts';
import type { Outcome } from '../command.ts';
import { explanationText } from '../hash-text.ts';
import { print } from '../output.ts';

interface Options {
  readonly platform: string;
  readonly field?: string;
  readonly country?: string;
  readonly explain?: true;
}

export function addHashCommand(program: Command): void {
  program
    .command('hash')
    .description(
      'what a platform gets of a value: NDJSON {field, value, country?} from standard input → {field, hash, …}, or one value with --field',
    )
    .argument('[value]', 'one value to hash, instead of standard input')
    .requiredOption('--platform <platform>', 'whose rules: meta, google or x')
    .option('--field <field>', 'what the value is: a column of an import, or the platform’s name')
    .option('--country <country>', 'where the value is from: JP, Japan or +81')
    .option('--explain', 'show what each rule made of the value')
    .action((value: string | undefined, options: Options) =>
      report(program, (json) => (value === undefined ? lines(options, json) : one(value, options))),
    );
}

/** A single value is for a person to read; `--json` gives the answer as it stands. */
async function one(value: string, options: Options): Promise<Outcome> {
  if (options.field === undefined) {
    throw new RekindleError(
      'input.invalid',
      'Say what the value is, for instance --field phone; without a value, requests are read from standard input.',
    );
  }
  const request = withCountry({ field: options.field, value }, options);
  const answer = hasherFor(options.platform, { explain: options.explain === true })(request);
  return { json: answer, text: explanationText(request, answer), ok: !failed(answer) };
}

async function lines(options: Options, json: boolean): Promise<Outcome> {
  const explain = options.explain === true;
  const hash = hasherFor(options.platform, { explain });
  const forPeople = explain && !json && process.stdout.isTTY;
  let failures = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const request = parseRequest(line);
    const asked = request === undefined ? undefined : withCountry(request, options);
    const answer = asked === undefined ? unknownField() : hash(asked);
    if (failed(answer)) failures += 1;
    print(forPeople ? explanationText(asked, answer) : JSON.stringify(answer));
  }
  return { json: undefined, text: '', ok: failures === 0 };
}

function failed(answer: HashAnswer): boolean {
  return 'parts' in answer ? answer.parts.some(failed) : 'error' in answer;
}

function withCountry(request: HashRequest, { country }: Options): HashRequest {
  return request.country === undefined && country !== undefined ? { ...request, country } : request;
}

function parseRequest(line: string): HashRequest | undefined {
  try {
    return HashRequest.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
