/** What the dependence between events of a series lasts. */
export interface SeriesSpan {
  /** Number of bars, or ticks of a common time. */
  readonly nBars: number;
  /** From the first to the last bar. */
  readonly days: number;
  /** Most bars from the entry of a trade to its end. */
  readonly longestSpan: number;
}

/** Fewest days of which blocks of a day are drawn. */
const MIN_DAYS = 30;
/** Number of blocks of shorter data. */
const N_BLOCKS = 30;

/**
 * Mean length of the blocks of a stationary bootstrap, bars: a day where there are 30 of them, else a thirtieth of the data; not under
 * twice the longest trade, so that trades of one move stay together.
 *
 * @returns at least 1, and at most the number of bars.
 */
export function blockLength({ nBars, days, longestSpan }: SeriesSpan): number {
  const part = days >= MIN_DAYS ? nBars / days : nBars / N_BLOCKS;
  return Math.max(1, Math.min(nBars, Math.max(part, 2 * longestSpan)));
}
