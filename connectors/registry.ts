/** Every platform that Rekindle can fill audiences on. A new one is one line here. */
import type { Connector } from './connector.ts';
import { google } from './google/index.ts';
import { meta } from './meta/index.ts';
import { x } from './x/index.ts';

const CONNECTORS: readonly Connector[] = [meta, google, x];

/** The platforms' ids, as the configuration writes them. */
export const PLATFORMS: readonly string[] = CONNECTORS.map((connector) => connector.id);

/** The connector of a platform, or undefined where there is none of that id. */
export function findConnector(platform: string): Connector | undefined {
  return CONNECTORS.find((connector) => connector.id === platform);
}
