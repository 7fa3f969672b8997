import { describe, expect, it } from 'vitest';
import { uniform } from '../support/arm.ts';

describe('the number that decides an arm', () => {
  it.each([
    ['aud_loyal_v1', 'cust-000042', 0.8459596350773531],
    ['aud_loyal_v1', 'Zoë@example.com', 0.04694043913544377],
    ['global', '1', 0.29774220391881556],
  ])('of %s:%s is the published one', (salt, id, expected) => {
    expect(uniform(salt, id)).toBe(expected);
  });
});
