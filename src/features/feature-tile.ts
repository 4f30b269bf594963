import { BarSeries, DEFAULT_VPIN_OPTIONS, LOOKBACK_BARS, WINDOW_BARS } from '../domain/index.ts';
import { logRatio, writeLogReturns } from '../math/index.ts';
import type { FeatureContext, FeatureTile } from './feature-definition.ts';
import { writeDeviations20 } from './window-sums.ts';

/** Maximum number of bars from the lowest to the highest row of a tile, so that its columns fit the processor's cache. */
export const TILE_BARS = 1024;

const COLUMN_LENGTH = TILE_BARS + WINDOW_BARS;
const NO_BARS = BarSeries.fromBars([]);
const NO_ROWS: Int32Array = new Int32Array(0);
const NO_SIDES: Int8Array = new Int8Array(0);
const NO_CONTEXT: FeatureContext = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };

/**
 * Per-bar columns shared by the features of neighbouring rows, computed on first use and only as far back as needed.
 * Allocated once and moved along the series; a live call is a tile of one row.
 */
export class ScratchTile implements FeatureTile {
  bars = NO_BARS;
  context = NO_CONTEXT;
  rows = NO_ROWS;
  side = NO_SIDES;
  start = 0;
  end = 0;
  low = 0;
  high = 0;
  base = 0;

  readonly #returns = new Float64Array(COLUMN_LENGTH);
  readonly #moves = new Float64Array(COLUMN_LENGTH);
  readonly #volatilities = new Float64Array(COLUMN_LENGTH);
  // Lowest bar from which a column is filled up to `high`; high + 1 when it is empty.
  #returnsFrom = 0;
  #movesFrom = 0;
  #volatilitiesFrom = 0;

  /** Sets the inputs of one call. */
  open(bars: BarSeries, rows: Int32Array, side: Int8Array, context: FeatureContext): void {
    this.bars = bars;
    this.rows = rows;
    this.side = side;
    this.context = context;
  }

  /** Releases the inputs, so that a long series can be garbage collected after its call. */
  close(): void {
    this.open(NO_BARS, NO_ROWS, NO_SIDES, NO_CONTEXT);
  }

  /** Moves to the rows after `start` that lie within TILE_BARS of each other; `end` is the first row left out. */
  moveTo(start: number): void {
    const { rows } = this;
    let low = rows[start];
    let high = low;
    let k = start + 1;
    for (; k < rows.length; k++) {
      const row = rows[k];
      if (row > high) {
        if (row - low >= TILE_BARS) break;
        high = row;
      } else if (row < low) {
        if (high - row >= TILE_BARS) break;
        low = row;
      }
    }
    this.start = start;
    this.end = k;
    this.low = low;
    this.high = high;
    this.base = low - WINDOW_BARS + 1;
    this.#returnsFrom = high + 1;
    this.#movesFrom = high + 1;
    this.#volatilitiesFrom = high + 1;
  }

  logReturns(back: number): Float64Array {
    const from = this.low - back;
    writeLogReturns(this.bars.close, from, this.#returnsFrom, this.#returns, this.base);
    this.#returnsFrom = Math.min(from, this.#returnsFrom);
    return this.#returns;
  }

  logMoves(): Float64Array {
    const { base, bars, low } = this;
    const { close } = bars;
    for (let i = low; i < this.#movesFrom; i++) this.#moves[i - base] = logRatio(close[i], close[i - LOOKBACK_BARS]);
    this.#movesFrom = low;
    return this.#moves;
  }

  volatilities(back: number): Float64Array {
    const { base } = this;
    const from = this.low - back;
    const returns = this.logReturns(back + LOOKBACK_BARS - 1);
    writeDeviations20(returns, from - base, this.#volatilitiesFrom - base, this.#volatilities);
    this.#volatilitiesFrom = Math.min(from, this.#volatilitiesFrom);
    return this.#volatilities;
  }
}
