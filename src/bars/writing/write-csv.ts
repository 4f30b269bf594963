import type { BarSeries } from '../../domain/index.ts';
import { writeFileAtomic } from '../../runtime/index.ts';

const ROWS_PER_PIECE = 8192;

export interface WriteBarsOptions {
  /** (nBars,) -1, 0 or 1, written as a `signal` column. */
  readonly side?: Int8Array;
}

/**
 * Writes bars as CSV: `ts_event` in integer ns, prices and volumes as the shortest text that reads back as the same
 * double, `taker_buy_volume` when the bars have it, and columns of the caller, empty where a bar has no value. The file appears whole or not at all.
 *
 * @throws {DataError} FILE_UNWRITABLE; a file that was there stays as it was.
 */
export async function writeBarsCsv(path: string, bars: BarSeries, options: WriteBarsOptions = {}): Promise<void> {
  await writeFileAtomic(path, csvPieces(bars, options.side ?? null));
}

function* csvPieces(bars: BarSeries, side: Int8Array | null): Generator<Uint8Array> {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
  const encoder = new TextEncoder();
  const taker = takerBuyVolume === null ? '' : ',taker_buy_volume';
  const signal = side === null ? '' : ',signal';
  const columns = [...bars.columns];
  const names = columns.map(([name]) => `,${name}`).join('');
  let text = `ts_event,open,high,low,close,volume${taker}${signal}${names}\n`;
  for (let i = 0; i < bars.length; i++) {
    text += `${tsEvent[i]},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]}`;
    if (takerBuyVolume !== null) text += `,${takerBuyVolume[i]}`;
    if (side !== null) text += `,${side[i]}`;
    for (const [, values] of columns) text += `,${Number.isNaN(values[i]) ? '' : values[i]}`;
    text += '\n';
    if ((i + 1) % ROWS_PER_PIECE !== 0) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}
