import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseIsoNanos } from '../../src/core/index.ts';
import { type Bar, BarSeries } from '../../src/domain/index.ts';
import { sharedData } from './shared-data.ts';

/** Reads a shared file of bars with plain code, independent of the program's reader. */
export function readTestBars(name: string, maxBars = Infinity): BarSeries {
  const [head, ...lines] = gunzipSync(readFileSync(sharedData(name)))
    .toString()
    .trim()
    .split('\n');
  const taker = head.split(',').indexOf('taker_buy_volume');
  const bars = lines.slice(0, maxBars).map((line): Bar => {
    const cells = line.split(',');
    const [open, high, low, close, volume] = cells.slice(1).map(Number);
    const tsEvent = parseIsoNanos(cells[0]) ?? 0n;
    return { open, high, low, close, volume, tsEvent, ...(taker < 0 ? {} : { takerBuyVolume: Number(cells[taker]) }) };
  });
  return BarSeries.fromBars(bars);
}
