import type { BarSeries, FillRule } from '../domain/index.ts';
import type { Events } from './event-sampling.ts';

/** How a trade ended: at its take-profit, at its stop, or by time. */
export const EXIT_KINDS = ['take_profit', 'stop_loss', 'vertical'] as const;
export type ExitKind = (typeof EXIT_KINDS)[number];

/** {@link EXIT_KINDS}; `unresolved` for a trade that is still open, `told` for one whose outcome came from outside. */
export const BARRIER_KINDS = ['unresolved', ...EXIT_KINDS, 'told'] as const;
export type BarrierKind = (typeof BARRIER_KINDS)[number];

/** -1 for a sell, +1 for a buy. */
export type TradeSide = -1 | 1;

/** The end of one trade. */
export interface TradeExit {
  /** Bar of the exit, after the bar of entry. */
  readonly bar: number;
  /** Price of the exit, > 0. */
  readonly price: number;
  readonly kind: ExitKind;
}

/** Prices at which an open trade would end; null where the labeler has no such barrier. */
export interface BarrierPrices {
  readonly takeProfit: number | null;
  readonly stopLoss: number | null;
}

/** What a trade that ended was worth. */
export interface TradeOutcome {
  /** Gross simple return in the direction of the side: costs enter the decision, not the label. */
  readonly ret: number;
  /** 1 when following the signal paid. */
  readonly label: 0 | 1;
}

/** The trades of a run of events, in columns over events. */
export interface TradeColumns {
  /** (nEvents,) target of each trade; not > 0 where none could be opened. */
  readonly target: Float64Array;
  /** (nEvents,) bar of exit; -1 while a trade is open, or where none was opened. */
  readonly exit: Int32Array;
  /** (nEvents,) price of exit; NaN while open. */
  readonly exitPrice: Float64Array;
  /** (nEvents,) index into {@link BARRIER_KINDS}. */
  readonly kind: Uint8Array;
  /** (nEvents,) gross return as in {@link TradeOutcome}; NaN while open. */
  readonly ret: Float64Array;
  /** (nEvents,) label; 0 while open. */
  readonly label: Uint8Array;
}

/**
 * The rule of labels: opens a trade at a bar, follows it with the bars after, and judges its end. Training, live outcomes,
 * replay, report and dashboard all ask it, so that they cannot disagree.
 *
 * A labeler is pure: the same bars give the same answers, and no call changes a later one. Entry and exit are positions in the
 * bars of the call, which may begin at another bar in the next call. Live, the 99 bars before the entry are there and later bars
 * come one by one; `labelerContract` checks that the answers are then those of training.
 */
export interface Labeler {
  /** Name in model files and messages, such as `fixed_horizon_5`. */
  readonly name: string;
  /** Whether outcomes come only from outside (`POST /v1/outcomes`): then {@link Labeler.resolve} ends no trade. */
  readonly isGiven: boolean;
  /** Maximum number of bars from entry to exit, 1 to 10,000; 0 where {@link Labeler.isGiven}. */
  readonly maxHoldingBars: number;
  /** The rule in plain sentences, for reports. */
  readonly rule: string;
  /**
   * False where no trade ends at a price that is fixed at its entry: rules of fills change nothing then, and R is ATR(14) of the entry.
   * Absent for true.
   */
  readonly hasBarriers?: boolean;
  /**
   * True where a label follows from the path of a trade and not from its return alone, so that a trade of label 1 may have lost.
   * {@link Labeler.labelOf} then judges only returns that are reported without a label. Absent for false.
   */
  readonly labelsPath?: boolean;
  /** Why no trade can be opened where {@link Labeler.open} gives no target, for the outcome of such a signal. */
  readonly noTargetReason: string;
  /**
   * Opens a trade at the close of a bar.
   *
   * @param bars - may be read from 99 bars before `entry` up to it, and no further.
   * @returns the one number, > 0, from which with the bars everything else follows, such as a distance in price units; it is
   * recorded with the signal. NaN or 0 where no trade can be opened.
   */
  open(bars: BarSeries, entry: number, side: TradeSide): number;
  /** Prices of the barriers of an open trade. @param target - what {@link Labeler.open} returned. */
  barriers(bars: BarSeries, entry: number, side: TradeSide, target: number): BarrierPrices;
  /**
   * Follows an open trade to its end.
   *
   * @param target - what {@link Labeler.open} returned; where it is not > 0, no trade is open.
   * @param fill - `barrier` by default. A labeler without barriers may ignore it.
   * @returns null while the trade is open. An exit depends on the bars up to it and on none after.
   */
  resolve(bars: BarSeries, entry: number, side: TradeSide, target: number, fill?: FillRule): TradeExit | null;
  /** What a trade that ended was worth. Its label is {@link Labeler.labelOf} of its return, but for {@link Labeler.labelsPath}. */
  outcome(bars: BarSeries, entry: number, side: TradeSide, exit: TradeExit): TradeOutcome;
  /** Label of a gross return, also of one that is reported from outside. */
  labelOf(ret: number): 0 | 1;
  /** The same for many events at once, bit by bit; where it is missing, they are labelled one by one. */
  labelEvents?(bars: BarSeries, events: Events, fill: FillRule): TradeColumns;
}

/** The trades of all events, by the labeler's own loop where it has one. */
export function labelTrades(
  labeler: Labeler,
  bars: BarSeries,
  events: Events,
  fill: FillRule = 'barrier',
): TradeColumns {
  return labeler.labelEvents?.(bars, events, fill) ?? labelOneByOne(labeler, bars, events, fill);
}

/** The trades of all events, each opened, resolved and judged by itself. */
export function labelOneByOne(labeler: Labeler, bars: BarSeries, events: Events, fill: FillRule): TradeColumns {
  const n = events.index.length;
  const columns = {
    target: new Float64Array(n),
    exit: new Int32Array(n).fill(-1),
    exitPrice: new Float64Array(n).fill(Number.NaN),
    kind: new Uint8Array(n),
    ret: new Float64Array(n).fill(Number.NaN),
    label: new Uint8Array(n),
  };
  for (let k = 0; k < n; k++) {
    const entry = events.index[k];
    const side = events.side[k] as TradeSide;
    const target = labeler.open(bars, entry, side);
    columns.target[k] = target;
    const exit = target > 0 ? labeler.resolve(bars, entry, side, target, fill) : null;
    if (exit === null) continue;
    const { ret, label } = labeler.outcome(bars, entry, side, exit);
    columns.exit[k] = exit.bar;
    columns.exitPrice[k] = exit.price;
    columns.kind[k] = BARRIER_KINDS.indexOf(exit.kind);
    columns.ret[k] = ret;
    columns.label[k] = label;
  }
  return columns;
}
