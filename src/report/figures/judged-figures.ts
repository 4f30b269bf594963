import type { BarSeries } from '../../domain/index.ts';
import { FIRST_COUNTED_FOLD, type LabelledDataset } from '../../training/index.ts';
import { type RocCurve, rocCurve } from '../../validation/index.ts';
import type { AccountTrades } from './account-curves.ts';

/** Columns of judged events, in time order. Rows are events. */
export interface JudgedEvents extends AccountTrades {
  /** (nJudged,) index into `BARRIER_KINDS`: which barrier ended the trade. */
  readonly kind: Uint8Array;
  readonly side: Int8Array;
  readonly label: Uint8Array;
  /** (nJudged,) confidence of the model, [0, 1]. */
  readonly probability: Float64Array;
}

/** Figures for the charts of judged events, of a training or a replay. */
export interface JudgedFigures {
  /** Null when all labels are equal. */
  readonly roc: RocCurve | null;
}

export function judgedFigures({ label, probability }: JudgedEvents): JudgedFigures {
  return { roc: rocCurve(label, probability) };
}

/** Events that the figures of a training count: those of the test blocks but the first, whose calibrator has seen nothing. */
export function countedEvents(dataset: LabelledDataset): JudgedEvents {
  const { fold, t0, t1, kind, side, label, ret, probability, coin, excess, take } = dataset;
  const isCounted = (_: unknown, k: number): boolean => fold[k] >= FIRST_COUNTED_FOLD;
  return {
    t0: t0.filter(isCounted),
    t1: t1.filter(isCounted),
    kind: kind.filter(isCounted),
    side: side.filter(isCounted),
    label: label.filter(isCounted),
    ret: ret.filter(isCounted),
    probability: probability.filter(isCounted),
    coin: coin.filter(isCounted),
    excess: excess.filter(isCounted),
    take: take.filter(isCounted),
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
