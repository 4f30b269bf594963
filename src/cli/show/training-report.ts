import type { AlignedLabels, BarReport } from '../../bars/index.ts';
import { toSnakeCase } from '../../config/index.ts';
import { count, counted, fixed, formatIsoNanos } from '../../core/index.ts';
import { FIRST_COUNTED_FOLD, type PermutationImportance, type TrainingResult } from '../../training/index.ts';
import { INTERVAL_LEVEL, independentText, reliabilityDeciles } from '../../validation/index.ts';
import { fixedWarnings } from '../calibrate/fixed-lines.ts';
import { barFields, barLines, type SeenBars } from './bar-lines.ts';
import { moneyLines, testLines, verdictLines } from './claim-lines.ts';
import { decisionRecord } from './claim-record.ts';
import { decisionLines } from './decision-lines.ts';
import { labelRecord, labelRuleLines } from './labels/label-lines.ts';
import { barOf, table } from './output.ts';
import { accountLines } from './scores/account-lines.ts';
import { type BoostingRounds, boostingRounds, roundsText } from './scores/boosting-rounds.ts';
import { scoreLines } from './scores/score-lines.ts';
import { tone } from './tone.ts';

/** A finished training, with what the command knows of it. */
export interface TrainingRun {
  readonly result: TrainingResult;
  readonly report: BarReport;
  /** Labels that were given; null or left out where a labeler resolved them. */
  readonly given?: AlignedLabels | null;
  /** The rule of the labels in plain sentences. */
  readonly labelRule: string;
  readonly modelPath: string;
  /** Undefined where no report was asked for. */
  readonly importance?: PermutationImportance | undefined;
  readonly readMs: number;
  readonly durationMs: number;
}

/** The result as one JSON object, in snake_case. */
export function trainingRecord(run: TrainingRun): Record<string, unknown> {
  const { result, report } = run;
  const { folds, decision, decided, ...metrics } = result.metrics;
  const { warnings, ...bars } = barFields(seenBars(run));
  return {
    ...(toSnakeCase(metrics) as object),
    warnings: [...fixedWarnings(result.fixed), ...metrics.warnings, ...warnings],
    ...bars,
    columns: columnRecords(run),
    accounts: toSnakeCase(result.accounts),
    decision: decisionRecord(decision),
    ...(toSnakeCase(decided) as object),
    confidence_interval: intervalRecord(result),
    feature_importance: result.featureImportance,
    ...(run.importance && reportRecord(result, run.importance)),
    made_elsewhere: toSnakeCase(result.fixed),
    n_samples: result.nSamples,
    n_folds: result.nFolds,
    n_bars: result.nBars,
    n_unresolved: result.nUnresolved,
    n_without_range: result.nWithoutRange,
    labels: labelRecord(run.given ?? null, result.model.metadata.config.labels),
    ...boostingRecord(boostingRounds(result.model)),
    regime: toSnakeCase(result.model.regime),
    regime_degenerate: result.model.regime === null,
    regime_note: result.model.metadata.regimeNote,
    n_repaired: report.nRepaired,
    n_duplicates: report.nDuplicates,
    recognised: report.recognised,
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

/** What the reader of the bars and the training noticed in them. */
export function seenBars({ report, result }: Pick<TrainingRun, 'report' | 'result'>): SeenBars {
  return { ...report, missing: result.missing };
}

function boostingRecord(rounds: BoostingRounds | null): Record<string, unknown> {
  return rounds === null ? {} : { boosting: toSnakeCase(rounds) };
}

function boostingLines(rounds: BoostingRounds | null): string[] {
  return rounds === null ? [] : [`boosting: ${roundsText(rounds)}`];
}

/** The columns that are features, and where they were read. */
function columnRecords({ result: { model }, report }: TrainingRun): unknown[] {
  const directional = model.columnFeatures?.directional ?? [];
  return report.columns.map(({ name, source }) => ({ name, source, directional: directional.includes(name) }));
}

/** How often the 90 % interval of the confidence held; null where too few folds tell. */
function intervalRecord({ model }: TrainingResult): unknown {
  const coverage = model.metadata.calibration?.coverage ?? null;
  return coverage === null ? null : { level: INTERVAL_LEVEL, ...(toSnakeCase(coverage) as object) };
}

/** Fields that are computed only for a report. */
function reportRecord({ dataset }: TrainingResult, importance: PermutationImportance): Record<string, unknown> {
  const { nRepeats, logLoss, features } = importance;
  const isCounted = (_: unknown, k: number): boolean => dataset.fold[k] >= FIRST_COUNTED_FOLD;
  const deciles = reliabilityDeciles(dataset.label.filter(isCounted), dataset.probability.filter(isCounted));
  return {
    permutation_importance: { n_repeats: nRepeats, log_loss: logLoss, features },
    deciles: toSnakeCase(deciles),
  };
}

/** Lines of the result for a terminal: the verdict first, then the figures behind it. */
export function trainingReport(run: TrainingRun): string[] {
  const { result, report } = run;
  const { metrics } = result;
  const [word, ...meaning] = verdictLines(metrics);
  return [
    word,
    ...fixedWarnings(result.fixed).map(({ message }) => `  ${tone(`warning: ${message}`, 'warning')}`),
    ...meaning,
    ...barLines(seenBars(run)),
    '',
    `${counted(result.nBars, 'bar')} from ${formatIsoNanos(report.firstTs)} to ${formatIsoNanos(report.lastTs)}, ${dataNotes(report)}`,
    `${counted(result.nSamples, 'labelled event')} in ${counted(result.nFolds, 'walk-forward fold')}, the first of which is not counted; ${count(metrics.nJudged)} judged out of sample${independentText(metrics.nEffective)}, ${count(metrics.nTaken)} taken${independentText(metrics.nEffectiveTaken)}`,
    ...labelRuleLines(run.labelRule, result.model.metadata.config.labels),
    ...boostingLines(boostingRounds(result.model)),
    '',
    ...testLines(metrics),
    '',
    ...moneyLines(metrics),
    '',
    ...accountLines(result.accounts),
    '',
    ...decisionLines(metrics, {
      coverage: result.model.metadata.calibration?.coverage ?? null,
      coin: metrics.coin,
      hasFactor: { regime: result.model.regime !== null, toxicity: report.hasVolume },
    }),
    '',
    ...scoreLines({ title: 'out of sample', hasFolds: true }, metrics, metrics, metrics.coin),
    '',
    ...foldTable(result),
    '',
    ...importanceLines(result),
    '',
    ...regimeLines(result),
    `model ${result.model.version} saved at ${run.modelPath} (${(run.durationMs / 1000).toFixed(1)} s)`,
  ];
}

function dataNotes(report: BarReport): string {
  const notes = [counted(report.nGaps, 'gap'), report.hasVolume ? 'with volume' : 'no volume (toxicity unavailable)'];
  if (report.nRepaired > 0) notes.push(`${counted(report.nRepaired, 'row')} repaired`);
  return notes.join(', ');
}

function foldTable({ metrics }: TrainingResult): string[] {
  const rows = metrics.folds.map((fold) => [
    fold.isCounted ? String(fold.fold + 1) : `${fold.fold + 1}, not counted`,
    count(fold.nTrain),
    count(fold.nPurged),
    count(fold.nTested),
    fixed(fold.baseRate),
    fixed(fold.accuracy),
    fixed(fold.majorityAccuracy),
    fixed(fold.auc),
    fixed(fold.logLossSkill),
  ]);
  const names = ['accuracy', 'majority', 'AUC (a coin 0.5)', 'skill (base rate 0)'];
  return table(['fold', 'train', 'purged', 'test', 'base rate', ...names], rows);
}

function regimeLines({ model }: TrainingResult): string[] {
  const { regimeNote } = model.metadata;
  return regimeNote === null ? [] : [`no regime model (${regimeNote}): its weight is 0.8 everywhere`, ''];
}

function importanceLines({ featureImportance, model }: TrainingResult): string[] {
  if (model.isOfProbability)
    return ['the probability of each signal is calibrated as it was sent; nothing else was looked at'];
  const sorted = Object.entries(featureImportance).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) {
    const what = model.metadata.config.trained_until === undefined ? `the learner ${model.learnerName}` : 'the model';
    return [`${what} has no importance of its features`];
  }
  const width = Math.max(...sorted.map(([name]) => name.length));
  return [
    tone(`what the ${model.learnerName} looked at`, 'title'),
    ...sorted.map(([name, share]) => `  ${name.padEnd(width)}  ${fixed(share, 3)}  ${barOf(share)}`),
  ];
}
