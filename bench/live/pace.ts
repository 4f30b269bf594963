import { setTimeout as delay } from 'node:timers/promises';

/**
 * Sends signal `i` at `start + i / rate`, independent of the answers. It wakes up every millisecond and sends all signals that
 * are due: a busy loop would take processor time from the service.
 *
 * @param send - called with the signals first..end-1 that are due.
 * @returns after the last signal was sent.
 */
export async function keepPace(
  schedule: { readonly startMs: number; readonly rate: number; readonly nSignals: number },
  send: (first: number, end: number) => void,
): Promise<void> {
  const { startMs, rate, nSignals } = schedule;
  let next = 0;
  while (next < nSignals) {
    const due = Math.min(nSignals, Math.floor(((performance.now() - startMs) * rate) / 1000) + 1);
    if (due > next) {
      send(next, due);
      next = due;
    }
    await delay(1);
  }
}
