import type { DecisionStatistics } from '../../decision/index.ts';
import { type BarSeries, CLAIM_TESTS, type ClaimTestName, type ConfidenceSource } from '../../domain/index.ts';
import { type MetaModel, type TrainingSummary, UNKNOWN_METADATA } from '../../model/index.ts';
import {
  type Accounts,
  type Claims,
  type CoinKnowledge,
  type KnownLabels,
  prequentialBaseRate,
  type ReliabilityBin,
  reliabilityDeciles,
  type Scores,
  type Summaries,
  scoreForecasts,
  summarisedTrades,
  summarize,
} from '../../validation/index.ts';
import type { ML4TOrchestrator } from '../ml4t-orchestrator.ts';
import { coinOfSignals, judgedTrades, promiseOf, type ScoredSignal } from './judged-replay.ts';
import type { ReplayedSignal } from './replay.ts';
import { replayAccounts } from './replay-accounts.ts';
import { replayClaims } from './replay-claims.ts';
import { MIN_SIGNALS, missingFacts, type ReplayFinding, replayFinding } from './replay-finding.ts';
import { positionsOf, type ReplayPositions } from './replay-positions.ts';
import { replayTerms } from './replay-terms.ts';
import { type ServedDecisions, servedDecisions } from './served-decisions.ts';

/** Figures of a replay: of the events after the model's training data, or of all where there is none. */
export interface ReplaySummary {
  readonly nSignals: number;
  readonly nUnresolved: number;
  /** Whether the other sides of the signals are known; where labels were given they are not. */
  readonly coin: CoinKnowledge;
  readonly sources: Readonly<Partial<Record<ConfidenceSource, number>>>;
  /** Number of resolved signals left out because the model was trained on bars of their time. */
  readonly nInSample: number;
  /** Number of resolved signals before all training bars; left out where any signal comes after the training. */
  readonly nBeforeTraining: number;
  /** True when no resolved signal comes after the training, so that the figures prove nothing. */
  readonly isInSample: boolean;
  /** Whether the replay can be judged. */
  readonly finding: ReplayFinding;
  /** Null when nothing was resolved. */
  readonly scores: Scores | null;
  readonly deciles: readonly ReliabilityBin[];
  /** What is said beside the scores of the same signals; null when nothing was resolved. */
  readonly summaries: Summaries | null;
  /**
   * What may be claimed of the signals after the training data whose two sides ended; null where all are in sample, or too few
   * have an outcome. Without a model, only what is said of the primary means anything.
   */
  readonly claims: Claims | null;
  /** What following the judged signals came to, after the cost; null where nothing is claimed. */
  readonly accounts: Accounts | null;
  /** Statistics of the model file; null where it has none: then nothing is taken, and selection and money are not tested. */
  readonly decision: DecisionStatistics | null;
  /** The tests that the model file allows: all three, or information alone. */
  readonly testable: readonly ClaimTestName[];
  /** What the training of the model said; null without a model. */
  readonly training: Pick<
    TrainingSummary,
    'verdict' | 'paysUpToBps' | 'primaryPays' | 'primaryPaysUpToBps' | 'timingPValue'
  > | null;
  /** What the model file does not say and what was therefore not judged, a sentence each. */
  readonly missing: readonly string[];
  /** What was decided as the service would decide it, and what came of it; null where no signal after the training is judged. */
  readonly served: ServedDecisions | null;
  /** Positions that follow from the sizes of the signals after the training; null where nothing was bet. */
  readonly positions: ReplayPositions | null;
  /** (nSignals,) time from call to answer, ns. */
  readonly latenciesNs: Float64Array;
}

/**
 * Sums up a replay: hit rate by confidence, calibration, and the three tests on both sides of the signals that came after the
 * training data.
 *
 * @param orchestrator - the one that replayed, with the same model.
 * @param bars - the replayed ones.
 */
export function summarizeReplay(
  orchestrator: ML4TOrchestrator,
  bars: BarSeries,
  replayed: readonly ReplayedSignal[],
): ReplaySummary {
  const { model } = orchestrator.inferenceLoop;
  const resolved = replayed.filter(({ label }) => label !== null);
  const outOfSample = resolved.filter(({ inSample }) => !inSample);
  const scored = scoredSignals(replayed, model);
  const isInSample = outOfSample.length === 0 && resolved.length > 0;
  const nBeforeTraining = resolved.filter(({ beforeTraining }) => beforeTraining).length;
  const isBeforeTraining = isInSample && nBeforeTraining === resolved.length;
  const forecasts = columnsOf(scored);
  const scores = scored.length === 0 ? null : scoreForecasts(forecasts);
  const finding = replayFinding({ scores, isInSample, isBeforeTraining, hasModel: model !== null });
  const sources: Partial<Record<ConfidenceSource, number>> = {};
  for (const { enriched } of replayed) sources[enriched.source] = (sources[enriched.source] ?? 0) + 1;
  const claims = isInSample || scored.length < MIN_SIGNALS ? null : replayClaims(orchestrator, bars, scored);
  const seed = orchestrator.config.forest.randomState;
  return {
    nSignals: replayed.length,
    nUnresolved: replayed.length - resolved.length,
    coin: coinOfSignals(replayed),
    sources,
    nInSample: isInSample ? 0 : resolved.length - outOfSample.length - nBeforeTraining,
    nBeforeTraining,
    isInSample,
    finding,
    scores,
    summaries: scores === null ? null : summariesOf(orchestrator, bars, scored),
    deciles: scores === null ? [] : reliabilityDeciles(forecasts.label, forecasts.probability),
    claims,
    accounts: claims === null ? null : replayAccounts(bars, scored, { costBps: claims.cost.bps, seed }),
    decision: model?.metadata.decision ?? null,
    testable: model?.metadata.decision == null ? ['information'] : CLAIM_TESTS,
    training: model === null ? null : trainedClaims(model.metadata.training),
    missing: model === null ? [] : missingFacts(model.metadata),
    served: isInSample ? null : servedOf(orchestrator, scored),
    positions: positionsOf(replayed.filter(({ inSample }) => !inSample)),
    latenciesNs: Float64Array.from(replayed, ({ enriched }) => enriched.latencyNs),
  };
}

function summariesOf(
  { config, inferenceLoop: { model } }: ML4TOrchestrator,
  bars: BarSeries,
  scored: readonly ScoredSignal[],
): Summaries {
  const metadata = model?.metadata ?? null;
  const trades = judgedTrades(scored, metadata?.decision?.keeping.beta ?? Number.NaN);
  const { costBps } = replayTerms(config, metadata, scored[0].enriched.signalEvent.instrumentId, bars.close);
  const { probability } = columnsOf(scored);
  const volatility = Float64Array.from(scored, (signal) => signal.volatility);
  const oneCalibrator = new Uint8Array(scored.length);
  return summarize(summarisedTrades({ ...trades, probability }, volatility, [costBps]), oneCalibrator, bars.tsEvent);
}

/** Of the signals that are judged too: both of their sides have ended. */
function servedOf(
  { config, inferenceLoop: { model } }: ML4TOrchestrator,
  scored: readonly ScoredSignal[],
): ServedDecisions | null {
  const isKnown = coinOfSignals(scored) === 'known';
  const judged = scored.filter(({ other, risk }) => (!isKnown || other !== null) && risk > 0);
  if (judged.length === 0) return null;
  const trades = judgedTrades(judged, model?.metadata.decision?.keeping.beta ?? Number.NaN);
  return servedDecisions(judged, trades, config.sizing.trust, model);
}

function trainedClaims(training: TrainingSummary): ReplaySummary['training'] {
  const { verdict, paysUpToBps, primaryPays, primaryPaysUpToBps, timingPValue } = training;
  return { verdict, paysUpToBps, primaryPays, primaryPaysUpToBps, timingPValue };
}

/** The signals behind the scores: the resolved ones after the model's training data, or all where there is none. */
export function scoredSignals(replayed: readonly ReplayedSignal[], model: MetaModel | null): readonly ScoredSignal[] {
  const resolved = replayed.filter(({ label }) => label !== null);
  const outOfSample = resolved.filter(({ inSample }) => !inSample);
  const signals = outOfSample.length > 0 ? outOfSample : resolved;
  const t0 = Int32Array.from(signals, (signal) => signal.t0);
  const t1 = Int32Array.from(signals, (signal) => signal.t1);
  const label = Uint8Array.from(signals, (signal) => signal.label ?? 0);
  const baseRate = prequentialBaseRate(t0, t1, label, knownLabels(model));
  const decision = model?.metadata.decision ?? null;
  return signals.map((signal, k) => ({
    ...signal,
    label: label[k] as 0 | 1,
    baseRate: baseRate[k],
    promise: promiseOf(signal, baseRate[k], decision),
  }));
}

/**
 * The labels of the training, which whoever trained the model knew; undefined where the file does not count them. The statistics of a
 * decision have the share of all labels; the scores, of a file without them, that of the labels they count.
 */
function knownLabels(model: MetaModel | null): KnownLabels | undefined {
  const { training, decision } = model?.metadata ?? UNKNOWN_METADATA;
  const { nSamples } = training;
  const baseRate = decision?.baseRate ?? training.baseRate;
  return baseRate !== null && baseRate > 0 && baseRate < 1 && nSamples > 0 ? { baseRate, n: nSamples } : undefined;
}

function columnsOf(signals: readonly ScoredSignal[]): Parameters<typeof scoreForecasts>[0] {
  return {
    label: Uint8Array.from(signals, ({ label }) => label),
    probability: Float64Array.from(signals, ({ enriched }) => enriched.metaConfidence),
    benchmark: Float64Array.from(signals, ({ baseRate }) => baseRate),
  };
}
