import type { BarSeries } from '../domain/index.ts';
import type { Events } from './event-sampling.ts';
import type { Barriers } from './triple-barrier.ts';

export interface MetaLabelOptions {
  /** Round-trip cost in basis points, >= 0. */
  readonly costBps: number;
  /** Net simple return that a label of 1 must exceed. */
  readonly minReturn: number;
}

export interface MetaLabels {
  /** (nEvents,) 1 when following the signal paid; 0 otherwise, unresolved events included. */
  readonly label: Uint8Array;
  /** (nEvents,) net simple return in the direction of the signal; NaN where unresolved. */
  readonly ret: Float64Array;
}

/** Net simple return of a trade in the direction of its side. */
export function tradeReturn(entryPrice: number, exitPrice: number, side: number, costBps: number): number {
  return side * (exitPrice / entryPrice - 1) - costBps / 1e4;
}

/** 1 when a net return is strictly above the least that counts. */
export function metaLabel(ret: number, minReturn: number): 0 | 1 {
  return ret > minReturn ? 1 : 0;
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
    ret[k] = tradeReturn(bars.close[events.index[k]], barriers.exitPrice[k], events.side[k], options.costBps);
    label[k] = metaLabel(ret[k], options.minReturn);
  }
  return { label, ret };
}
