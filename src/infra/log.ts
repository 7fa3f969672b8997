/** Logs: JSON lines on stderr, with everything that could identify a person or open a door cut out. */
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

export type Log = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/** Parts of field names, however they are cased or joined: `accessToken`, `X-API-Key`, `email_2`. */
const SECRET_FIELD =
  /email|phone|digest|token|secret|password|authorization|credential|apikey|cookie|url/u;

/** A second wall behind the rule that such values are not logged in the first place. */
export function createLog(
  level: string,
  to: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  const formatters = { log: (fields: object) => cutFields(fields, []) };
  // Errors are turned into fields there, at any depth; pino's own way would know one place alone.
  return pino({ level, base: null, formatters, serializers: { err: (error) => error } }, to);
}

function cutFields(fields: object, above: readonly object[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELD.test(name.toLowerCase().replaceAll(/[^a-z]/gu, ''))
        ? '[cut]'
        : cut(value, [...above, fields]),
    ]),
  );
}

function cut(value: unknown, above: readonly object[]): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (above.includes(value)) return '[circular]';
  if (Array.isArray(value)) return value.map((entry) => cut(entry, [...above, value]));
  // An error's message and stack are no fields of their own.
  const error = value instanceof Error ? pino.stdSerializers.err(value) : undefined;
  return cutFields(error === undefined ? value : { ...error }, [...above, value]);
}
