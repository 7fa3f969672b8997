/** What services get for applying and exporting a configuration: a database and nothing else. */
import { fixedClock } from '../../src/infra/clock.ts';
import type { Db } from '../../src/infra/db.ts';
import { createLog } from '../../src/infra/log.ts';
import { createContext } from '../../src/services/context.ts';
import type { ServiceContext } from '../../src/services/context.ts';

export function configurationContext(db: Db, now: Date): ServiceContext {
  return createContext({
    db,
    actor: { kind: 'cli', name: 'tester' },
    timezone: 'Europe/Berlin',
    log: createLog('silent'),
    clock: fixedClock(now),
    secret: () => {
      throw new Error('Applying a file reads no secret.');
    },
    endpoints: {},
    signal: new AbortController().signal,
  });
}
