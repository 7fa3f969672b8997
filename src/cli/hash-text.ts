/** What became of a value on its way to a platform, step by step, for a person to read. */
import type { HashAnswer, HashRequest } from '../services/hash-identifiers.ts';

/** The steps, one a line with the text after each, and the end: a digest, a text or a reason. */
export function explanationText(request: HashRequest | undefined, answer: HashAnswer): string {
  const given = request === undefined ? '' : `  ${request.value}`;
  return [`${answer.field ?? 'not a request'}${given}`, ...linesOf(answer)].join('\n');
}

function linesOf(answer: HashAnswer): string[] {
  if ('parts' in answer) {
    return answer.parts.flatMap((part) => [`  ${part.field ?? ''}`, ...linesOf(part)]);
  }
  const steps = (answer.steps ?? []).map(({ rule, text }): Line => [rule, text]);
  const lines = [...steps, ...endOf(answer)];
  const width = Math.max(...lines.map(([what]) => what.length));
  return lines.map(([what, text]) => `    ${what.padEnd(width)}  →  ${text}`);
}

type Line = readonly [what: string, text: string];

function endOf(answer: Exclude<HashAnswer, { readonly parts: unknown }>): Line[] {
  if ('error' in answer) return [['not sent', answer.error]];
  if ('plain' in answer) return [['sent as it is', answer.plain]];
  const { normalized, hash, warning, steps } = answer;
  const unexplained = normalized !== undefined && steps === undefined;
  return [
    ...(unexplained ? [['normalised', normalized] as const] : []),
    [normalized === undefined ? 'digest' : 'SHA-256', hash],
    ...(warning === undefined ? [] : [['note', warning] as const]),
  ];
}
