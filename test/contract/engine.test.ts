/** Every platform of the registry × every case of the engine that platforms share. */
import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../connectors/registry.ts';
import { ENGINE_CASES } from './engine-cases.ts';

describe.each(PLATFORMS)('the engine before %s', (platform) => {
  it.each(ENGINE_CASES)('$must', async ({ run }) => {
    expect.hasAssertions();
    await run(platform);
  });
});
