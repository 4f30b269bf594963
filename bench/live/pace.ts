import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Sends signal `i` at `start + i / rate`, independent of the answers.
 *
 * @param schedule - `isSpinning`: looks at the clock in every turn of the event loop, for a service in this process, whose signals would
 *   else wait for the timer. Beside a service in another process it wakes up every millisecond and sends what is due, since a busy loop
 *   would take processor time from it.
 * @param send - called with the signals first..end-1 that are due.
 * @returns after the last signal was sent.
 */
export async function keepPace(
  schedule: {
    readonly startMs: number;
    readonly rate: number;
    readonly nSignals: number;
    readonly isSpinning?: boolean;
  },
  send: (first: number, end: number) => void,
): Promise<void> {
  const { startMs, rate, nSignals, isSpinning = false } = schedule;
  let next = 0;
  while (next < nSignals) {
    const due = Math.min(nSignals, Math.floor(((performance.now() - startMs) * rate) / 1000) + 1);
    if (due > next) {
      send(next, due);
      next = due;
    }
    await (isSpinning ? nextTurn() : delay(1));
  }
}
