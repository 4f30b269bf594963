import { setTimeout as sleep } from 'node:timers/promises';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { findEvents } from '../../training/index.ts';
import { barsToWire } from '../../wire/index.ts';
import { INSTRUMENT, post } from './feed-service.ts';

const BAR_MS = 1000;

export interface LiveMarket {
  readonly bars: BarSeries;
  /** Index of the first bar to send. */
  readonly from: number;
  readonly config: OrchestratorConfig;
}

/**
 * Sends the bars of a market one by one, with the signals of the primary, until it is stopped or the market ends.
 *
 * @param everyMs - time between two bars, milliseconds. @throws {Error} when the service refuses them.
 */
export async function continueMarket(
  url: string,
  { bars, from, config }: LiveMarket,
  stop: AbortSignal,
  everyMs = BAR_MS,
): Promise<void> {
  const { index, side } = findEvents(bars, null, config);
  const sideAt = new Map(Array.from(index, (bar, k) => [bar, side[k]]));
  for (let bar = from; bar < bars.length && !stop.aborted; bar++) {
    await post(`${url}/v1/bars/${INSTRUMENT}`, barsToWire(bars.slice(bar, bar + 1)));
    const signal = sideAt.get(bar);
    if (signal !== undefined) {
      await post(`${url}/v1/signals`, { instrument_id: INSTRUMENT, signal, timestamp: bars.tsEvent[bar] });
    }
    await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
