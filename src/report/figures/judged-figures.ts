import type { BarSeries } from '../../domain/index.ts';
import type { LabelledDataset } from '../../training/index.ts';
import {
  type EquityCurve,
  equityCurve,
  type ReliabilityBin,
  type RocCurve,
  reliabilityDeciles,
  rocCurve,
  sameMeanExposure,
} from '../../validation/index.ts';

/** Columns of judged events, in time order. Rows are events. */
export interface JudgedEvents {
  /** (nJudged,) bars of entry. */
  readonly t0: Int32Array;
  /** (nJudged,) bars of exit. */
  readonly t1: Int32Array;
  /** (nJudged,) index into `BARRIER_KINDS`: which barrier ended the trade. */
  readonly kind: Uint8Array;
  readonly side: Int8Array;
  readonly label: Uint8Array;
  /** (nJudged,) net return of a unit trade. */
  readonly ret: Float64Array;
  /** (nJudged,) confidence of the model, [0, 1]. */
  readonly probability: Float64Array;
  /** (nJudged,) weight of the stake, >= 0. */
  readonly size: Float64Array;
}

/** Figures for the charts of judged events, of a training or a replay. */
export interface JudgedFigures {
  /** Null when all labels are equal. */
  readonly roc: RocCurve | null;
  readonly deciles: readonly ReliabilityBin[];
  readonly primaryOnly: EquityCurve;
  readonly sized: EquityCurve;
}

/** Curves whose last values are the figures of `--json`. */
export function judgedFigures(bars: BarSeries, events: JudgedEvents): JudgedFigures {
  const { t0, t1, label, ret, probability, size } = events;
  const trades = { t1, ret };
  return {
    roc: rocCurve(label, probability),
    deciles: reliabilityDeciles(label, probability),
    primaryOnly: equityCurve(bars.tsEvent, t0[0], trades, null),
    sized: equityCurve(bars.tsEvent, t0[0], trades, sameMeanExposure(size)),
  };
}

/** Events of the test blocks. */
export function testedEvents({ fold, t0, t1, kind, side, label, ret, probability }: LabelledDataset): JudgedEvents {
  const isTested = (_: unknown, k: number): boolean => fold[k] >= 0;
  const tested = probability.filter(isTested);
  return {
    t0: t0.filter(isTested),
    t1: t1.filter(isTested),
    kind: kind.filter(isTested),
    side: side.filter(isTested),
    label: label.filter(isTested),
    ret: ret.filter(isTested),
    probability: tested,
    size: tested,
  };
}

/** Time span of a test block. */
export interface FoldSpan {
  /** Close of the first event's bar, UNIX nanoseconds. */
  readonly from: bigint;
  /** Close of the bar in which the last event's trade ended, UNIX nanoseconds. */
  readonly to: bigint;
}

/** Time span of every test block, in order. */
export function foldSpans(bars: BarSeries, { fold, t0, t1 }: LabelledDataset, nFolds: number): FoldSpan[] {
  return Array.from({ length: nFolds }, (_, f) => {
    const [first, last] = [fold.indexOf(f), fold.lastIndexOf(f)];
    return { from: bars.tsEvent[t0[first]], to: bars.tsEvent[t1[last]] };
  });
}
