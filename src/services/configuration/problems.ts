/** What is wrong with a configuration file, each by its path and line. */
import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { RekindleError } from '../../errors.ts';

export type Path = readonly (string | number)[];

export interface ConfigurationProblem {
  readonly path: Path;
  readonly message: string;
}

export interface ReadFile {
  readonly value: unknown;
  /** One error for all problems, each with its path and line; the file is not applied. */
  readonly refuse: (problems: readonly ConfigurationProblem[]) => RekindleError;
}

/**
 * Reads YAML (or JSON, which is YAML).
 *
 * @throws RekindleError `input.invalid` with the line where the text is not YAML.
 */
export function readYaml(text: string, file: string): ReadFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new RekindleError(
      'input.invalid',
      `${file} is not readable as YAML: ${broken.message.split('\n')[0]}. Nothing was applied.`,
    );
  }
  return {
    value: document.toJS() as unknown,
    refuse: (problems) =>
      new RekindleError(
        'input.invalid',
        `${file} is not applied:\n${problems
          .map((problem) => ({ problem, line: lineOf(problem.path, document, lines) ?? 0 }))
          .sort((a, b) => a.line - b.line)
          .map(({ problem, line }) => `  ${formatProblem(problem, file, line)}`)
          .join('\n')}`,
        { details: { problems: problems.map(({ path, message }) => ({ path, message })) } },
      ),
  };
}

/** zod's issues as problems; an unknown key is named by its own path. */
export function problemsOf(error: z.ZodError, prefix: Path = []): ConfigurationProblem[] {
  return error.issues.flatMap((issue): ConfigurationProblem[] => {
    const path = [
      ...prefix,
      ...issue.path.filter((part): part is string | number => typeof part !== 'symbol'),
    ];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'is not a key of this version',
      }));
    }
    return [{ path, message: wordingOf(issue) }];
  });
}

/** zod speaks to programmers; where it does, the same for people. */
function wordingOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const missing = issue.message.includes('received undefined');
    if (missing) return 'is missing';
    return `must be ${issue.expected === 'boolean' ? 'true or false' : issue.expected}`;
  }
  const values = /^Invalid (?:discriminator value|option)[.:] [Ee]xpected (?:one of )?(.+)$/u.exec(
    issue.message,
  );
  return values?.[1] === undefined
    ? issue.message
    : `must be one of ${values[1].replaceAll(' | ', ', ').replaceAll('|', ', ')}`;
}

function formatProblem(
  { path, message }: ConfigurationProblem,
  file: string,
  line: number,
): string {
  return `${file}${line === 0 ? '' : `:${line}`} ${formatPath(path)}: ${message}`;
}

function formatPath(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`,
    )
    .join('');
}

/** The line of the value, or of the nearest thing around it that is written down. */
function lineOf(path: Path, document: Document, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
