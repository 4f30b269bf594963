import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** Time that a spinning generator looks at the clock in one turn of the event loop, milliseconds: each turn leaves garbage behind. */
const SPIN_MS = 0.1;

/**
 * Sends signal `i` at `start + i / rate`, independent of the answers.
 *
 * @param schedule - `isSpinning`: looks at the clock all the time, for a service in this process, whose signals would else wait for the
 *   timer. Beside a service in another process it wakes up every millisecond and sends what is due, since a busy loop
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
    if (!isSpinning) await delay(1);
    else {
      spinUntil(Math.min(startMs + (next * 1000) / rate, performance.now() + SPIN_MS));
      await nextTurn();
    }
  }
}

function spinUntil(endMs: number): void {
  while (performance.now() < endMs);
}
