import { describe, expect, it } from 'vitest';
import { findConnector, PLATFORMS } from '../../connectors/registry.ts';
import {
  credentialVariable,
  endpointsAt,
  loadEmulators,
  titleOf,
  variablesAt,
} from '../../connectors/sandbox/emulators.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { CREDENTIAL_VARIABLES } from '../../src/cli/demo/configuration.ts';
import { fakeEmulator } from '../support/fake-emulator.ts';

const NOW = new Date('2026-11-21T00:00:00Z');

describe('the emulators of the registered platforms', () => {
  it('are all there, in the registry’s order, each with what its connector needs', async () => {
    const emulators = await loadEmulators(emptyWorld(NOW));
    expect(emulators.map(({ platform }) => platform)).toEqual(PLATFORMS);
    for (const emulator of emulators) {
      const connector = findConnector(emulator.platform);
      expect(Object.keys(emulator.paths).toSorted()).toEqual(
        Object.keys(connector?.endpoints ?? {}).toSorted(),
      );
      expect(connector?.settings.credentials.safeParse(emulator.credentials).success).toBe(true);
      expect(connector?.settings.account.safeParse(emulator.account).success).toBe(true);
    }
  });

  it('are those that were asked for', async () => {
    const emulators = await loadEmulators(emptyWorld(NOW), ['meta']);
    expect(emulators.map(({ platform }) => platform)).toEqual(['meta']);
    await expect(loadEmulators(emptyWorld(NOW), ['meta', '../x'])).rejects.toThrow(
      '"../x" is no platform; there are meta, google, x',
    );
  });
});

describe('what points Rekindle at an emulator', () => {
  it('is read off its connector', () => {
    const google = {
      ...fakeEmulator('google'),
      paths: { dataManager: '', oauth: '/token', ads: '/ads' },
    };
    expect(variablesAt(google, 'http://127.0.0.1:1/google')).toEqual({
      GOOGLE_DATA_MANAGER_URL: 'http://127.0.0.1:1/google',
      GOOGLE_OAUTH_URL: 'http://127.0.0.1:1/google/token',
      GOOGLE_ADS_URL: 'http://127.0.0.1:1/google/ads',
    });
    expect(endpointsAt(google, 'http://127.0.0.1:1/google')).toEqual({
      dataManager: 'http://127.0.0.1:1/google',
      oauth: 'http://127.0.0.1:1/google/token',
      ads: 'http://127.0.0.1:1/google/ads',
    });
    expect(titleOf('google')).toBe('Google');
  });

  it('is nothing for a platform without a connector', () => {
    expect(variablesAt(fakeEmulator(), 'http://127.0.0.1:1/fake')).toEqual({});
    expect(titleOf('fake')).toBe('fake');
  });

  it('names credentials as the demo’s configuration does', () => {
    for (const [platform, names] of Object.entries(CREDENTIAL_VARIABLES)) {
      for (const [name, variable] of Object.entries(names)) {
        expect(credentialVariable(platform, name)).toBe(variable);
      }
    }
  });
});
