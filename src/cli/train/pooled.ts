import { createOrchestrator, loadBars } from '../../app/index.ts';
import { type BarReport, writeDatasetCsv } from '../../bars/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { count, fixed } from '../../core/index.ts';
import { SILENT } from '../../ports/index.ts';
import { commonTimeline, type SeriesScores, scoreBySeries, type TrainingSeries } from '../../training/index.ts';
import { print, printJson, say, table } from '../show/output.ts';
import { type Progress, showProgress } from '../show/progress.ts';
import { type TrainingRun, trainingRecord, trainingReport } from '../show/training-report.ts';
import { type UniverseFile, universeFiles } from './universe-files.ts';

export interface PooledOptions {
  readonly directory: string;
  readonly workers: number;
  readonly allowOhlcRepair: boolean | undefined;
  readonly dumpDataset: string | undefined;
  readonly isJson: boolean;
}

/** One instrument of the pool. */
interface Member extends UniverseFile {
  readonly series: TrainingSeries;
  readonly report: BarReport;
}

/**
 * Trains one model on the events of every file of bars in a directory, and says which of the instruments it is worth something for.
 *
 * @throws {DataError | ConditionError | TrainingError} when there is no file, one of them cannot be read, or the data gives no honest model:
 * nothing is trained on a part of what was asked for.
 */
export async function trainPooled(config: OrchestratorConfig, options: PooledOptions): Promise<void> {
  const startMs = performance.now();
  const progress = showProgress();
  const orchestrator = createOrchestrator(config, { workers: options.workers, logger: SILENT });
  try {
    const members = await readMembers(config, options, progress);
    const series = members.map((member) => member.series);
    const readMs = performance.now() - startMs;
    const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }): void =>
      progress.update(stage, done, total);
    const result = await orchestrator.trainPooled(series, { onProgress });
    progress.stop();
    const { dataset } = result;
    if (options.dumpDataset !== undefined) {
      const names = members.map(({ instrument }) => instrument);
      await writeDatasetCsv(options.dumpDataset, commonTimeline(series).tsEvent, dataset, names);
    }
    const report = together(members.map((member) => member.report));
    const durationMs = performance.now() - startMs;
    const { modelPath, labels } = config;
    const run: TrainingRun = { result, report, modelPath, costBps: labels.costBps, readMs, durationMs };
    const scores = scoreBySeries(dataset, series.length);
    if (options.isJson) printJson({ ...trainingRecord(run), instruments: memberRecords(members, scores) });
    else print(...trainingReport(run), '', ...memberTable(members, scores));
    warnOfMixedBars(members);
  } finally {
    progress.stop();
    await orchestrator.stop();
  }
}

async function readMembers(
  { bars: { stamp } }: OrchestratorConfig,
  { directory, allowOhlcRepair }: PooledOptions,
  progress: Progress,
): Promise<Member[]> {
  const files = await universeFiles(directory);
  const members: Member[] = [];
  for (const file of files) {
    progress.update('reading', members.length, files.length);
    const { bars, sides, report } = await loadBars([file.path], { stamp, allowOhlcRepair });
    members.push({ ...file, series: { instrument: file.instrument, bars, sides }, report });
  }
  return members;
}

/** What was read, of all of them. */
function together(reports: readonly BarReport[]): BarReport {
  const sum = (of: (report: BarReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return {
    ...reports[0],
    files: reports.flatMap(({ files }) => files),
    nRows: sum(({ nRows }) => nRows),
    nRepaired: sum(({ nRepaired }) => nRepaired),
    nGaps: sum(({ nGaps }) => nGaps),
    hasVolume: reports.every(({ hasVolume }) => hasVolume),
    hasTakerBuyVolume: reports.every(({ hasTakerBuyVolume }) => hasTakerBuyVolume),
    firstTs: BigInt64Array.from(reports, ({ firstTs }) => firstTs).sort()[0],
    lastTs: BigInt64Array.from(reports, ({ lastTs }) => lastTs).sort()[reports.length - 1],
  };
}

function memberRecords(members: readonly Member[], scores: readonly SeriesScores[]): Record<string, unknown>[] {
  return members.map(({ instrument, path, series }, i) => ({
    ...{ instrument, path, n_bars: series.bars.length, n_samples: scores[i].nSamples },
    ...(toSnakeCase(scores[i].scores ?? { nTested: 0 }) as object),
  }));
}

function memberTable(members: readonly Member[], all: readonly SeriesScores[]): string[] {
  const rows = members.map(({ instrument, series }, i) => {
    const { nSamples, scores } = all[i];
    const of = (value: number | null | undefined): string => fixed(value ?? null);
    return [
      ...[instrument, count(series.bars.length), count(nSamples), count(scores?.nTested ?? 0)],
      ...[of(scores?.baseRate), of(scores?.accuracy), of(scores?.auc), of(scores?.logLossSkill)],
    ];
  });
  return table(['instrument', 'bars', 'events', 'judged', 'base rate', 'accuracy', 'AUC', 'skill'], rows);
}

/** Volatility and the like are of a bar: of an hour's they are not what they are of a minute's. */
function warnOfMixedBars(members: readonly Member[]): void {
  const lengths = new Set(members.map(({ report }) => report.barNs));
  if (lengths.size < 2) return;
  const told = members.map(({ instrument, report }) => `${instrument} ${Number(report.barNs) / 1e9} s`).join(', ');
  say(`warning: bars of different lengths in one model, whose features mean different things: ${told}`);
}
