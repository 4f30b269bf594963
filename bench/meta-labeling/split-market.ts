import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { drawMarket, eventsOf, type Market, type MarketEvent } from './market.ts';
import { writeBars, writeLabels } from './market-files.ts';

/** Share of the events that train. */
const TRAINED = 0.6;
/** Bars before the first event of a replay, for its window. */
const WINDOW = 99;

/** A market whose events are cut where its training ends. */
export interface SplitMarket {
  readonly seed: number;
  readonly market: Market;
  readonly trained: readonly MarketEvent[];
  readonly tested: readonly MarketEvent[];
}

/** Files of a market: what trains, and what is replayed. */
export interface MarketFiles {
  readonly bars: string;
  readonly labels: string;
  readonly newer: string;
  readonly newerLabels: string;
}

export function splitMarket(seed: number): SplitMarket {
  const market = drawMarket(seed);
  const events = eventsOf(market);
  const nTrained = Math.floor(TRAINED * events.length);
  return { seed, market, trained: events.slice(0, nTrained), tested: events.slice(nTrained) };
}

/** Writes a market into a directory, which is made. */
export function writeMarket(directory: string, { market, trained, tested }: SplitMarket): MarketFiles {
  mkdirSync(directory, { recursive: true });
  const [bars, labels, newer, newerLabels] = ['bars.csv', 'labels.csv', 'newer.csv', 'newer-labels.csv'].map((name) =>
    join(directory, name),
  );
  writeBars(bars, market, 0, endOf(trained));
  writeLabels(labels, trained);
  writeBars(newer, market, tested[0].day - WINDOW, market.r.length);
  writeLabels(newerLabels, tested);
  return { bars, labels, newer, newerLabels };
}

/** The first day after the last trade of events has ended. */
export function endOf(events: readonly MarketEvent[]): number {
  return events[events.length - 1].day + 2;
}
