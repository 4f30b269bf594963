import { setTimeout as delay } from 'node:timers/promises';

/**
 * Sends on an absolute schedule, signal `i` at `start + i / rate`, whatever became of the ones before. Wakes every
 * millisecond and sends all that is due then: a tighter loop would take the core from the service it measures.
 *
 * @param send - Called with the signals first..end-1 that are due.
 * @returns when the last was sent.
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
