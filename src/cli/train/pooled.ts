import { createTrainingLoop, loadModules } from '../../app/index.ts';
import { type BarReport, readBars, writeDatasetCsv } from '../../bars/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { count, fixed } from '../../core/index.ts';
import { SILENT } from '../../ports/index.ts';
import {
  type ContextInstrument,
  commonTimeline,
  type InstrumentBars,
  type InstrumentScores,
  scoreByInstrument,
} from '../../training/index.ts';
import { type BarOptions, readingOptions } from '../options.ts';
import { recognisedLine } from '../show/bar-lines.ts';
import { print, printJson, say, table } from '../show/output.ts';
import { type Progress, showProgress } from '../show/progress.ts';
import { type TrainingRun, trainingRecord, trainingReport } from '../show/training-report.ts';
import { signalsOf } from './universe.ts';
import { type UniverseFile, universeFiles } from './universe-files.ts';

export interface PooledOptions {
  readonly directory: string;
  readonly workers: number;
  readonly reading: BarOptions;
  /** See `UniverseOptions`. */
  readonly signals?: string | undefined;
  readonly context: readonly ContextInstrument[];
  readonly dumpDataset: string | undefined;
  readonly isJson: boolean;
}

/** One instrument of the pool. */
interface Member {
  readonly file: UniverseFile;
  readonly learned: InstrumentBars & { readonly instrument: string };
  readonly report: BarReport;
}

/**
 * Trains one model on the events of every file of bars in a directory, and prints for which of the instruments it is worth
 * something.
 *
 * @throws {DataError | ConditionError | TrainingError} when there is no file, when any of them cannot be read, or when the data
 * gives no honest model.
 */
export async function trainPooled(config: OrchestratorConfig, options: PooledOptions): Promise<void> {
  const startMs = performance.now();
  const progress = showProgress();
  const own = await loadModules(config);
  const trainingLoop = createTrainingLoop(config, { ...own, workers: options.workers, logger: SILENT });
  trainingLoop.warm(); // its threads load while bars are read
  try {
    const members = await readMembers(config, options, progress);
    const instruments = members.map(({ learned }) => learned);
    const readMs = performance.now() - startMs;
    const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }): void =>
      progress.update(stage, done, total);
    const result = await trainingLoop.trainPooled(instruments, {
      onProgress,
      strict: options.reading.strict,
      accounts: true,
      context: options.context,
    });
    progress.stop();
    for (const { report } of members) say(recognisedLine(report));
    const { dataset } = result;
    if (options.dumpDataset !== undefined) {
      const names = members.map(({ file }) => file.instrument);
      await writeDatasetCsv(options.dumpDataset, commonTimeline(instruments).tsEvent, dataset, names);
    }
    const report = totalOf(members);
    const durationMs = performance.now() - startMs;
    const { modelPath } = config;
    const labelRule = trainingLoop.labeler.rule;
    const run: TrainingRun = { result, report, labelRule, modelPath, readMs, durationMs };
    const scores = scoreByInstrument(dataset, members.length);
    if (options.isJson) printJson({ ...trainingRecord(run), instruments: memberRecords(members, scores) });
    else print(...trainingReport(run), '', ...memberTable(members, scores));
    warnOfMixedBars(members);
  } finally {
    progress.stop();
    await trainingLoop.close();
  }
}

async function readMembers(config: OrchestratorConfig, options: PooledOptions, progress: Progress): Promise<Member[]> {
  const files = await universeFiles(options.directory, readingOptions(config, options.reading));
  const members: Member[] = [];
  for (const file of files) {
    progress.update('reading', members.length, files.length);
    const reading = { ...options.reading, symbol: file.symbol ?? options.reading.symbol, ...signalsOf(options) };
    const { bars, side, sent, report } = await readBars([file.path], readingOptions(config, reading));
    members.push({ file, learned: { instrument: learnedName(file, files), bars, side, sent }, report });
  }
  return members.sort((a, b) => (a.learned.instrument < b.learned.instrument ? -1 : 1));
}

/**
 * The name under which the model keeps an instrument, by which a live signal finds its cost and its cadence: that of the instrument where one
 * of its bar types is learned from alone.
 */
function learnedName({ instrument, series }: UniverseFile, files: readonly UniverseFile[]): string {
  if (series === undefined) return instrument;
  const ofIt = files.filter((each) => each.series?.instrumentId === series.instrumentId);
  return ofIt.length === 1 ? series.instrumentId : instrument;
}

/** The report of all files. */
function totalOf(members: readonly Member[]): BarReport {
  const reports = members.map(({ report }) => report);
  const sum = (of: (report: BarReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return {
    ...reports[0],
    files: reports.flatMap(({ files }) => files),
    nRows: sum(({ nRows }) => nRows),
    nRepaired: sum(({ nRepaired }) => nRepaired),
    nGaps: sum(({ nGaps }) => nGaps),
    columns: reports[0].columns,
    unusedColumns: [...new Set(reports.flatMap(({ unusedColumns }) => unusedColumns))],
    warnings: members.flatMap(({ file, report }) =>
      report.warnings.map((warning) => ({ ...warning, message: `${file.instrument}: ${warning.message}` })),
    ),
    hasVolume: reports.every(({ hasVolume }) => hasVolume),
    hasTakerBuyVolume: reports.every(({ hasTakerBuyVolume }) => hasTakerBuyVolume),
    firstTs: BigInt64Array.from(reports, ({ firstTs }) => firstTs).sort()[0],
    lastTs: BigInt64Array.from(reports, ({ lastTs }) => lastTs).sort()[reports.length - 1],
  };
}

function memberRecords(members: readonly Member[], scores: readonly InstrumentScores[]): Record<string, unknown>[] {
  return members.map(({ file, learned }, i) => ({
    instrument: file.instrument,
    path: file.path,
    n_bars: learned.bars.length,
    n_samples: scores[i].nSamples,
    ...(toSnakeCase(scores[i].scores ?? { nTested: 0 }) as object),
    money: toSnakeCase(scores[i].money),
  }));
}

function memberTable(members: readonly Member[], all: readonly InstrumentScores[]): string[] {
  const rows = members.map(({ file, learned }, i) => {
    const { nSamples, scores, money } = all[i];
    return [
      file.instrument,
      count(learned.bars.length),
      count(nSamples),
      count(scores?.nTested ?? 0),
      fixed(scores?.baseRate ?? null),
      fixed(scores?.auc ?? null),
      fixed(scores?.logLossSkill ?? null),
      count(money?.nTaken ?? 0),
      ...[money?.bookedBps, money?.coinBps, money?.excessBps].map((mean) => fixed(mean, 2)),
    ];
  });
  return [
    'The verdict is of all instruments together. By instrument nothing is tested: what follows describes, and the best of several looks good by chance.',
    ...table(
      [
        'instrument',
        'bars',
        'events',
        'judged',
        'base rate',
        'AUC',
        'skill',
        'taken',
        'booked bp',
        'coin bp',
        'excess bp',
      ],
      rows,
    ),
  ];
}

/** Features are per bar: the volatility of an hour's bar is not that of a minute's. */
function warnOfMixedBars(members: readonly Member[]): void {
  const lengths = new Set(members.map(({ report }) => report.barNs));
  if (lengths.size < 2) return;
  const list = members.map(({ file, report }) => `${file.instrument} ${Number(report.barNs) / 1e9} s`).join(', ');
  say(`warning: bars of different lengths in one model, whose features mean different things: ${list}`);
}
