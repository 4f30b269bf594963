import { Command } from 'commander';
import { createTrainingLoop, loadModules } from '../../app/index.ts';
import { isCatalogPath, readBars, writeDatasetCsv } from '../../bars/index.ts';
import { ConditionError } from '../../core/index.ts';
import { SILENT } from '../../ports/index.ts';
import {
  addBarOptions,
  addBookingOptions,
  addColumnOptions,
  addEventOptions,
  addFeatureOption,
  addLabelerOption,
  addLabelsOption,
  addSettingsOptions,
  addWorkersOption,
  asRead,
  type BarOptions,
  checkEventSources,
  nonNegativeInteger,
  readingOptions,
  type SettingsOptions,
  settingsFrom,
} from '../options.ts';
import { checkReportPath } from '../report/write-report.ts';
import { recognisedLine } from '../show/bar-lines.ts';
import { labelLines } from '../show/labels/label-lines.ts';
import { print, printJson, say } from '../show/output.ts';
import { readingProgress, showProgress } from '../show/progress.ts';
import { trainingRecord, trainingReport } from '../show/training-report.ts';
import { addContextOption, type ContextFile, readContext } from './context-files.ts';
import { heldOutImportance } from './importance.ts';
import { leftOutLines } from './left-out-lines.ts';
import { trainPooled } from './pooled.ts';
import { writeTrainingReport } from './training-page.ts';
import { trainUniverse } from './universe.ts';

interface TrainOptions extends SettingsOptions, BarOptions {
  readonly signals?: string;
  readonly workers: number;
  readonly dumpDataset?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly universe?: string;
  readonly pooled?: boolean;
  readonly context?: readonly ContextFile[];
}

const EXAMPLES = `
Examples:
  ml4t train bars.csv.gz --model models/btc.onnx
  ml4t train bars.csv --cost-bps 5                 the round trip costs 5 basis points
  ml4t train bars.csv --cost-bps 0                 costs nothing: 0 must be asked for
  ml4t train bars.csv --fill close --tick-size 0.5 booked at closes; prices lie on steps of 0.5
  ml4t train bars.csv --signals mine.csv --json
  ml4t train bars.parquet --signals mine.csv --columns rsi_14,funding_rate,score --directional score
  ml4t train bars.csv --labels labelled.csv        your own labels: t0, t1, side, label, return
  ml4t train bars.csv --set labels.kind=fixed_horizon --set labels.horizon_bars=12
                                                   the return over 12 bars
  ml4t train bars.csv --set labels.kind=trend_scanning --set labels.horizon_bars=20
                                                   the strongest trend within 20 bars
  ml4t train bars.csv --labeler-module my-labeler.ts
                                                   a rule of your own, made by defineLabeler
  ml4t train bars.csv --set learner.kind=boosting  gradient boosting in place of the forest
  ml4t train bars.csv --learner-module mine.ts     a learner of your own
  ml4t train bars.csv --report btc.html
  ml4t train eth.csv --features momentum,momentum@4h,momentum:BTCUSDT.BINANCE --context BTCUSDT.BINANCE=btc.csv
  ml4t train --universe bars/ --model models/
  ml4t train --universe bars/ --pooled --model models/all.onnx
  ml4t train --universe catalog/ --signals catalog/ --model models/
                                                   bars and TradeSignals of a NautilusTrader catalog, by bar type
  ml4t train export.csv --rename Date=timestamp,Last=close --decimal ,
  ml4t train all.csv --symbol SOL                  of a file with a column of symbols
  ml4t train --universe all.csv --model models/    a model for each of them

The first line is the verdict: EDGE, KNOWS, BUT DOES NOT PAY, NO EDGE, or THE PRIMARY PAYS. Without --cost-bps the larger
of one tick and 1 basis point is counted, and the report says so.

A universe ends with 0 when any of its instruments could be trained on; a pooled one when all of them could. --universe has no
report: with --report, or with --signals that are no catalog, it ends with 2 before any work, and so does --dump-dataset without
--pooled.`;

export function trainCommand(): Command {
  const command = new Command('train')
    .description(
      'Learn from bars which signals of a strategy to take, and say honestly what that knows and whether it pays.',
    )
    .argument(
      '[bars...]',
      'bars as CSV, CSV.gz, zip, JSON or Parquet, or a NautilusTrader catalog with one bar type; several files are one series',
    )
    .option(
      '--universe <path>',
      'one model for every file in a directory, series of a catalog, or symbol of a file; --model names a directory then',
    )
    .option('--pooled', 'with --universe: one model on all of them; --model names a file')
    .option('--model <out>', 'where the model goes (default: models/meta_model.onnx)')
    .option('--seed <n>', 'seed of everything random', nonNegativeInteger)
    .option('--dump-dataset <file>', 'write every labelled event as CSV, for checking with other tools')
    .option(
      '--report <file>',
      'write the whole account as one HTML file, to be read offline; of one series of bars, never with --universe',
    )
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addContextOption(
    addLabelerOption(addLabelsOption(addColumnOptions(addEventOptions(addBarOptions(addSettingsOptions(command)))))),
  );
  addFeatureOption(addWorkersOption(addBookingOptions(command)), 'features to learn from');
  return command.action(train);
}

async function train(paths: string[], options: TrainOptions): Promise<void> {
  const { universe, model: out = 'models', workers, json: isJson = false, signals } = options;
  const reading = asRead(options);
  if (universe !== undefined) {
    await checkAlone(paths, options);
    const { model: _directory, ...settings } = options;
    if (options.pooled === true) {
      const { dumpDataset } = options;
      const config = await settingsFrom(options);
      const context = await readContext(options.context, config.featureNames, config, reading);
      return trainPooled(config, { directory: universe, workers, reading, signals, context, dumpDataset, isJson });
    }
    const config = await settingsFrom(settings);
    const context = await readContext(options.context, config.featureNames, config, reading);
    const to = { modelDirectory: out, workers, isJson };
    return trainUniverse(config, { directory: universe, reading, signals, context, ...to });
  }
  if (options.pooled === true) throw new ConditionError('--pooled', 'used with --universe', 'alone');
  if (paths.length === 0) throw new ConditionError('bars', 'a file, or --universe a directory', 'neither');
  await trainOn(paths, options);
}

/** @throws {ConditionError} for an option that is for one series of bars only. */
async function checkAlone(
  paths: readonly string[],
  { signals, labels, dumpDataset, report, pooled }: TrainOptions,
): Promise<void> {
  if (paths.length > 0) throw new ConditionError('--universe', 'used without files of bars', paths[0]);
  if (signals !== undefined && !(await isCatalogPath(signals)))
    throw new ConditionError('--signals', 'a NautilusTrader catalog, a directory, with --universe', signals);
  if (labels !== undefined) throw new ConditionError('--labels', 'left out with --universe', labels);
  if (dumpDataset !== undefined && pooled !== true)
    throw new ConditionError('--dump-dataset', 'left out with --universe', dumpDataset);
  if (report !== undefined) throw new ConditionError('--report', 'left out with --universe', report);
}

async function trainOn(paths: string[], options: TrainOptions): Promise<void> {
  const startMs = performance.now();
  checkEventSources(options);
  const config = await settingsFrom(options);
  const { dumpDataset, report: reportPath } = options;
  if (reportPath !== undefined) {
    await checkReportPath(reportPath, [
      ...paths,
      options.signals,
      options.labels,
      dumpDataset,
      options.config,
      config.modelPath,
    ]);
  }
  const progress = showProgress();
  const own = await loadModules(config);
  const trainingLoop = createTrainingLoop(config, { ...own, workers: options.workers, logger: SILENT });
  trainingLoop.warm(); // its threads load while bars are read
  try {
    const reading = readingOptions(config, options, readingProgress(progress));
    const { bars, side, sent, labels: given, report } = await readBars(paths, reading);
    const labels = given?.trades ?? null;
    progress.stop();
    say(recognisedLine(report));
    const context = await readContext(options.context, config.featureNames, config, asRead(options));
    if (given !== null) for (const line of labelLines(given)) say(line);
    const readMs = performance.now() - startMs;
    const result = await trainingLoop.train(bars, {
      side,
      sent,
      labels,
      strict: options.strict,
      accounts: true,
      context,
      onProgress: ({ stage, done, total }) => progress.update(stage, done, total),
    });
    const instruments = [{ instrument: null, bars, side, sent, labels }];
    const request = { instruments, config, context, own };
    const importance =
      reportPath === undefined ? undefined : await heldOutImportance(request, options.workers, progress);
    progress.stop();
    if (dumpDataset !== undefined) await writeDatasetCsv(dumpDataset, bars.tsEvent, result.dataset);
    const durationMs = performance.now() - startMs;
    const { labeler } = trainingLoop;
    const { modelPath } = config;
    const run = { result, report, given, labelRule: labeler.rule, modelPath, importance, readMs, durationMs };
    if (reportPath !== undefined) await writeTrainingReport(reportPath, run, { bars, config, labeler });
    if (options.json === true) printJson(trainingRecord(run));
    else print(...trainingReport(run));
    for (const line of leftOutLines(result)) say(line);
    if (result.model.isOfProbability) say(TRUSTED);
  } finally {
    progress.stop();
    await trainingLoop.close();
  }
}

/** Said of probabilities that nobody asked about. */
const TRUSTED =
  'warning: each probability is taken as made before its outcome was known; those of a model that learned from these bars look better than they are (ml4t calibrate --probability asks until when it learned)';
