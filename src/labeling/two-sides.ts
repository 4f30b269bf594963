import type { BarSeries, FillRule } from '../domain/index.ts';
import type { Events } from './event-sampling.ts';
import { type Labeler, labelTrades, type TradeColumns } from './labeler.ts';

/** The trades of a run of events, and those that the other side would have been. */
export interface BothSides {
  readonly own: TradeColumns;
  readonly other: TradeColumns;
}

/** What a coin earns at an event: the mean return of its two sides. */
export function coinReturn(ret: number, otherRet: number): number {
  return (ret + otherRet) / 2;
}

/** What a side earned over the coin: half of its return less that of the other side; return = coin + excess. */
export function excessReturn(ret: number, otherRet: number): number {
  return (ret - otherRet) / 2;
}

/**
 * Return of the other side at which a coin would earn `mean`. It stands in for one that is unknown, so that {@link excessReturn}
 * is the return less `mean`; it is no return of any trade.
 */
export function standInReturn(ret: number, mean: number): number {
  return 2 * mean - ret;
}

/**
 * {@link labelTrades} of events, and of the same events with the opposite side. Half the sum of both returns is the coin: what
 * a side picked by chance earns there.
 */
export function labelBothSides(labeler: Labeler, bars: BarSeries, events: Events, fill: FillRule): BothSides {
  const reversed = { index: events.index, side: events.side.map((side) => -side) };
  return { own: labelTrades(labeler, bars, events, fill), other: labelTrades(labeler, bars, reversed, fill) };
}
