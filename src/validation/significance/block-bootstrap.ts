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
  /** Most ticks from a row to the end of what it stands for, a trade; absent or 0 for rows that end where they begin. */
  readonly longestSpan?: number;
}

/**
 * Figures of rows that are drawn several times, or not at all; NaN for one that they do not give.
 *
 * @param count - (n,) how often each row was drawn, >= 0; the same array in every call.
 */
export type CountedFigures = (count: Int32Array) => readonly number[];

/**
 * The same of runs of neighbouring rows, for figures that need not look at every row.
 *
 * @param runs - first row and end of each run, one after the other: rows first <= row < end; the same array in every call.
 */
export type RunFigures = (runs: readonly number[]) => readonly number[];

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
 * fit into the time, because a resample of few blocks varies too little; and by the part of the variance that ends of blocks cut off where
 * trades overlap, each as long as the longest.
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
  options: BootstrapOptions = {},
): FigureInterval[] {
  const count = new Int32Array(rows.tick.length);
  return runBootstrap(
    rows,
    (runs) => {
      count.fill(0);
      for (let r = 0; r < runs.length; r += 2) for (let k = runs[r]; k < runs[r + 1]; k++) count[k]++;
      return figures(count);
    },
    options,
  );
}

/** {@link blockBootstrap} of figures by runs of rows. */
export function runBootstrap(
  rows: TimedRows,
  figures: RunFigures,
  { nResamples = N_RESAMPLES, seed = SEED }: BootstrapOptions = {},
): FigureInterval[] {
  checkRows(rows);
  checkInteger('nResamples', nResamples, 1);
  const values = [...figures([0, rows.tick.length])];
  const nBlocks = rows.nTicks / rows.meanBlock;
  if (nBlocks < MIN_BLOCKS) return values.map((value) => ({ value: known(value), low: null, high: null }));
  const samples = values.map(() => new Float64Array(nResamples));
  const firstFrom = firstRows(rows);
  const rng = new Rng(seed);
  const runs: number[] = [];
  for (let r = 0; r < nResamples; r++) {
    runs.length = 0;
    stationaryBlocks(rng, rows.nTicks, rows.meanBlock, (from, to) => {
      if (firstFrom[from] < firstFrom[to]) runs.push(firstFrom[from], firstFrom[to]);
    });
    const drawn = figures(runs);
    for (let j = 0; j < samples.length; j++) samples[j][r] = drawn[j];
  }
  const tail = tailOf(nBlocks, rows);
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

/** Share of resamples outside each end. */
function tailOf(nBlocks: number, { meanBlock, longestSpan = 0 }: TimedRows): number {
  const n = Math.floor(nBlocks);
  return normalCdf(-Math.sqrt(n / (n - 1) / keptVariance(longestSpan, meanBlock)) * criticalValue(n - 1));
}

/**
 * Share of the variance of a mean of trades that overlap that resamples in blocks keep: neighbours k ticks apart, which share all but k of
 * `span` ticks, stay together with the chance of a block that goes on k times.
 *
 * @see Politis, Romano (1994), lemma 1.
 */
function keptVariance(span: number, meanBlock: number): number {
  let [whole, kept] = [1, 1];
  for (let k = 1; k < span; k++) {
    const covariance = 2 * (1 - k / span);
    whole += covariance;
    kept += covariance * (1 - 1 / meanBlock) ** k;
  }
  return kept / whole;
}

function endsOf(value: number, samples: Float64Array, tail: number): Pick<FigureInterval, 'low' | 'high'> {
  const sorted = samples.filter((sample) => !Number.isNaN(sample)).sort();
  if (Number.isNaN(value) || sorted.length < (1 - MAX_UNKNOWN) * samples.length) return { low: null, high: null };
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
