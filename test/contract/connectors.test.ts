/** Every platform of the registry × every case that connectors share. */
import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../connectors/registry.ts';
import { CONNECTOR_CASES } from './connector-cases.ts';
import { connectorStage } from './connector-stage.ts';

describe.each(PLATFORMS)('the connector of %s', (platform) => {
  it.each(CONNECTOR_CASES)('$must', async ({ run }) => {
    expect.hasAssertions();
    await run(await connectorStage(platform));
  });
});
