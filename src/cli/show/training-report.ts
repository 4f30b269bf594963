import type { BarReport } from '../../bars/index.ts';
import { toSnakeCase } from '../../config/index.ts';
import { count, fixed, formatIsoNanos, percent } from '../../core/index.ts';
import type { VerdictText } from '../../report/index.ts';
import type { PermutationImportance, TrainingResult } from '../../training/index.ts';
import { reliabilityDeciles } from '../../validation/index.ts';
import { barOf, table } from './output.ts';
import { tone } from './tone.ts';

/** A finished training, with what the command knows of it. */
export interface TrainingRun {
  readonly result: TrainingResult;
  readonly report: BarReport;
  readonly modelPath: string;
  readonly costBps: number | null;
  /** Undefined where no report was asked for. */
  readonly importance?: PermutationImportance | undefined;
  readonly readMs: number;
  readonly durationMs: number;
}

/** The result as one JSON object, in snake_case. */
export function trainingRecord(run: TrainingRun): Record<string, unknown> {
  const { result, report } = run;
  const { folds, ...metrics } = result.metrics;
  return {
    ...(toSnakeCase(metrics) as object),
    feature_importance: result.featureImportance,
    ...(run.importance && reportRecord(result, run.importance)),
    n_samples: result.nSamples,
    n_folds: result.nFolds,
    n_bars: result.nBars,
    n_unresolved: result.nUnresolved,
    n_without_range: result.nWithoutRange,
    regime: toSnakeCase(result.model.regime),
    regime_degenerate: result.model.regime === null,
    regime_note: result.model.metadata.regimeNote,
    n_repaired: report.nRepaired,
    n_gaps: report.nGaps,
    has_volume: report.hasVolume,
    first_bar: report.firstTs,
    last_bar: report.lastTs,
    folds: toSnakeCase(folds),
    model_path: run.modelPath,
    model_version: result.model.version,
    duration_ms: run.durationMs,
    timings_ms: { read: run.readMs, ...(toSnakeCase(result.timingsMs) as object) },
  };
}

/** Fields that are computed only for a report. */
function reportRecord({ dataset }: TrainingResult, importance: PermutationImportance): Record<string, unknown> {
  const { nRepeats, logLoss, features } = importance;
  const isTested = (_: unknown, k: number): boolean => dataset.fold[k] >= 0;
  const deciles = reliabilityDeciles(dataset.label.filter(isTested), dataset.probability.filter(isTested));
  return {
    permutation_importance: { n_repeats: nRepeats, log_loss: logLoss, features },
    deciles: toSnakeCase(deciles),
  };
}

/** Lines of the result for a terminal: the verdict first, then the figures behind it. */
export function trainingReport(run: TrainingRun): string[] {
  const { result, report } = run;
  return [
    ...verdictLines(result, run.costBps),
    '',
    `${count(result.nBars)} bars from ${formatIsoNanos(report.firstTs)} to ${formatIsoNanos(report.lastTs)}, ${dataNotes(report)}`,
    `${count(result.nSamples)} labelled events, ${result.nFolds} walk-forward folds, ${count(result.metrics.nTested)} judged out of sample`,
    '',
    ...scoreTable(result),
    '',
    ...foldTable(result),
    '',
    ...importanceLines(result),
    '',
    ...regimeLines(result),
    `model ${result.model.version} saved at ${run.modelPath} (${(run.durationMs / 1000).toFixed(1)} s)`,
  ];
}

/** Lines of the verdict for a terminal: whether there is an edge, why, and whether it pays. */
export function verdictLines(result: TrainingResult, costBps: number | null): string[] {
  const { word, sentence, reason, money } = verdictText(result, costBps);
  const { verdict } = result.metrics;
  const head = tone(`${word}: ${sentence}`, verdict === 'edge' ? 'good' : 'warning');
  if (money === null) return [head, `  ${reason}`];
  return [head, `  ${reason}`, `  ${money}`];
}

/** Words for the verdict of a training, for a terminal and a report. */
export function verdictText(result: TrainingResult, costBps: number | null): VerdictText {
  const { verdict, reason, money } = result.metrics;
  if (verdict !== 'edge') {
    return {
      word: 'NO EDGE',
      sentence: 'these features say nothing about these signals beyond the base rate. Do not size by them.',
      reason,
      money: null,
    };
  }
  return {
    word: 'EDGE',
    sentence: 'the confidences carry information beyond the base rate.',
    reason,
    money: moneyText((money.taken?.excess.meanBps ?? 0) / 1e4, costBps),
  };
}

/** Sentence on whether the edge pays after costs. */
function moneyText(netReturn: number, costBps: number | null): string {
  const costs = `${costBps ?? 'not set'} bp a trade`;
  if (netReturn <= 0) {
    return `It does NOT pay: sized by confidence the trades return ${percent(netReturn)} at costs of ${costs}.`;
  }
  if (costBps === 0) return 'Costs were taken as 0: see whether it still pays with --cost-bps.';
  return `Sized by confidence the trades return ${percent(netReturn)} at costs of ${costs}.`;
}

function dataNotes(report: BarReport): string {
  const notes = [`${count(report.nGaps)} gaps`, report.hasVolume ? 'with volume' : 'no volume (toxicity unavailable)'];
  if (report.nRepaired > 0) notes.push(`${count(report.nRepaired)} rows repaired`);
  return notes.join(', ');
}

function scoreTable({ metrics }: TrainingResult): string[] {
  const rows = [
    [
      'accuracy',
      fixed(metrics.accuracy),
      `always the majority: ${fixed(metrics.majorityAccuracy)}, base rate ${fixed(metrics.baseRate)}`,
    ],
    ['balanced accuracy', fixed(metrics.balancedAccuracy), 'guessing: 0.5000'],
    ['AUC', fixed(metrics.auc), 'guessing: 0.5000'],
    ['log loss', fixed(metrics.logLoss), `of the prequential base rate: ${fixed(metrics.benchmarkLogLoss)}`],
    ['log-loss skill', fixed(metrics.logLossSkill), 'above 0 is information'],
    ['Brier score', fixed(metrics.brier), ''],
    ['calibration error', fixed(metrics.ece), 'mean gap of probability and frequency'],
  ];
  return table(['out of sample', '', 'compare with'], rows);
}

function foldTable({ metrics }: TrainingResult): string[] {
  const rows = metrics.folds.map((fold) => [
    String(fold.fold + 1),
    count(fold.nTrain),
    count(fold.nPurged),
    count(fold.nTested),
    fixed(fold.baseRate),
    fixed(fold.accuracy),
    fixed(fold.auc),
    fixed(fold.logLossSkill),
  ]);
  return table(['fold', 'train', 'purged', 'test', 'base rate', 'accuracy', 'AUC', 'skill'], rows);
}

function regimeLines({ model }: TrainingResult): string[] {
  const { regimeNote } = model.metadata;
  return regimeNote === null ? [] : [`no regime model (${regimeNote}): its weight is 0.8 everywhere`, ''];
}

function importanceLines({ featureImportance, model }: TrainingResult): string[] {
  const sorted = Object.entries(featureImportance).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return [`the learner ${model.learnerName} has no importance of its features`];
  const width = Math.max(...sorted.map(([name]) => name.length));
  return [
    tone(`what the ${model.learnerName} looked at`, 'title'),
    ...sorted.map(([name, share]) => `  ${name.padEnd(width)}  ${fixed(share, 3)}  ${barOf(share)}`),
  ];
}
