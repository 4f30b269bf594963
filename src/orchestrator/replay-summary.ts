import type { BarSeries, ConfidenceSource } from '../domain/index.ts';
import {
  type MoneyFigures,
  moneyFigures,
  prequentialBaseRate,
  type ReliabilityBin,
  reliabilityDeciles,
  type Scores,
  sameMeanExposure,
  scoreForecasts,
} from '../validation/index.ts';
import type { ReplayedSignal } from './replay.ts';

/** Figures of a replay: of the events after the model's training data, or of all where there is none. */
export interface ReplaySummary {
  readonly nSignals: number;
  readonly nUnresolved: number;
  readonly sources: Readonly<Partial<Record<ConfidenceSource, number>>>;
  /** Number of resolved signals behind the figures. */
  readonly nJudged: number;
  /** Number of resolved signals left out because the model was trained on bars of their time. */
  readonly nInSample: number;
  /** True when every resolved signal was in sample, so that the figures prove nothing. */
  readonly isInSample: boolean;
  /** Null when nothing was resolved. */
  readonly scores: Scores | null;
  readonly deciles: readonly ReliabilityBin[];
  readonly primaryOnly: MoneyFigures | null;
  readonly sized: MoneyFigures | null;
  /** (nSignals,) time from call to answer, ns. */
  readonly latenciesNs: Float64Array;
}

/** Sums up a replay: hit rate by confidence, calibration, money with and without sizing. */
export function summarizeReplay(replayed: readonly ReplayedSignal[], bars: BarSeries): ReplaySummary {
  const resolved = replayed.filter((signal) => signal.label !== null);
  const outOfSample = resolved.filter((signal) => !signal.inSample);
  const judged = judgedSignals(replayed);
  const sources: Partial<Record<ConfidenceSource, number>> = {};
  for (const { enriched } of replayed) sources[enriched.source] = (sources[enriched.source] ?? 0) + 1;
  return {
    nSignals: replayed.length,
    nUnresolved: replayed.length - resolved.length,
    sources,
    nJudged: judged.length,
    nInSample: outOfSample.length > 0 ? resolved.length - outOfSample.length : 0,
    isInSample: outOfSample.length === 0 && resolved.length > 0,
    ...judge(judged, bars),
    latenciesNs: Float64Array.from(replayed, ({ enriched }) => enriched.latencyNs),
  };
}

/** The signals behind the figures: the resolved ones after the model's training data, or all where there is none. */
export function judgedSignals(replayed: readonly ReplayedSignal[]): readonly ReplayedSignal[] {
  const resolved = replayed.filter((signal) => signal.label !== null);
  const outOfSample = resolved.filter((signal) => !signal.inSample);
  return outOfSample.length > 0 ? outOfSample : resolved;
}

type Judgement = Pick<ReplaySummary, 'scores' | 'deciles' | 'primaryOnly' | 'sized'>;

function judge(signals: readonly ReplayedSignal[], bars: BarSeries): Judgement {
  if (signals.length === 0) return { scores: null, deciles: [], primaryOnly: null, sized: null };
  const t0 = Int32Array.from(signals, (signal) => signal.t0);
  const t1 = Int32Array.from(signals, (signal) => signal.t1);
  const label = Uint8Array.from(signals, (signal) => signal.label ?? 0);
  const ret = Float64Array.from(signals, (signal) => signal.ret);
  const probability = Float64Array.from(signals, ({ enriched }) => enriched.metaConfidence);
  const size = Float64Array.from(signals, ({ enriched }) => Math.abs(enriched.size));
  const benchmark = prequentialBaseRate(t0, t1, label);
  const trades = { t1, ret };
  return {
    scores: scoreForecasts({ label, probability, benchmark }),
    deciles: reliabilityDeciles(label, probability),
    primaryOnly: moneyFigures(bars.tsEvent, t0[0], trades, null),
    sized: moneyFigures(bars.tsEvent, t0[0], trades, sameMeanExposure(size)),
  };
}
