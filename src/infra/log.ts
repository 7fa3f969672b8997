/** Logs: JSON lines on stderr, with everything that could identify a person or open a door cut out. */
import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';

export type Log = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/** A second wall behind the rule that such values are not logged in the first place. */
const SECRET_FIELDS = [
  'email',
  'emails',
  'phone',
  'phones',
  'digest',
  'digests',
  'token',
  'accessToken',
  'credentials',
  'authorization',
  'password',
  'url',
];

export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[cut]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
