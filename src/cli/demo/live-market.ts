import { setTimeout as sleep } from 'node:timers/promises';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { findEvents } from '../../training/index.ts';
import { barsToWire } from '../../wire/index.ts';
import { INSTRUMENT, post } from './feed-service.ts';

const BAR_MS = 1000;

export interface LiveMarket {
  readonly bars: BarSeries;
  /** The first bar that is still to come. */
  readonly from: number;
  readonly config: OrchestratorConfig;
}

/**
 * Lets a market go on: one bar at a time, with the signals of the primary, until it is stopped or the market ends.
 *
 * @param everyMs - between two bars. @throws {Error} when the service does not take them.
 */
export async function letMarketGoOn(
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
