/** The score that an ad account may run up on the Meta emulator, and how long it is blocked. */
import { describe, expect, it } from 'vitest';
import { accountScore } from '../../connectors/meta/sandbox/score.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { refused, sandbox } from '../support/meta-emulator.ts';

const ACCOUNT = 'act_1234567890';
const START = new Date('2026-11-21T00:00:00Z');

describe('the score of an ad account on the Meta emulator', () => {
  it.each([
    ['full', 9000, 60],
    ['limited', 60, 300],
  ] as const)('at %s access holds %i points and blocks for %i seconds', (tier, most, seconds) => {
    const { clock } = emptyWorld(START);
    const score = accountScore(clock, tier);
    for (let points = 0; points < most; points += 3) expect(score.spend(true)).toBe(true);
    expect(score.spend(false)).toBe(false);
    clock.advance(seconds * 1000 - 1);
    // A call in between begins the block anew.
    expect(score.spend(false)).toBe(false);
    clock.advance(seconds * 1000 - 1);
    expect(score.spend(false)).toBe(false);
    clock.advance(seconds * 1000);
    expect(score.spend(false)).toBe(true);
  });

  it('goes down with time, so that calls at an even pace are never blocked', () => {
    const { clock } = emptyWorld(START);
    const score = accountScore(clock, 'limited');
    for (let call = 0; call < 100; call += 1) {
      expect(score.spend(true)).toBe(true);
      clock.advance(15_000);
    }
  });

  it('is told of by one code for reads and another for writes, with no header', async () => {
    const { request, post } = sandbox({ tier: 'limited' });
    for (let read = 0; read < 60; read += 1) await request(ACCOUNT);
    expect(await refused(request(ACCOUNT))).toBe('17/2446079');
    const answer = await post(`${ACCOUNT}/customaudiences`, {});
    expect(await refused(answer.clone())).toBe('613/1487742');
    expect(answer.headers.get('x-ad-account-usage')).toBeNull();
  });
});
