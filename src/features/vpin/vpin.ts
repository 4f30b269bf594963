import { ConditionError, checkInteger, checkOneOf } from '../../core/index.ts';
import {
  type BarSeries,
  TRADE_CLASSIFIERS,
  type TradeClassifier,
  type VpinOptions,
  WINDOW_BARS,
} from '../../domain/index.ts';
import { type BucketCount, fillBuckets, sumVolume } from './buckets.ts';
import { type ResolvedClassifier, resolveClassifier, writeImbalance } from './classify.ts';

/** Toxicity where there is no volume, and no training that tells the usual one. */
export const UNKNOWN_TOXICITY = 0.5;

/** VPIN of a window. */
export interface VpinResult {
  /** Volume-synchronised probability of informed trading, [0, 1]; 0 when not available. */
  readonly vpin: number;
  /** False when no bucket was completed: no volume, large buckets, or `aggressor` on bars without `takerBuyVolume`. */
  readonly available: boolean;
  /** Number of completed buckets. */
  readonly nBuckets: number;
}

/** Buffers for one window at a time, so that a loop over windows allocates nothing. */
export interface VpinScratch {
  readonly imbalance: Float64Array;
  readonly result: { vpin: number; available: boolean; nBuckets: number };
}

/** Creates the buffers for {@link vpin}. @param nBars - of the window. */
export function createVpinScratch(nBars: number = WINDOW_BARS): VpinScratch {
  return { imbalance: new Float64Array(nBars), result: { vpin: 0, available: false, nBuckets: 0 } };
}

/**
 * VPIN of the W bars that end at `endIndex`: mean |buys - sells| / bucket volume over completed equal-volume buckets.
 *
 * @param endIndex - index of the window's last bar, in [W - 1, nBars); no bar outside the window is read.
 * @param scratch - when given, the result is `scratch.result`, overwritten by the next call.
 * @throws {ConditionError} when the window is not full or an option is out of range.
 * @see Easley, López de Prado, O'Hara (2012), RFS 25(5). With equal buckets this is also Σ|B - S| / Σ(B + S).
 */
export function vpin(
  bars: BarSeries,
  endIndex: number,
  options: VpinOptions,
  scratch: VpinScratch = createVpinScratch(),
): VpinResult {
  if (!(endIndex >= WINDOW_BARS - 1 && endIndex < bars.length)) {
    throw new ConditionError('endIndex', `in [${WINDOW_BARS - 1}, ${bars.length - 1}]`, endIndex);
  }
  checkVpinOptions(options);
  measureWindow(bars, endIndex, options, resolveClassifier(options.classifier, bars), scratch);
  return scratch.result;
}

/** {@link vpin} without checks, for a resolved classifier, of the window that `scratch` is for; writes `scratch.result`. */
export function measureWindow(
  bars: BarSeries,
  endIndex: number,
  options: VpinOptions,
  classifier: ResolvedClassifier,
  scratch: VpinScratch,
): void {
  const { imbalance, result } = scratch;
  const first = endIndex - imbalance.length + 1;
  const total = sumVolume(bars.volume, first, imbalance.length);
  const canSplit = classifier !== 'aggressor' || bars.takerBuyVolume !== null;
  if (!(total > 0) || !canSplit) {
    clear(result);
    result.available = false;
    return;
  }
  writeImbalance(classifier, bars, first, imbalance);
  fillBuckets(imbalance, bars.volume, first, total, options.bucketVolume ?? total / options.nBuckets, result);
  result.available = result.nBuckets > 0;
}

function clear(count: BucketCount): void {
  count.vpin = 0;
  count.nBuckets = 0;
}

/** @throws {ConditionError} when an option is out of range. */
export function checkVpinOptions(options: VpinOptions): void {
  checkInteger('vpin.nBuckets', options.nBuckets, 1);
  if (options.bucketVolume !== null && !(options.bucketVolume > 0 && options.bucketVolume < Infinity)) {
    throw new ConditionError('vpin.bucketVolume', 'null or a finite number > 0', options.bucketVolume);
  }
  checkOneOf('vpin.classifier', options.classifier, TRADE_CLASSIFIERS);
}

/** @throws {ConditionError} for `aggressor` on bars without `takerBuyVolume`, because the feature would be constant. */
export function checkClassifiable(classifier: TradeClassifier, bars: BarSeries): void {
  if (classifier === 'aggressor' && bars.takerBuyVolume === null) {
    throw new ConditionError('vpin.classifier', 'other than aggressor for bars without takerBuyVolume', classifier);
  }
}
