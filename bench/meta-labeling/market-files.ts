import { writeFileSync } from 'node:fs';
import { type Market, type MarketEvent, REGIME_LAG } from './market.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1990, 0, 1);
/** Volume of every bar: the benchmark has none. */
const VOLUME = 1000;

/** Columns of the bars that are features. */
export const COLUMNS = ['r', 'r_1', 'r_2', 'regime_flag'] as const;

/** The day as the files write it. */
export function dateOf(day: number): string {
  return new Date(FIRST_DAY + day * DAY_MS).toISOString();
}

/** Writes days as bars: prices that have the market's returns, and its features as columns. @param to - first day left out. */
export function writeBars(path: string, { r, regime }: Market, from: number, to: number): void {
  const lines = [`timestamp,open,high,low,close,volume,${COLUMNS.join(',')}`];
  let close = 100;
  for (let day = from; day < to; day++) {
    const open = close;
    close *= 1 + r[day];
    const prices = [open, Math.max(open, close), Math.min(open, close), close];
    const features = [r[day], r[day - 1] ?? '', r[day - 2] ?? '', regime[day - REGIME_LAG] ?? ''];
    lines.push([dateOf(day), ...prices, VOLUME, ...features].join(','));
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** Writes events as labels: a buy at the close of its day, held for one day. */
export function writeLabels(path: string, events: readonly MarketEvent[]): void {
  const rows = events.map(({ day, next, label }) => [dateOf(day), dateOf(day + 1), 1, label, next].join(','));
  writeFileSync(path, `t0,t1,side,label,return\n${rows.join('\n')}\n`);
}
