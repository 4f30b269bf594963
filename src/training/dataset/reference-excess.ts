import { WINDOW_BARS } from '../../domain/index.ts';
import { excessReturn, labelBothSides, riskUnitOf, type TradeTerms, tradeRisk } from '../../labeling/index.ts';
import type { Timeline } from '../timeline.ts';
import { type LabelSource, labelersOf } from './labelled-events.ts';

/** Distance of the bars that stand for all of them. */
const EVERY_BARS = 10;

/** What a long earned over a coin at every tenth bar, whatever the primary says there. Rows are bars, by their time. */
export interface ReferenceExcess {
  /** (n,) D = (return of long − return of short)/2, in R. */
  readonly excess: Float64Array;
  /** (n,) which instrument of the training. */
  readonly instrument: Int32Array;
  /** (n,) R as a fraction of the price, > 0. */
  readonly risk: Float64Array;
  /** (n,) tick of entry, not decreasing. */
  readonly t0: Int32Array;
  /** (n,) tick at which both sides had ended. */
  readonly end: Int32Array;
}

/**
 * D of every tenth bar that has a full window before it, of every instrument, under the fill rule of the settings. Bars without
 * a range, and those of which one side has no end, are left out. For a primary of one side only: the market it is compared with.
 */
export function referenceExcess(
  source: LabelSource,
  timeline: Timeline,
  terms: readonly TradeTerms[],
): ReferenceExcess {
  const labelers = labelersOf(source, terms);
  const { labels } = source.config;
  const rows = source.instruments.flatMap(({ bars }, i) => {
    const ticks = timeline.ticks[i];
    const risk = tradeRisk(bars, riskUnitOf(labelers[i], labels));
    const n = Math.max(0, Math.ceil((bars.length - WINDOW_BARS + 1) / EVERY_BARS));
    const index = Int32Array.from({ length: n }, (_, k) => WINDOW_BARS - 1 + k * EVERY_BARS);
    const { own, other } = labelBothSides(labelers[i], bars, { index, side: new Int8Array(n).fill(1) }, labels.fill);
    return Array.from(index, (bar, k) => ({
      excess: excessReturn(own.ret[k], other.ret[k]) / risk[bar],
      instrument: i,
      risk: risk[bar],
      t0: ticks[bar],
      end: ticks[Math.max(own.exit[k], other.exit[k])],
    })).filter((row) => Number.isFinite(row.excess));
  });
  rows.sort((a, b) => a.t0 - b.t0); // at the same tick in the order of the instruments
  return {
    excess: Float64Array.from(rows, (row) => row.excess),
    instrument: Int32Array.from(rows, (row) => row.instrument),
    risk: Float64Array.from(rows, (row) => row.risk),
    t0: Int32Array.from(rows, (row) => row.t0),
    end: Int32Array.from(rows, (row) => row.end),
  };
}
