import { ConditionError, Rng } from '../../core/index.ts';
import { allocateBarColumns, BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { type Labeler, MAX_HOLDING_BARS, type TradeExit, type TradeSide } from '../../labeling/index.ts';

/** A trade that a contract looks at. */
export interface ProbeTrade {
  /** Bar of entry. */
  readonly entry: number;
  readonly side: TradeSide;
  /** What the labeler opened it with, > 0. */
  readonly target: number;
  /** Its end on all bars; null where it is open at the last of them. */
  readonly exit: TradeExit | null;
}

/** A trade that ended. */
export type EndedTrade = ProbeTrade & { readonly exit: TradeExit };

const START_NS = 1_700_000_000_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
const SIDES: readonly TradeSide[] = [1, -1];
/** Share of bars that open away from the close before. */
const GAPS = 0.1;
/** Standard deviation of a bar's move. */
const MOVE = 0.003;

/** Seeded bars with gaps, long enough that several trades of the labeler end. */
export function probeBars({ maxHoldingBars }: Labeler, seed = 1): BarSeries {
  const holding = maxHoldingBars >= 0 ? Math.min(maxHoldingBars, MAX_HOLDING_BARS) : 0; // the shape has a case of its own
  const n = 4 * WINDOW_BARS + 2 * holding;
  const rng = new Rng(seed);
  const columns = allocateBarColumns(n, false);
  const wick = (): number => Math.exp(Math.abs(rng.nextGaussian()) * 0.5 * MOVE);
  let close = 100;
  for (let i = 0; i < n; i++) {
    const open = rng.nextFloat() < GAPS ? close * Math.exp(2 * MOVE * rng.nextGaussian()) : close;
    close = open * Math.exp(MOVE * rng.nextGaussian());
    columns.tsEvent[i] = START_NS + BigInt(i) * MINUTE_NS;
    columns.open[i] = open;
    columns.close[i] = close;
    columns.high[i] = Math.max(open, close) * wick();
    columns.low[i] = Math.min(open, close) / wick();
    columns.volume[i] = 1 + rng.nextInt(1000);
  }
  return BarSeries.fromColumns(columns);
}

/**
 * Bars of entry, evenly over the bars; the latest trades stay open.
 *
 * @throws {ConditionError} when the bars are too few for a trade to end.
 */
export function probeEntries({ maxHoldingBars }: Labeler, bars: BarSeries): number[] {
  const first = WINDOW_BARS - 1;
  const least = WINDOW_BARS + maxHoldingBars + 1;
  if (bars.length < least) throw new ConditionError('bars of a labeler contract', `at least ${least}`, bars.length);
  const nEntries = maxHoldingBars > 1000 ? 4 : 40;
  const step = Math.max(1, Math.floor((bars.length - first) / nEntries));
  return Array.from({ length: Math.ceil((bars.length - first) / step) }, (_, k) => first + k * step);
}

/** Both sides at every entry, opened and resolved; those that the labeler does not open are left out. */
export function probeTrades(labeler: Labeler, bars: BarSeries): ProbeTrade[] {
  return probeEntries(labeler, bars).flatMap((entry) =>
    SIDES.flatMap((side) => {
      const target = labeler.open(bars, entry, side);
      return target > 0 ? [{ entry, side, target, exit: labeler.resolve(bars, entry, side, target) }] : [];
    }),
  );
}

/** Those of {@link probeTrades} that ended. */
export function endedTrades(labeler: Labeler, bars: BarSeries): EndedTrade[] {
  return probeTrades(labeler, bars).filter((trade): trade is EndedTrade => trade.exit !== null);
}

/** The same bars up to `last`, and after it the mirror image of what came: every move in the other direction. */
export function otherFuture(bars: BarSeries, last: number): BarSeries {
  const columns = copyOf(bars);
  const square = bars.close[last] ** 2;
  for (let i = last + 1; i < bars.length; i++) {
    columns.open[i] = square / bars.open[i];
    columns.high[i] = square / bars.low[i];
    columns.low[i] = square / bars.high[i];
    columns.close[i] = square / bars.close[i];
    columns.volume[i] = bars.volume[i] + 1;
  }
  return BarSeries.fromChecked(columns);
}

/** The same bars in memory of their own. */
export function copyOf(bars: BarSeries): BarSeries {
  return BarSeries.fromChecked({
    tsEvent: bars.tsEvent.slice(),
    open: bars.open.slice(),
    high: bars.high.slice(),
    low: bars.low.slice(),
    close: bars.close.slice(),
    volume: bars.volume.slice(),
    takerBuyVolume: bars.takerBuyVolume?.slice() ?? null,
  });
}

/** `the buy at bar 120`, for sentences. */
export function nameOf({ entry, side }: Pick<ProbeTrade, 'entry' | 'side'>): string {
  return `the ${side === 1 ? 'buy' : 'sell'} at bar ${entry}`;
}

/** `take_profit at 101.5 in bar 125`, or `open`. */
export function endOf(exit: TradeExit | null): string {
  return exit === null ? 'open' : `${exit.kind} at ${exit.price} in bar ${exit.bar}`;
}

export function isSameExit(a: TradeExit | null, b: TradeExit | null): boolean {
  if (a === null || b === null) return a === b;
  return a.bar === b.bar && Object.is(a.price, b.price) && a.kind === b.kind;
}
