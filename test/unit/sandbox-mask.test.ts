import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskedAddress } from '../../connectors/sandbox/mask.ts';
import { sha256 } from '../support/people.ts';

it.each([
  ['/meta/v26.0/23850000000001/users', '/meta/v26.0/23850000000001/users'],
  ['/google/v1/audienceMembers:ingest', '/google/v1/audienceMembers:ingest'],
  ['/x/12/accounts/18ce54d4x5t/custom_audiences', '/x/12/accounts/18ce54d4x5t/custom_audiences'],
  ['/meta/me?access_token=EAAB&fields=id,name', '/meta/me?access_token=***&fields=***'],
  ['/meta/me?access_token', '/meta/me?access_token=***'],
  ['/meta/a%40b.example/x', '/meta/***/x'],
  ['/meta/a%252540b.example', '/meta/***'],
  ['/meta/%2B819012345678', '/meta/***'],
  ['/meta/%zz@', '/meta/***'],
  [`/meta/x-${'ab'.repeat(20)}`, '/meta/***'],
  ['/meta/top-secret-1', '/meta/***'],
  ['/?', '/'],
])('%s is kept as %s', (address, kept) => {
  expect(maskedAddress(address, ['secret-1', ''])).toBe(kept);
});

it('no value of a query and no digest survives, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(3), (value, n, rounds) => {
      const digest = sha256(`${n}`);
      let written = `${value}${digest}`.toWellFormed();
      for (let round = 0; round < rounds; round += 1) written = encodeURIComponent(written);
      for (const address of [
        `/a/${written}/b`,
        `/a?b=${written}`,
        `/a?${written}`,
        `/a?b&${written}=1`,
      ]) {
        expect(maskedAddress(address, [])).not.toContain(digest);
      }
    }),
  );
});
