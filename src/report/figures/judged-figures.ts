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

/** Events that were judged, in time order. Rows are events. */
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
  /** (nJudged,) what the model said, out of sample. */
  readonly probability: Float64Array;
  /** (nJudged,) what the stake is in proportion to. */
  readonly size: Float64Array;
}

/** What the charts of judged events show, whether a training judged them or a replay. */
export interface JudgedFigures {
  /** Null when a class is missing. */
  readonly roc: RocCurve | null;
  readonly deciles: readonly ReliabilityBin[];
  readonly primaryOnly: EquityCurve;
  readonly sized: EquityCurve;
}

/** The same sums as the figures of `--json`, as curves. */
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

/** The events of the test blocks. */
export function testedEvents({ fold, t0, t1, kind, side, label, ret, probability }: LabelledDataset): JudgedEvents {
  const isTested = (_: unknown, k: number): boolean => fold[k] >= 0;
  const said = probability.filter(isTested);
  return {
    t0: t0.filter(isTested),
    t1: t1.filter(isTested),
    kind: kind.filter(isTested),
    side: side.filter(isTested),
    label: label.filter(isTested),
    ret: ret.filter(isTested),
    probability: said,
    size: said,
  };
}

/** When a test block began and ended. */
export interface FoldSpan {
  /** Closes of the first event's bar and of the last event's exit, ns. */
  readonly from: bigint;
  readonly to: bigint;
}

/** The time of every test block, in order. */
export function foldSpans(bars: BarSeries, { fold, t0, t1 }: LabelledDataset, nFolds: number): FoldSpan[] {
  return Array.from({ length: nFolds }, (_, f) => {
    const [first, last] = [fold.indexOf(f), fold.lastIndexOf(f)];
    return { from: bars.tsEvent[t0[first]], to: bars.tsEvent[t1[last]] };
  });
}
