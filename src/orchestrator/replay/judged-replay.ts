import { type DecisionStatistics, expectedReturn, payoffAt } from '../../decision/index.ts';
import { standInReturn } from '../../labeling/index.ts';
import { type CoinKnowledge, earlierMeanReturns, type JudgedTrades } from '../../validation/index.ts';
import type { ReplayedSignal } from './replay.ts';

/** What the statistics of the model file promise of a signal, units of R; NaN where they do not say. */
export interface PromisedTrade {
  /** Expected return over the coin, before costs. */
  readonly expectedR: number;
  /** Mean gross win and mean gross loss, magnitudes > 0. */
  readonly win: number;
  readonly loss: number;
  /** Mean return of the coin, >= 0. */
  readonly coin: number;
}

/** A resolved signal, with what was known and promised at its time. */
export interface ScoredSignal extends ReplayedSignal {
  readonly label: 0 | 1;
  /** Share of paying signals known at the time, (0, 1). */
  readonly baseRate: number;
  readonly promise: PromisedTrade;
}

/**
 * Columns of signals to be judged. What the model did not answer says the base rate, and is never taken. So does a model that
 * gives all signals the same probability: its distance from the base rate, which wanders with the labels, would pass for
 * knowledge in 9 of 100 cases instead of 5.
 *
 * @param beta - of the kept promises of the model file; NaN where unknown.
 */
export function judgedTrades(signals: readonly ScoredSignal[], beta: number): JudgedTrades {
  const said = new Set(signals.filter(isAnswered).map(({ enriched }) => enriched.metaConfidence));
  return {
    t0: Int32Array.from(signals, ({ t0 }) => t0),
    end: Int32Array.from(signals, ({ t1, other }) => Math.max(t1, other?.t1 ?? -1)),
    instrument: new Int32Array(signals.length),
    side: Int8Array.from(signals, ({ enriched }) => enriched.signalEvent.signal),
    label: Uint8Array.from(signals, ({ label }) => label),
    otherLabel: Uint8Array.from(signals, ({ other }) => other?.label ?? 0),
    ret: Float64Array.from(signals, ({ ret }) => ret),
    otherRet: otherReturns(signals),
    risk: Float64Array.from(signals, ({ risk }) => risk),
    probability: Float64Array.from(signals, (signal) =>
      said.size > 1 ? probabilityOf(signal, signal.baseRate) : signal.baseRate,
    ),
    baseRate: Float64Array.from(signals, ({ baseRate }) => baseRate),
    expectedR: Float64Array.from(signals, ({ promise }) => promise.expectedR),
    win: Float64Array.from(signals, ({ promise }) => promise.win),
    loss: Float64Array.from(signals, ({ promise }) => promise.loss),
    coin: Float64Array.from(signals, ({ promise }) => promise.coin),
    beta: new Float64Array(signals.length).fill(beta),
    isAnswered: Uint8Array.from(signals, (signal) => (isAnswered(signal) ? 1 : 0)),
  };
}

/** Whether the other sides of signals are known; of outcomes from outside they are not. */
export function coinOfSignals(signals: readonly ReplayedSignal[]): CoinKnowledge {
  return signals.some(({ kind }) => kind === 'told') ? 'unknown' : 'known';
}

/** (n,) returns of the other sides; where those are unknown, what stands in for them, as in a training. */
function otherReturns(signals: readonly ScoredSignal[]): Float64Array {
  const own = Float64Array.from(signals, ({ ret }) => ret);
  if (coinOfSignals(signals) === 'known') return own.map((_, k) => signals[k].other?.ret ?? Number.NaN);
  const mean = earlierMeanReturns({
    t0: Int32Array.from(signals, ({ t0 }) => t0),
    t1: Int32Array.from(signals, ({ t1 }) => t1),
    side: Int8Array.from(signals, ({ enriched }) => enriched.signalEvent.signal),
    ret: own,
  });
  return own.map((ret, k) => standInReturn(ret, mean[k]));
}

const NOTHING_PROMISED: PromisedTrade = { expectedR: Number.NaN, win: Number.NaN, loss: Number.NaN, coin: Number.NaN };

/** @param decision - statistics of the model file; null where it has none: then nothing is promised. */
export function promiseOf(
  signal: ReplayedSignal,
  baseRate: number,
  decision: DecisionStatistics | null,
): PromisedTrade {
  if (decision === null) return NOTHING_PROMISED;
  const { instrumentId } = signal.enriched.signalEvent;
  const payoff = payoffAt(decision.payoffs, instrumentId, signal.volatility);
  if (payoff === null) return NOTHING_PROMISED;
  return { ...payoff, expectedR: expectedReturn(probabilityOf(signal, baseRate), payoff, decision.keeping) };
}

/** Whether a signal is taken: the model answered it, and promises more than the cost. @param costBps - of a round trip. */
export function isTaken(signal: ScoredSignal, costBps: number): boolean {
  return isAnswered(signal) && signal.promise.expectedR - (costBps * 1e-4) / signal.risk > 0;
}

function isAnswered({ enriched }: ReplayedSignal): boolean {
  return enriched.source === 'model';
}

function probabilityOf(signal: ReplayedSignal, baseRate: number): number {
  return isAnswered(signal) ? signal.enriched.metaConfidence : baseRate;
}
