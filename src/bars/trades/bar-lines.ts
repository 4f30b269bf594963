import type { OpenBar } from './sampling/open-bar.ts';

/** Length of the text that is written at once, characters. */
const PIECE = 1 << 17;

/** The columns of bars from trades, with their types in a Parquet file. The close is `ts_event`, UNIX ns. */
export const BAR_LINE_COLUMNS = {
  ts_event: 'BIGINT',
  open: 'DOUBLE',
  high: 'DOUBLE',
  low: 'DOUBLE',
  close: 'DOUBLE',
  volume: 'DOUBLE',
  taker_buy_volume: 'DOUBLE',
  trades: 'BIGINT',
  quote_volume: 'DOUBLE',
} as const;

/** Bars as lines of CSV: numbers as the shortest text that reads back as the same double. */
export class BarLines {
  readonly #encoder = new TextEncoder();
  #text = `${Object.keys(BAR_LINE_COLUMNS).join()}\n`;

  add(bar: Readonly<OpenBar>, closeTs: bigint): void {
    const { open, high, low, close, volume, takerBuyVolume, nTrades, value } = bar;
    this.#text += `${closeTs},${open},${high},${low},${close},${volume},${takerBuyVolume},${nTrades},${value}\n`;
  }

  /** @param isLast - whether nothing follows. @returns what is to be written now; null while it is little. */
  take(isLast: boolean): Uint8Array | null {
    if (!isLast && this.#text.length < PIECE) return null;
    const piece = this.#encoder.encode(this.#text);
    this.#text = '';
    return piece;
  }
}
