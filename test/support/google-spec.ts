/** Whether JSON is what the Data Manager API's field list says, for requests and answers. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const SPEC = new URL('../../../shared/platforms/google-spec.json', import.meta.url);

const Spec = z.object({
  http: z.record(z.string(), z.string()),
  messages: z.record(z.string(), z.record(z.string(), z.string())),
  enums: z.record(z.string(), z.array(z.string())),
});
export type Spec = z.infer<typeof Spec>;

/** The field list, undefined on a machine that does not have it. */
export function readGoogleSpec(): Spec | undefined {
  return existsSync(SPEC) ? Spec.parse(JSON.parse(readFileSync(SPEC, 'utf8'))) : undefined;
}

/**
 * Where a value departs from a message of the spec: unknown and missing fields, wrong types, enums
 * of unknown names, two fields of a oneof, and in a request what only Google may say.
 */
export function breaches(
  spec: Spec,
  message: string,
  value: unknown,
  direction: 'request' | 'answer',
  path = message,
): string[] {
  const fields = spec.messages[message];
  if (fields === undefined) return [`${path}: the spec has no message ${message}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path} is no object`];
  }
  const found: string[] = [];
  const oneofs = new Map<string, number>();
  for (const [name, inner] of Object.entries(value)) {
    const type = fields[name];
    const at = `${path}.${name}`;
    if (type === undefined) {
      found.push(`${at} is not in the spec`);
      continue;
    }
    const oneof = /oneof:(\w+)/.exec(type)?.[1];
    if (oneof !== undefined) oneofs.set(oneof, (oneofs.get(oneof) ?? 0) + 1);
    if (direction === 'request' && type.includes('output-only')) found.push(`${at} is output only`);
    found.push(...typed(spec, type, inner, direction, at));
  }
  for (const [name, type] of Object.entries(fields)) {
    if (type.includes('!required') && !(name in value)) found.push(`${path}.${name} is required`);
  }
  for (const [oneof, set] of oneofs) if (set > 1) found.push(`${path} sets ${set} of ${oneof}`);
  const whole = new Set(['UserIdentifier', 'AudienceMember']);
  if (whole.has(message) && oneofs.size === 0) found.push(`${path} sets nothing of its oneof`);
  return found;
}

function typed(
  spec: Spec,
  type: string,
  value: unknown,
  direction: 'request' | 'answer',
  at: string,
): string[] {
  const words = type.split(' ');
  const [first = ''] = words;
  const named = first === 'enum' ? (words[1] ?? '') : first;
  if (named.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    const one = type.replace('[]', '');
    return value.flatMap((each, index) => typed(spec, one, each, direction, `${at}[${index}]`));
  }
  if (first === 'enum') {
    const known = (spec.enums[named] ?? []).map((entry) => entry.split('=')[0]);
    return known.includes(String(value)) ? [] : [`${at} has no value ${String(value)}`];
  }
  if (first === 'string') {
    const form = words.includes('int64')
      ? /^\d+$/
      : words.includes('RFC3339')
        ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
        : words.includes('"<n>s"')
          ? /^\d+s$/
          : /^/;
    return typeof value === 'string' && form.test(value) ? [] : [`${at} is no ${type}`];
  }
  if (first === 'boolean' || first === 'number') {
    return typeof value === first ? [] : [`${at} is no ${first}`];
  }
  return breaches(spec, named, value, direction, at);
}
