import { build } from 'hdr-histogram-js';
import { toSnakeCase } from '../../config/index.ts';
import { count, fixed, percent } from '../../core/index.ts';
import type { ReplaySummary } from '../../orchestrator/index.ts';
import { barOf, duration, table } from './output.ts';
import { tone } from './tone.ts';

const PERCENTILES = [50, 99, 99.9] as const;

interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The summary as a JSON-ready record, in snake_case; latencies in nanoseconds. */
export function replayRecord(summary: ReplaySummary): Record<string, unknown> {
  const { latenciesNs, ...rest } = summary;
  const { p50, p99, p999, max } = measureLatency(latenciesNs);
  return { ...(toSnakeCase(rest) as object), latency_ns: { p50, p99, p999, max } };
}

/** Lines of the summary for a terminal. */
export function replayReport(summary: ReplaySummary): string[] {
  return [
    ...countLines(summary),
    ...(summary.scores === null
      ? ['No signal has an outcome yet, so there is nothing to judge.']
      : judgedLines(summary)),
    '',
    latencyLine(summary.latenciesNs),
  ];
}

function countLines(summary: ReplaySummary): string[] {
  const sources = Object.entries(summary.sources).map(([source, n]) => `${count(n)} ${source}`);
  const lines = [
    `${count(summary.nSignals)} signals enriched (confidence from: ${sources.join(', ') || 'none'}), ${count(summary.nUnresolved)} without an outcome yet`,
  ];
  if (summary.nInSample > 0) {
    lines.push(
      `${count(summary.nInSample)} signals lie in the model's training data and are left out; ${count(summary.nJudged)} are judged`,
    );
  }
  if (summary.isInSample) {
    const sentence =
      'WARNING: every signal lies in the time the model was trained on. These figures are in sample and prove nothing.';
    lines.push(tone(sentence, 'bad'));
  }
  return lines;
}

function judgedLines({ scores, deciles, primaryOnly, sized }: ReplaySummary): string[] {
  if (scores === null || primaryOnly === null || sized === null) return [];
  const hit = deciles.map((bin) => [
    `${fixed(bin.low, 3)}–${fixed(bin.high, 3)}`,
    count(bin.n),
    fixed(bin.meanProbability, 3),
    fixed(bin.hitRate, 3),
    barOf(bin.hitRate),
  ]);
  const money = [
    ['primary only', percent(primaryOnly.netReturn), fixed(primaryOnly.sharpe, 2), percent(primaryOnly.maxDrawdown)],
    ['sized, same mean exposure', percent(sized.netReturn), fixed(sized.sharpe, 2), percent(sized.maxDrawdown)],
  ];
  return [
    '',
    ...table(['confidence', 'signals', 'said', 'came true', ''], hit),
    '',
    `accuracy ${fixed(scores.accuracy)}; always the majority ${fixed(scores.majorityAccuracy)}; base rate ${fixed(scores.baseRate)}; AUC ${fixed(scores.auc)}`,
    `log-loss skill ${fixed(scores.logLossSkill)}; Brier ${fixed(scores.brier)}; calibration error ${fixed(scores.ece)}`,
    '',
    ...table(['unit trades, summed', 'net return', 'Sharpe', 'max drawdown'], money),
  ];
}

function latencyLine(latenciesNs: Float64Array): string {
  const { p50, p99, p999, max } = measureLatency(latenciesNs);
  return `latency of a signal: p50 ${duration(p50)}, p99 ${duration(p99)}, p99.9 ${duration(p999)}, max ${duration(max)}`;
}

function measureLatency(latenciesNs: Float64Array): Latency {
  const histogram = build();
  for (const ns of latenciesNs) histogram.recordValue(Math.round(ns));
  const [p50, p99, p999] = PERCENTILES.map((p) => histogram.getValueAtPercentile(p));
  return { p50, p99, p999, max: histogram.maxValue };
}
