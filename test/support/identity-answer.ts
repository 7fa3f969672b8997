/** What a rule makes of a value, in one word for tables of cases. */
import { explainValue } from '../../src/identity/index.ts';
import type { Rule } from '../../src/identity/index.ts';

/** The text that is hashed or sent, `digest …` for one passed through, `✗ reason` for a refusal. */
export function answerOf(rule: Rule, raw: string, country: string | null = null): string {
  const { sent } = explainValue(raw, rule, country);
  if (!sent.ok) return `✗ ${sent.reason}`;
  if ('plain' in sent) return sent.plain;
  return sent.normalised ?? `digest ${sent.digest}`;
}
