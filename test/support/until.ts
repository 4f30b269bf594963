import { setTimeout as delay } from 'node:timers/promises';

/** Maximum wait by default, milliseconds: far more than a busy machine needs. */
const LIMIT_MS = 180_000;
/** Pause between two looks, milliseconds. */
const PAUSE_MS = 5;

/**
 * Waits until a condition is true.
 *
 * @param what - what is waited for, to stand in the error.
 * @throws {Error} when it is not true within `limitMs` milliseconds.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  limitMs = LIMIT_MS,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(`not within ${limitMs} ms: ${typeof what === 'string' ? what : what()}`);
    }
    await delay(PAUSE_MS);
  }
}
