import { ConditionError, checkInteger, checkSameLength } from '../core/index.ts';

export interface WalkForwardOptions {
  /** Test blocks; events are cut into one more, the first of which only trains. */
  readonly nFolds: number;
  /** `expanding` trains on all that came before, `rolling` on the latest `trainEvents` of it. */
  readonly window: 'expanding' | 'rolling';
  /** Events a rolling window holds at most, the latest that may be used; null for one block's worth. */
  readonly trainEvents: number | null;
  /** Further bars between the last training label and the test block. */
  readonly embargoBars: number;
  /** Off only in tests that must see a leak. */
  readonly purge?: boolean;
}

/** One step of a walk-forward. Rows are events in time order. */
export interface WalkForwardFold {
  /** 0-based. */
  readonly fold: number;
  /** Rows that may be fitted on: their labels had ended, embargo included, before the test block's first event. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Rows before the block that were left out because their labels reach into it. */
  readonly nPurged: number;
}

/**
 * Purged walk-forward over events: n + 1 equal consecutive blocks, each but the first judged by what ended before it.
 *
 * @param t0 - (nEvents,) bars of entry, not decreasing. @param t1 - (nEvents,) last bars of the labels, closed, >= t0.
 * @returns one fold a test block, in time order; `train` is empty where purging leaves nothing.
 * @throws {ConditionError} when there are fewer events than blocks, when they are not in time order, or when an option is out
 * of its range.
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
  const bound = (block: number): number => Math.floor((block * t0.length) / nBlocks);
  return Array.from({ length: options.nFolds }, (_, fold) => {
    const start = bound(fold + 1);
    const test = range(start, bound(fold + 2));
    const ended = range(0, start).filter((row) => options.purge === false || t1[row] + options.embargoBars < t0[start]);
    const size = options.trainEvents ?? bound(1);
    const train = options.window === 'rolling' ? ended.slice(Math.max(0, ended.length - size)) : ended;
    return { fold, train, test, nPurged: start - ended.length };
  });
}

/** @throws {ConditionError} when spans do not begin in time order, or one ends before it begins: such rows would leak. */
function checkSpans(t0: Int32Array, t1: Int32Array): void {
  checkSameLength('t1', t1, 't0', t0);
  for (let k = 0; k < t0.length; k++) {
    if (k > 0 && t0[k] < t0[k - 1]) throw new ConditionError(`t0[${k}]`, `>= t0[${k - 1}] (${t0[k - 1]})`, t0[k]);
    if (t1[k] < t0[k]) throw new ConditionError(`t1[${k}]`, `>= t0[${k}] (${t0[k]})`, t1[k]);
  }
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, k) => start + k);
}
