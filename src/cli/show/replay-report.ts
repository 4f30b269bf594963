import { build } from 'hdr-histogram-js';
import { toSnakeCase } from '../../config/index.ts';
import { count, counted } from '../../core/index.ts';
import { type ReplaySummary, replayHeadline } from '../../orchestrator/index.ts';
import { NOTHING_MISSING } from '../../training/index.ts';
import { type Claims, headline, primaryText, type Summaries } from '../../validation/index.ts';
import { barFields, barLines, type SeenBars } from './bar-lines.ts';
import { moneyLines, testLines, verdictLines } from './claim-lines.ts';
import { decisionRecord } from './claim-record.ts';
import { duration } from './output.ts';
import { accountLines } from './scores/account-lines.ts';
import { scoreLines } from './scores/score-lines.ts';
import { servedLines } from './served-lines.ts';
import { tone } from './tone.ts';

const PERCENTILES = [50, 99, 99.9] as const;

interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Bars of which nothing is known. */
const NOTHING_SEEN: SeenBars = { warnings: [], columns: [], unusedColumns: [], missing: NOTHING_MISSING };

/** Fields of the claims where nothing was judged. */
const NOTHING_CLAIMED: Readonly<Record<keyof Claims, null>> = {
  verdict: null,
  reason: null,
  tests: null,
  probabilitySkill: null,
  informationSpread: null,
  informationBy: null,
  coin: null,
  selectedBy: null,
  paysUpToBps: null,
  wouldPayUpToBps: null,
  primaryPaysUpToBps: null,
  primaryPays: null,
  timing: null,
  cost: null,
  money: null,
  moneyByFill: null,
  coinBiasBps: null,
  nJudged: null,
  nTaken: null,
  nEffective: null,
  nEffectiveTaken: null,
  detectableSkill: null,
  maxOpenTrades: null,
  topShare: null,
  rollSpreadBps: null,
  warnings: null,
};

/** The same of the summaries. */
const NOTHING_SUMMED_UP: Readonly<Record<keyof Summaries, null>> = {
  intervals: null,
  calibration: null,
  skillOverTime: null,
  skillByVolatility: null,
};

/**
 * The summary as a JSON-ready record, in snake_case; latencies in nanoseconds. The claims stand at its top, as in the record of
 * a training; what was not tested is null.
 *
 * @param differences - sentences on settings that differ from those of the training; they become warnings.
 * @param bars - what was seen of the bars; by default nothing.
 */
export function replayRecord(
  summary: ReplaySummary,
  differences: readonly string[] = [],
  bars: SeenBars = NOTHING_SEEN,
): Record<string, unknown> & { readonly warnings: readonly unknown[] } {
  const { latenciesNs, claims, decision, summaries, testable: _, ...rest } = summary;
  const { p50, p99, p999, max } = measureLatency(latenciesNs);
  const { warnings, ...seen } = barFields(bars);
  const others = differences.map((message) => ({ code: 'OTHER_SETTINGS', message, ts: null, size: null }));
  return {
    ...(toSnakeCase(claimedFields(summary)) as object),
    warnings: [...(claims?.warnings ?? []), ...others, ...warnings],
    ...seen,
    ...(toSnakeCase(rest) as object),
    ...(toSnakeCase(summaries ?? NOTHING_SUMMED_UP) as object),
    decision: decision === null ? null : decisionRecord(decision),
    latency_ns: { p50, p99, p999, max },
  };
}

function claimedFields({ claims, finding, decision }: ReplaySummary): Record<string, unknown> {
  if (claims === null) return { ...NOTHING_CLAIMED };
  if (finding !== 'judged')
    return { ...claims, verdict: null, reason: null, tests: null, probabilitySkill: null, informationSpread: null };
  if (decision !== null) return { ...claims };
  return { ...claims, tests: { ...claims.tests, selection: null, money: null }, paysUpToBps: null };
}

/** Lines of the summary for a terminal: the verdict first, then the figures behind it. */
export function replayReport(summary: ReplaySummary, bars: SeenBars = NOTHING_SEEN): string[] {
  return [
    ...headLines(summary),
    ...summary.missing.map((line) => `  ${tone(`warning: ${line}`, 'warning')}`),
    ...barLines(bars),
    '',
    ...countLines(summary),
    ...claimedLines(summary),
    ...accountedLines(summary),
    ...servedLines(summary),
    ...scoredLines(summary),
    '',
    latencyLine(summary.latenciesNs),
  ];
}

function headLines(summary: ReplaySummary): string[] {
  const { claims, finding, training } = summary;
  const trained = training === null ? [] : [`  its training said: ${headline(training).word}`];
  if (finding === 'judged' && claims !== null) return [...verdictLines(claims), ...trained];
  const { word, sentence, tone: kind } = replayHeadline(summary);
  return [tone(word, kind === 'open' ? 'warning' : kind), `  ${sentence}`, ...trained];
}

function countLines(summary: ReplaySummary): string[] {
  const sources = Object.entries(summary.sources).map(([source, n]) => `${count(n)} ${source}`);
  const lines = [
    `${counted(summary.nSignals, 'signal')} enriched (confidence from: ${sources.join(', ') || 'none'}), ${count(summary.nUnresolved)} without an outcome yet`,
  ];
  const { nInSample, nBeforeTraining } = summary;
  if (nInSample > 0) {
    lines.push(`${counted(nInSample, 'signal')} in the time of the model's training (in sample), left out`);
  }
  if (nBeforeTraining > 0) {
    const left = summary.isInSample ? '' : ', left out';
    lines.push(
      `${counted(nBeforeTraining, 'signal')} before the time of the model's training, which knows what came after${left}`,
    );
  }
  if (summary.claims !== null)
    lines.push(
      `${counted(summary.claims.nJudged, 'signal')} judged${summary.coin === 'known' ? ', both sides having ended' : ''}`,
    );
  return lines;
}

function claimedLines({ claims, finding, testable }: ReplaySummary): string[] {
  if (claims === null) return [];
  const tested = finding === 'judged' ? testLines(claims, testable) : [primaryText(claims)];
  return ['', ...tested, '', ...moneyLines(claims)];
}

function accountedLines({ accounts }: ReplaySummary): string[] {
  return accounts === null ? [] : ['', ...accountLines(accounts)];
}

function scoredLines({ scores, summaries, isInSample, coin }: ReplaySummary): string[] {
  if (scores === null || summaries === null) return [];
  const title = isInSample ? 'not after the training: no evidence' : 'out of sample';
  return ['', ...scoreLines({ title, hasFolds: false }, scores, summaries, coin)];
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
