import { afterAll, onTestFinished } from 'vitest';

/** Runs `tidy` when the test that asked is through; asked for in a hook, when its file is. */
export function atTheEnd(tidy: () => Promise<void>): void {
  try {
    onTestFinished(tidy);
  } catch {
    afterAll(tidy);
  }
}
