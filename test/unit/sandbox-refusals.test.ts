import { expect, it } from 'vitest';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { refusalsOf } from '../../connectors/sandbox/refusals.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { PLATFORMS } from '../../connectors/registry.ts';
import { fakeEmulator } from '../support/fake-emulator.ts';
import { sha256 } from '../support/people.ts';

const [A, B] = [sha256('a'), sha256('b')];
const NOW = new Date('2026-11-21T00:00:00Z');

it('come back after a restart for a platform that does not remember them itself', () => {
  const world = emptyWorld(NOW);
  const [first, other] = [fakeEmulator('fake'), fakeEmulator('other')];
  const refusals = refusalsOf(world, [first, other]);
  for (const key of [A, B, A]) refusals.refuse(first, key);
  expect(first.refusedKeys).toEqual([A, B]);
  const [again, otherAgain] = [fakeEmulator('fake'), fakeEmulator('other')];
  const restored = refusalsOf(world, [again, otherAgain]);
  expect([again.refusedKeys, otherAgain.refusedKeys]).toEqual([[A, B], []]);
  expect([restored.of('fake'), restored.of('other')]).toEqual([[A, B], []]);
});

it('are told once to a platform that writes them down', async () => {
  const world = emptyWorld(NOW);
  const start = async () => {
    const emulators = await loadEmulators(world);
    return { emulators, refusals: refusalsOf(world, emulators) };
  };
  const { emulators, refusals } = await start();
  for (const emulator of emulators) refusals.refuse(emulator, A);
  await start();
  const { refusals: third } = await start();
  for (const platform of PLATFORMS) {
    const told = [...world.journal.replay(platform)].filter(({ type }) => type === 'key-refused');
    expect(told.length, platform).toBeLessThanOrEqual(1);
    expect(third.of(platform)).toEqual([A]);
  }
});
