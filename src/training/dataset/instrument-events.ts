import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError, DataError, TrainingError } from '../../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { volatility } from '../../features/index.ts';
import {
  ATR_AS_RISK,
  BARRIER_KINDS,
  checkGivenTrades,
  type Events,
  type GivenTrades,
  type Labeler,
  labelBothSides,
  primarySides,
  riskUnitOf,
  sampleEvents,
  tradeRisk,
} from '../../labeling/index.ts';
import { pick, rowsWhere, sharedBytes, sharedFloats, sharedIntegers } from '../../math/index.ts';
import { areLabelsGiven, type InstrumentBars } from '../instrument-bars.ts';

/** Minimum number of bars of a training; walk-forward validation on fewer proves nothing. */
export const MIN_TRAINING_BARS = 1000;

/**
 * Labelled events of one instrument in time order: what happened after every signal of the primary. Rows are events; columns lie on shared
 * memory, where threads and parts of a training read them without a copy.
 */
export interface InstrumentEvents {
  /** (nEvents,) bar of entry, increasing. */
  readonly t0: Int32Array;
  /** (nEvents,) bar of exit, >= t0 + 1; the label span is the closed interval [t0, t1]. */
  readonly t1: Int32Array;
  /** (nEvents,) index into `BARRIER_KINDS`: what ended the trade. */
  readonly kind: Uint8Array;
  /** (nEvents,) -1 or +1. */
  readonly side: Int8Array;
  /** (nEvents,) meta-label: 1 when following the signal paid. */
  readonly label: Uint8Array;
  /** (nEvents,) gross simple return in the direction of the signal. */
  readonly ret: Float64Array;
  /** (nEvents,) label, gross return and bar of exit that the opposite side would have had; 0, NaN and -1 where that has no end. */
  readonly otherLabel: Uint8Array;
  readonly otherRet: Float64Array;
  readonly otherT1: Int32Array;
  /** (nEvents,) R as `tradeRisk` gives it at the entry, in the unit of the labeler; 0 at a bar without any range. */
  readonly risk: Float64Array;
  /** (nEvents,) feature `volatility` at the entry, whether or not the model uses it. */
  readonly volatility: Float64Array;
  /** Number of events whose trades were open at the end of the data; they have no label. */
  readonly nUnresolved: number;
  /** Number of events at which no trade could be opened (for barriers, bars without any range); they have no label. */
  readonly nWithoutRange: number;
}

/**
 * Turns bars into labelled events. An event uses bars up to its own; its label uses the bars up to its exit.
 *
 * @param side - (nBars,) the signals that came with the data, all of which are events; null for the built-in primary.
 * @throws {DataError} `NOT_ENOUGH_BARS`. @throws {TrainingError} for a labeler that only knows given outcomes.
 */
export function labelEvents(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  checkEnoughBars(bars.length);
  return labelBars(bars, side, config, labeler);
}

/** {@link labelEvents} of any number of bars. */
export function labelBars(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  checkResolves(labeler);
  const { labels } = config;
  const spread = volatility(bars);
  const events = eventsOf(bars, side, config, () => spread);
  const { own, other } = labelBothSides(labeler, bars, events, labels.fill);
  const resolved = rowsWhere(own.exit.length, (k) => own.exit[k] >= 0);
  let nWithoutRange = 0;
  for (let k = 0; k < own.target.length; k++) if (!(own.target[k] > 0)) nWithoutRange++;
  const t0 = pick(events.index, resolved, true);
  return {
    t0,
    t1: pick(own.exit, resolved, true),
    kind: pick(own.kind, resolved, true),
    side: pick(events.side, resolved, true),
    label: pick(own.label, resolved, true),
    ret: pick(own.ret, resolved, true),
    otherLabel: pick(other.label, resolved, true),
    otherRet: pick(other.ret, resolved, true),
    otherT1: pick(other.exit, resolved, true),
    risk: pick(tradeRisk(bars, riskUnitOf(labeler, labels)), t0, true),
    volatility: pick(spread, t0, true),
    nUnresolved: events.index.length - resolved.length - nWithoutRange,
    nWithoutRange,
  };
}

/**
 * Labelled events of given trades. Nothing is known of the other side: its columns say so (`otherT1` -1, `otherRet` NaN). Events at bars
 * without any range are left out and counted.
 *
 * @param trades - as `checkGivenTrades` accepts them.
 * @param unit - R; by default ATR(14).
 */
export function givenEvents(
  bars: BarSeries,
  trades: GivenTrades,
  unit: Parameters<typeof tradeRisk>[1] = ATR_AS_RISK,
): InstrumentEvents {
  checkGivenTrades(bars, trades);
  const risk = tradeRisk(bars, unit);
  const ranged = rowsWhere(trades.index.length, (k) => risk[trades.index[k]] > 0);
  const t0 = pick(trades.index, ranged, true);
  const n = t0.length;
  return {
    t0,
    t1: pick(trades.exit, ranged, true),
    kind: sharedBytes(n).fill(BARRIER_KINDS.indexOf('told')),
    side: pick(trades.side, ranged, true),
    label: pick(trades.label, ranged, true),
    ret: pick(trades.ret, ranged, true),
    otherLabel: sharedBytes(n),
    otherRet: sharedFloats(n).fill(Number.NaN),
    otherT1: sharedIntegers(n).fill(-1),
    risk: pick(risk, t0, true),
    volatility: pick(volatility(bars), t0, true),
    nUnresolved: 0,
    nWithoutRange: trades.index.length - n,
  };
}

/** The events of the primary: given signals are all events, a built-in primary is sampled as configured. */
export function findEvents(bars: BarSeries, side: Int8Array | null, config: OrchestratorConfig): Events {
  return eventsOf(bars, side, config, () => volatility(bars));
}

/** @param spread - (nBars,) the feature `volatility`. */
function eventsOf(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  spread: () => Float64Array,
): Events {
  if (side !== null) return sampleEvents(bars, side, { sampling: 'every', threshold: null, windowBars: WINDOW_BARS });
  const { primary, sampling, cusumMultiplier } = config.events;
  const threshold = sampling === 'cusum' ? scaled(spread(), cusumMultiplier) : null;
  return sampleEvents(bars, primarySides(bars, primary), { sampling, threshold, windowBars: WINDOW_BARS });
}

function scaled(column: Float64Array, factor: number): Float64Array {
  const out = new Float64Array(column.length);
  for (let i = 0; i < out.length; i++) out[i] = column[i] * factor;
  return out;
}

/** @throws {DataError} `NOT_ENOUGH_BARS` for fewer than {@link MIN_TRAINING_BARS}. */
export function checkEnoughBars(nBars: number): void {
  if (nBars >= MIN_TRAINING_BARS) return;
  const message = `training needs at least ${MIN_TRAINING_BARS} bars, the data has ${nBars}; add bars`;
  throw new DataError('NOT_ENOUGH_BARS', message);
}

/**
 * Checks that labels come from where the settings say.
 *
 * @throws {TrainingError} for a labeler that only knows given outcomes where none are. @throws {ConditionError} for the opposite.
 */
export function checkLabelSource(labeler: Labeler, instruments: readonly InstrumentBars[]): void {
  const isGiven = areLabelsGiven(instruments);
  if (!isGiven) checkResolves(labeler);
  else if (!labeler.isGiven) throw new ConditionError('labels.kind', 'given where labels are handed in', labeler.name);
}

/** @throws {TrainingError} for a labeler that only knows given outcomes. */
export function checkResolves({ name, isGiven }: Labeler): void {
  if (!isGiven) return;
  const message = `labeler ${name} only knows outcomes that are reported, so that bars give no labels; hand in yours (--labels F, { labels } in a program), or train with a labeler that resolves trades`;
  throw new TrainingError('TRAINING_FAILED', message);
}
