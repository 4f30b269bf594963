import type { BarSeries } from '../domain/index.ts';
import type { Events } from './event-sampling.ts';
import type { Barriers } from './triple-barrier.ts';

export interface MetaLabelOptions {
  /** Simple return that a label of 1 must exceed. */
  readonly minReturn: number;
  /** Round-trip cost that labels are made net of, basis points, >= 0; 0 by default: gross labels. */
  readonly netCostBps?: number;
}

export interface MetaLabels {
  /** (nEvents,) 1 when following the signal paid; 0 otherwise, unresolved events included. */
  readonly label: Uint8Array;
  /** (nEvents,) gross simple return in the direction of the signal; NaN where unresolved. */
  readonly ret: Float64Array;
}

/** Gross simple return of a trade in the direction of its side. */
export function tradeReturn(entryPrice: number, exitPrice: number, side: number): number {
  return side * (exitPrice / entryPrice - 1);
}

/** 1 when a gross return, less the cost that labels are made net of, is strictly above the least that counts. */
export function metaLabel(ret: number, { minReturn, netCostBps = 0 }: MetaLabelOptions): 0 | 1 {
  return ret - netCostBps / 1e4 > minReturn ? 1 : 0;
}

/**
 * Labels every event by what its trade returned.
 *
 * @see López de Prado (2018), AFML ch. 3.6: the label says whether to act on the side, not which side.
 */
export function metaLabels(bars: BarSeries, events: Events, barriers: Barriers, options: MetaLabelOptions): MetaLabels {
  const n = events.index.length;
  const label = new Uint8Array(n);
  const ret = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    ret[k] = tradeReturn(bars.close[events.index[k]], barriers.exitPrice[k], events.side[k]);
    label[k] = metaLabel(ret[k], options);
  }
  return { label, ret };
}
