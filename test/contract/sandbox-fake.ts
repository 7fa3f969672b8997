/** The fake platform as the sandbox serves it: it tells how long its lists are. */
import type { Population } from '../../connectors/sandbox/emulator.ts';
import { fakeEmulator } from '../support/fake-emulator.ts';
import type { FakeEmulator } from '../support/fake-emulator.ts';

export function sizedFake(platform = 'fake', people?: Population): FakeEmulator {
  const fake = fakeEmulator(platform, people);
  return { ...fake, size: (id) => fake.members(id).length };
}
