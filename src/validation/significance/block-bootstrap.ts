import { ConditionError, checkInteger, Rng } from '../../core/index.ts';
import { normalCdf, quantileOfSorted, stationaryBlocks } from '../../math/index.ts';
import { criticalValue } from './mean-interval.ts';

/** A figure with its 95 % interval, in its own unit. */
export interface FigureInterval {
  /** Null where the data do not give it. */
  readonly value: number | null;
  /** Ends of the interval; null where too few blocks of time, or too many resamples without the figure, tell nothing. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Rows on a line of time of which blocks are drawn, so that all rows of one stretch stay together, of any number of instruments. */
export interface TimedRows {
  /** (n,) bar or tick of each row from the first of the line on, in [0, nTicks), not decreasing. */
  readonly tick: Int32Array;
  /** Number of bars or ticks of the line, >= 1. */
  readonly nTicks: number;
  /** Mean length of a block, ticks, >= 1; see `blockLength`. */
  readonly meanBlock: number;
}

/**
 * Figures of rows that are drawn several times, or not at all; NaN for one that they do not give.
 *
 * @param count - (n,) how often each row was drawn, >= 0; the same array in every call.
 */
export type CountedFigures = (count: Int32Array) => readonly number[];

/** Confidence level of every interval of a summary. */
export const SUMMARY_LEVEL = 0.95;
/** Number of resamples behind an interval. */
export const N_RESAMPLES = 1000;
/** Fewest blocks of time that an interval is made from. */
const MIN_BLOCKS = 10;
/** Seed of all intervals: the same data, the same interval. */
const SEED = 0x5eed;
/** Largest share of resamples without a figure, such as those with one label only. */
const MAX_UNKNOWN = 0.025;

export interface BootstrapOptions {
  /** Number of resamples, >= 1. */
  readonly nResamples?: number;
  /** 32-bit integer. */
  readonly seed?: number;
}

/**
 * Intervals of figures by the stationary block bootstrap: time is drawn in blocks of geometric length, and a block brings all of its
 * rows. All figures are of the same resamples.
 *
 * The ends are quantiles of the resampled figures, a little outside 2.5 % and 97.5 %: by Student's t with as many observations as blocks
 * fit into the time, because a resample of few blocks varies too little.
 *
 * @param figures - called with all rows once, then for every resample; always the same number of figures.
 * @returns one interval a figure, in their order.
 * @throws {ConditionError} when the ticks are out of order or range, or `meanBlock` is.
 * @see Politis, Romano (1994), The Stationary Bootstrap, JASA 89(428); Hesterberg (2015), What Teachers Should Know About the Bootstrap,
 * The American Statistician 69(4): the expanded percentile interval.
 */
export function blockBootstrap(
  rows: TimedRows,
  figures: CountedFigures,
  { nResamples = N_RESAMPLES, seed = SEED }: BootstrapOptions = {},
): FigureInterval[] {
  checkRows(rows);
  checkInteger('nResamples', nResamples, 1);
  const count = new Int32Array(rows.tick.length).fill(1);
  const values = [...figures(count)];
  const nBlocks = rows.nTicks / rows.meanBlock;
  if (nBlocks < MIN_BLOCKS) return values.map((value) => ({ value: known(value), low: null, high: null }));
  const samples = values.map(() => new Float64Array(nResamples));
  const firstFrom = firstRows(rows);
  const rng = new Rng(seed);
  for (let r = 0; r < nResamples; r++) {
    drawCounts(rng, rows, firstFrom, count);
    const drawn = figures(count);
    for (let j = 0; j < samples.length; j++) samples[j][r] = drawn[j];
  }
  const tail = tailOf(nBlocks);
  return values.map((value, j) => ({ value: known(value), ...endsOf(value, samples[j], tail) }));
}

function checkRows({ tick, nTicks, meanBlock }: TimedRows): void {
  checkInteger('nTicks', nTicks, 1);
  if (!(meanBlock >= 1 && meanBlock < Infinity)) throw new ConditionError('meanBlock', 'finite and >= 1', meanBlock);
  let before = 0;
  tick.forEach((at, k) => {
    if (at < before || at >= nTicks) throw new ConditionError(`tick[${k}]`, `in [${before}, ${nTicks})`, at);
    before = at;
  });
}

/** (nTicks + 1,) the first row at or behind each tick; the number of rows where there is none. */
function firstRows({ tick, nTicks }: TimedRows): Int32Array {
  const first = new Int32Array(nTicks + 1);
  for (let at = 0, row = 0; at <= nTicks; at++) {
    while (row < tick.length && tick[row] < at) row++;
    first[at] = row;
  }
  return first;
}

/** Draws blocks of time and counts their rows. @param firstFrom - as {@link firstRows}. */
function drawCounts(rng: Rng, { nTicks, meanBlock }: TimedRows, firstFrom: Int32Array, count: Int32Array): void {
  const n = count.length;
  count.fill(0);
  // First the change of the count at each row, then their sums.
  stationaryBlocks(rng, nTicks, meanBlock, (from, to) => {
    const first = firstFrom[from];
    const end = firstFrom[to];
    if (first < n) count[first]++;
    if (end < n) count[end]--;
  });
  for (let k = 1; k < n; k++) count[k] += count[k - 1];
}

/** Share of resamples outside each end. */
function tailOf(nBlocks: number): number {
  const n = Math.floor(nBlocks);
  return normalCdf(-Math.sqrt(n / (n - 1)) * criticalValue(n - 1));
}

function endsOf(value: number, samples: Float64Array, tail: number): Pick<FigureInterval, 'low' | 'high'> {
  const sorted = samples.filter((sample) => !Number.isNaN(sample)).sort();
  if (Number.isNaN(value) || sorted.length < (1 - MAX_UNKNOWN) * samples.length) return { low: null, high: null };
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
