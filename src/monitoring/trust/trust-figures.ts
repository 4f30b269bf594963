import type { PromisedOutcomes } from '../../domain/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { type AlwaysValidMean, alwaysValidInterval, logLosses, meanOf, overlapLag } from '../../validation/index.ts';

/** Skill of confidences against a constant, the share of training labels that won: 1 − log loss / log loss of the constant. */
export interface SkillFigures {
  /** 0 for the constant; at most 1. */
  readonly skill: number;
  /** Ends of its interval; null where too few outcomes tell nothing. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly lag: number;
  /** Skill of the best constant, which is known afterwards only: the share of these outcomes that won. */
  readonly hindsight: number;
}

/** What was promised of some signals and what came of them. Returns are over the coin, which gets 0 before costs. */
export interface PromiseGroup {
  /** Number of outcomes with a promise and an end on both sides; all but `skill` are of these. */
  readonly n: number;
  /** Mean promise, units of R; null for no outcomes. */
  readonly promisedR: number | null;
  /** Mean cost, which is what a coin loses, units of R; null for no outcomes. */
  readonly costR: number | null;
  /** After costs, as the promise is. */
  readonly realisedR: AlwaysValidMean;
  /** Realised less promised, outcome by outcome: 0 where promises are kept. */
  readonly gapR: AlwaysValidMean;
  /** Before costs, units of R. */
  readonly excessR: AlwaysValidMean;
  /** Before costs, basis points. */
  readonly excessBps: AlwaysValidMean;
  /** Of all outcomes with a label and a base rate; null for none. */
  readonly skill: SkillFigures | null;
}

/** What one model promised and what came of it. */
export interface TrustFigures {
  /** Outcomes with a label. */
  readonly nOutcomes: number;
  /** Of these, without a promise or without an end of the other side. */
  readonly nLeftOut: number;
  /** First and last entry, UNIX ns; null for no outcomes. */
  readonly firstEntryTs: bigint | null;
  readonly lastEntryTs: bigint | null;
  readonly judged: PromiseGroup;
  readonly taken: PromiseGroup;
}

/**
 * Sets what a model promised beside what came of it: of all signals that it judged, and of those that were taken.
 *
 * Lags are counted among the outcomes of a figure, over all instruments, by the spans of the own sides. The other side of a signal may
 * end later; but the lag follows from the longest span, and the longest of both sides have one limit.
 */
export function trustFigures(outcomes: PromisedOutcomes): TrustFigures {
  const ordered = byEntry(outcomes);
  const n = ordered.label.length;
  const all = rowsWhere(n, () => true);
  const taken = rowsWhere(n, (k) => ordered.take[k] === 1);
  const judged = promiseGroup(ordered, all);
  return {
    nOutcomes: n,
    nLeftOut: n - judged.n,
    firstEntryTs: n === 0 ? null : ordered.entryTs[0],
    lastEntryTs: n === 0 ? null : ordered.entryTs[n - 1],
    judged,
    taken: promiseGroup(ordered, taken),
  };
}

/** Outcomes in the order of their entries, with their spans as ns since the first record: small numbers, quick to compare. */
interface OrderedOutcomes extends PromisedOutcomes {
  readonly entry: Float64Array;
  readonly exit: Float64Array;
}

/** The order is stable. */
function byEntry(outcomes: PromisedOutcomes): OrderedOutcomes {
  const { entryTs, exitTs, label, take, confidence, baseRate, promisedR, risk, cost, excess } = outcomes;
  const since = (times: BigInt64Array): Float64Array => Float64Array.from(times, (ns) => Number(ns - entryTs[0]));
  const entry = since(entryTs);
  const rows = Int32Array.from(entryTs.keys()).sort((a, b) => entry[a] - entry[b] || a - b);
  return {
    entry: pick(entry, rows),
    exit: pick(since(exitTs), rows),
    entryTs: BigInt64Array.from(rows, (k) => entryTs[k]),
    exitTs: BigInt64Array.from(rows, (k) => exitTs[k]),
    label: pick(label, rows),
    take: pick(take, rows),
    confidence: pick(confidence, rows),
    baseRate: pick(baseRate, rows),
    promisedR: pick(promisedR, rows),
    risk: pick(risk, rows),
    cost: pick(cost, rows),
    excess: pick(excess, rows),
  };
}

/** @param rows - of those that count, rising. */
function promiseGroup(outcomes: OrderedOutcomes, rows: Int32Array): PromiseGroup {
  const { promisedR, risk, cost, excess } = outcomes;
  const kept = rows.filter((k) => Number.isFinite(promisedR[k]) && Number.isFinite(excess[k]));
  const lag = lagAmong(outcomes, kept);
  const column = (of: (k: number) => number): Float64Array => Float64Array.from(kept, of);
  const mean = (of: (k: number) => number): number | null => (kept.length === 0 ? null : meanOf(column(of)));
  const banded = (of: (k: number) => number): AlwaysValidMean => alwaysValidInterval(column(of), lag);
  const realised = (k: number): number => (excess[k] - cost[k]) / risk[k];
  return {
    n: kept.length,
    promisedR: mean((k) => promisedR[k]),
    costR: mean((k) => cost[k] / risk[k]),
    realisedR: banded(realised),
    gapR: banded((k) => realised(k) - promisedR[k]),
    excessR: banded((k) => excess[k] / risk[k]),
    excessBps: banded((k) => 1e4 * excess[k]),
    skill: skillOf(outcomes, rows),
  };
}

function skillOf(outcomes: OrderedOutcomes, rows: Int32Array): SkillFigures | null {
  const { label, confidence, baseRate } = outcomes;
  const known = rows.filter((k) => Number.isFinite(baseRate[k]));
  if (known.length === 0) return null;
  const labels = pick(label, known);
  const ofConstant = logLosses(labels, pick(baseRate, known));
  const ofModel = logLosses(labels, pick(confidence, known));
  const scale = meanOf(ofConstant);
  const gain = ofConstant.map((loss, i) => loss - ofModel[i]);
  const { low, high, n, lag } = alwaysValidInterval(gain, lagAmong(outcomes, known));
  const share = labels.reduce((total, y) => total + y, 0) / n;
  const ofBest = meanOf(logLosses(labels, new Float64Array(n).fill(share)));
  return {
    skill: meanOf(gain) / scale,
    low: low === null ? null : low / scale,
    high: high === null ? null : high / scale,
    n,
    lag,
    hindsight: 1 - ofBest / scale,
  };
}

/** @param rows - in the order of their entries. */
function lagAmong({ entry, exit }: OrderedOutcomes, rows: Int32Array): number {
  return overlapLag(pick(entry, rows), pick(exit, rows));
}
