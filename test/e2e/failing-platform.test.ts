/** A platform that fails one request in five, in every way that it can, and 50,000 people. */
import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../connectors/registry.ts';
import { crowd } from '../support/engine.ts';
import { engineStage } from '../contract/engine-stage.ts';

const PEOPLE = crowd(50_000);

/** A share of requests for each kind of fault; together one in five. */
const EACH = { rate: 0.2 / 8, path: '' };

describe('a run of 50,000 people against a platform that fails one request in five', () => {
  it.each(PLATFORMS)('ends exact on %s', async (platform) => {
    const on = await engineStage(platform, 20_000);
    await on.bring(PEOPLE);
    const fail = (): void => {
      const seed = `${platform}-e`;
      on.befall({ ...EACH, seed: `${seed}-1`, kind: 'says', mishap: 'server-error' });
      on.befall({ ...EACH, seed: `${seed}-2`, kind: 'says', mishap: 'throttled' });
      on.befall({ ...EACH, seed: `${seed}-3`, kind: 'says', mishap: 'throttled-silently' });
      on.befall({ ...EACH, seed: `${seed}-4`, kind: 'reset' });
      on.befall({ ...EACH, seed: `${seed}-5`, kind: 'lose-answer' });
      on.befall({ ...EACH, seed: `${seed}-6`, kind: 'html', status: 502 });
      on.befall({ ...EACH, seed: `${seed}-7`, kind: 'html', status: 200 });
      on.befall({ ...EACH, seed: `${seed}-8`, kind: 'garbled' });
    };
    fail();
    const first = await on.run();
    expect(first.state).toBe('succeeded');
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
    expect(on.server.requests().some(({ fault }) => fault !== null)).toBe(true);

    // 20,000 leave and 1,000 come, over the same failures.
    const gone = PEOPLE.slice(0, 20_000);
    await on.db.pool.query('DELETE FROM identity WHERE customer_id = ANY($1)', [
      gone.map(({ id }) => id),
    ]);
    const second = await on.run({ approved: true });
    expect(second.state).toBe('succeeded');
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(20_000)));
  });
});
