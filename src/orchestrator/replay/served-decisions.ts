import type { ProvenCosts, TakeReason, Trust } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { provenBy } from '../../model/index.ts';
import { type JudgedTrades, type PromiseFigures, promisesOf } from '../../validation/index.ts';
import { isTaken, type ScoredSignal } from './judged-replay.ts';
import type { ReplayedSignal } from './replay.ts';

/** Signals of one reason, and what was promised of them and realised; the promise is null where none was made. */
export interface ReasonFigures extends PromiseFigures {
  readonly nSignals: number;
}

/** What was decided of replayed signals as the service would decide them, and what came of it, in R over the coin after costs. */
export interface ServedDecisions {
  readonly trust: Trust;
  /** What the model file proves; null without a model. */
  readonly proven: ProvenCosts | null;
  /** By the reason of taking or not, in the order in which they first came up. */
  readonly byReason: Readonly<Partial<Record<TakeReason, ReasonFigures>>>;
  /** What was taken. */
  readonly taken: PromiseFigures;
  /** What `sizing.trust: expected` takes: everything promised more than its cost, whatever is proven. */
  readonly expected: PromiseFigures;
}

/** What a signal promised and what came of it, units of R over the coin after its cost; NaN where unknown. */
interface Promise {
  readonly promised: number;
  readonly kept: number;
  readonly cost: number;
}

/**
 * Sums up decisions.
 *
 * @param signals - in time order, ended, with a risk above 0. @param trades - their columns; see `judgedTrades`.
 */
export function servedDecisions(
  signals: readonly ScoredSignal[],
  trades: JudgedTrades,
  trust: Trust,
  model: MetaModel | null,
): ServedDecisions {
  const served = signals.map(servedPromise);
  const byRule = signals.map(promiseByRule);
  const reasons = [...new Set(signals.map(({ enriched }) => enriched.takeReason))];
  const rowsOf = (isMember: (signal: ScoredSignal) => boolean): Int32Array =>
    Int32Array.from(signals.keys()).filter((k) => isMember(signals[k]));
  const byReason = reasons.map((reason) => {
    const rows = rowsOf(({ enriched }) => enriched.takeReason === reason);
    return [reason, { nSignals: rows.length, ...figuresOf(trades, served, rows) }] as const;
  });
  return {
    trust,
    proven: model === null ? null : provenBy(model.metadata),
    byReason: Object.fromEntries(byReason) as ServedDecisions['byReason'],
    taken: figuresOf(
      trades,
      served,
      rowsOf(({ enriched }) => enriched.take === true),
    ),
    expected: figuresOf(
      trades,
      byRule,
      rowsOf((signal) => isTaken(signal, signal.enriched.costBps ?? 0)),
    ),
  };
}

function servedPromise(signal: ScoredSignal): Promise {
  return promiseAt(signal, signal.enriched.expectedR ?? Number.NaN);
}

function promiseByRule(signal: ScoredSignal): Promise {
  return promiseAt(signal, signal.promise.expectedR - costOf(signal));
}

/** What came of it is the return less the mean coin known at the time and the cost. */
function promiseAt(signal: ScoredSignal, promised: number): Promise {
  const cost = costOf(signal);
  return { promised, kept: signal.ret / signal.risk - signal.promise.coin - cost, cost };
}

function costOf({ risk, enriched }: ReplayedSignal): number {
  return ((enriched.costBps ?? Number.NaN) * 1e-4) / risk;
}

function figuresOf(trades: JudgedTrades, promises: readonly Promise[], rows: Int32Array): PromiseFigures {
  const promised = Float64Array.from(promises, (each) => each.promised);
  const kept = Float64Array.from(promises, (each) => each.kept);
  const cost = Float64Array.from(promises, (each) => each.cost);
  return promisesOf(
    trades,
    { promised, kept, cost },
    rows.filter((k) => Number.isFinite(promised[k] + kept[k])),
  );
}
