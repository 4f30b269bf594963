import { ConditionError, checkInteger, checkSameLength } from '../core/index.ts';
import { rowsWhere } from '../math/index.ts';

export interface WalkForwardOptions {
  /** Number of test blocks, >= 1. Events are cut into one block more; the first block is used only for training. */
  readonly nFolds: number;
  /** Training events of a fold: `expanding` takes all earlier ones, `rolling` the latest `trainEvents` of them. */
  readonly window: 'expanding' | 'rolling';
  /** Maximum number of events in a rolling window, >= 1; null for the size of one block. */
  readonly trainEvents: number | null;
  /** Minimum number of bars between the end of a training label and the test block, >= 0. */
  readonly embargoBars: number;
  /** Number of first events that are in no test block, > 0; by default one block. The rest is cut into `nFolds` blocks. */
  readonly nBefore?: number;
  /** Whether to purge, true by default; false only in tests that show the leak. */
  readonly purge?: boolean;
}

/** One step of a walk-forward. Rows are events in time order. */
export interface WalkForwardFold {
  /** Number of the fold, from 0. */
  readonly fold: number;
  /** Training rows: their labels ended, embargo included, before the test block's first event. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Number of earlier rows left out because their labels, embargo included, reach into the test block. */
  readonly nPurged: number;
}

/**
 * Cuts events into n + 1 consecutive blocks of equal size for a purged walk-forward. Each block but the first is tested
 * by a model of the events that ended before it.
 *
 * @param t0 - (nEvents,) bars of entry, not decreasing. @param t1 - (nEvents,) last bars of the labels, closed, >= t0.
 * @returns one fold per test block, in time order; `train` is empty when purging leaves no row.
 * @throws {ConditionError} when there are fewer events than blocks, when they are not in time order, or when an option is
 * out of its range.
 * @see López de Prado (2018), AFML ch. 7.4 on purging and embargo.
 */
export function walkForwardFolds(t0: Int32Array, t1: Int32Array, options: WalkForwardOptions): WalkForwardFold[] {
  checkInteger('nFolds', options.nFolds, 1);
  checkInteger('embargoBars', options.embargoBars, 0);
  if (options.trainEvents !== null) checkInteger('trainEvents', options.trainEvents, 1);
  checkSpans(t0, t1);
  const nBlocks = options.nFolds + 1;
  if (t0.length < nBlocks)
    throw new ConditionError('events', `at least ${nBlocks} for ${options.nFolds} folds`, t0.length);
  const bound = boundsOf(t0.length, options);
  return Array.from({ length: options.nFolds }, (_, fold) => {
    const start = bound(fold + 1);
    const test = range(start, bound(fold + 2));
    const usable = rowsWhere(start, (row) => options.purge === false || t1[row] + options.embargoBars < t0[start]);
    const size = options.trainEvents ?? Math.floor(t0.length / nBlocks);
    const train = options.window === 'rolling' ? usable.slice(Math.max(0, usable.length - size)) : usable;
    return { fold, train, test, nPurged: start - usable.length };
  });
}

/** Index of the first event of each block, from 0. @throws {ConditionError} when too few events are left for the blocks. */
function boundsOf(nEvents: number, { nFolds, nBefore }: WalkForwardOptions): (block: number) => number {
  if (nBefore === undefined) return (block) => Math.floor((block * nEvents) / (nFolds + 1));
  checkInteger('nBefore', nBefore, 1);
  const nTested = nEvents - nBefore;
  if (nTested < nFolds)
    throw new ConditionError('nBefore', `at most ${nEvents - nFolds} of ${nEvents} events`, nBefore);
  return (block) => (block === 0 ? 0 : nBefore + Math.floor(((block - 1) * nTested) / nFolds));
}

/**
 * @throws {ConditionError} when spans are not in order of entry or one ends before it begins, because such rows would
 * leak.
 */
function checkSpans(t0: Int32Array, t1: Int32Array): void {
  checkSameLength('t1', t1, 't0', t0);
  for (let k = 0; k < t0.length; k++) {
    if (k > 0 && t0[k] < t0[k - 1]) throw new ConditionError(`t0[${k}]`, `>= t0[${k - 1}] (${t0[k - 1]})`, t0[k]);
    if (t1[k] < t0[k]) throw new ConditionError(`t1[${k}]`, `>= t0[${k}] (${t0[k]})`, t1[k]);
  }
}

function range(start: number, end: number): Int32Array {
  const rows = new Int32Array(end - start);
  for (let k = 0; k < rows.length; k++) rows[k] = start + k;
  return rows;
}
