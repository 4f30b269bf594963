import type { BarSource } from 'ml4t-orchestrator';
import { barsFromWire } from 'ml4t-orchestrator/wire';

/** Asks for the latest closed bars of one instrument, oldest first: an array of bars or columns, as `POST /v1/bars` takes them. */
export type Poll = () => Promise<unknown>;

/** Asks again and again until the signal ends it. What cannot be had is asked for again: its bars come with the next answer. */
export async function* polledBars(
  instrumentId: string,
  poll: Poll,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): BarSource {
  let lastTs = -1n;
  while (!signal.aborted) {
    const polled = await poll().catch((error: unknown) => {
      console.warn(`no bars of ${instrumentId}, asked again in ${everyMs} ms: ${String(error)}`);
      return null;
    });
    if (polled !== null) {
      const bars = barsFromWire(polled);
      const first = bars.tsEvent.findIndex((ts) => ts > lastTs); // the others came before
      if (first >= 0) {
        lastTs = bars.tsEvent[bars.length - 1];
        yield { instrumentId, bars: bars.slice(first, bars.length) };
      }
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
