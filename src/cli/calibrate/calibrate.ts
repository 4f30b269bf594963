import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  createCalibrationLoop,
  type GivenModules,
  loadModules,
  type OpenedPredictor,
  openPredictor,
  openProbability,
  predictorOfSent,
  settleTrainedUntil,
} from '../../app/index.ts';
import { readBars, writeDatasetCsv } from '../../bars/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import type { FixedPredictor } from '../../training/index.ts';
import {
  addBarOptions,
  addBookingOptions,
  addColumnOptions,
  addEventOptions,
  addFeatureOption,
  addLabelsOption,
  addSettingsOptions,
  addWorkersOption,
  asRead,
  type BarOptions,
  checkEventSources,
  checkedSettings,
  givenSettings,
  nonNegativeInteger,
  readingOptions,
  type SettingsOptions,
} from '../options.ts';
import { checkReportPath } from '../report/write-report.ts';
import { recognisedLine } from '../show/bar-lines.ts';
import { labelLines } from '../show/labels/label-lines.ts';
import { print, printJson, say } from '../show/output.ts';
import { readingProgress, showProgress } from '../show/progress.ts';
import { trainingRecord, trainingReport } from '../show/training-report.ts';
import { addContextOption, type ContextFile, readContext } from '../train/context-files.ts';
import { heldOutImportance } from '../train/importance.ts';
import { leftOutLines } from '../train/left-out-lines.ts';
import { writeTrainingReport } from '../train/training-page.ts';
import { addPastOptions, type PastOptions, pastOf } from './trained-until.ts';
import {
  addProbabilityOption,
  checkAlone,
  filesOf,
  renamedProbability,
  type SourceOptions,
} from './what-is-calibrated.ts';

interface CalibrateOptions extends SettingsOptions, BarOptions, PastOptions, SourceOptions {
  readonly signals?: string;
  readonly workers: number;
  readonly dumpDataset?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly context?: readonly ContextFile[];
}

const EXAMPLES = `
Examples:
  ml4t calibrate lightgbm.onnx bars.csv --signals mine.csv --columns rsi_14,spread --trained-until 2026-03-31 --model models/mine.onnx
  ml4t calibrate xgboost.onnx bars.parquet --features volatility,momentum --columns score --trained-until 2026-03-31T16:00:00Z
  ml4t calibrate forest.onnx newer.csv --features none --columns r,r_1,r_2 --labels labelled.csv --unseen
  ml4t calibrate --probability p_win bars.csv --signals predicted.csv --trained-until 2026-03-31    a model that stays where it is
  ml4t calibrate models/mine.onnx longer.csv       a file of ours: it names its features, and when its training ended

The inputs of the model are, in its order, the names of --features, then those of --columns that --features does not list: list a column
there to put it elsewhere. Without --features they are the columns.

A model judged on bars that it learned from looks good, whatever it is worth. So you say until when it learned (--trained-until), and only
later events are judged, once every label of the earlier ones has ended; or that it saw none of these bars (--unseen). The report says
in its first lines that this is your word. The model itself is not changed: regime model, bounds, calibrator, statistics and verdict are
made around it, and the file that is written serves like any that ml4t train writes.`;

export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .description(
      'Take a model that was trained elsewhere (ONNX), calibrate it, and say honestly what it knows and whether it pays.',
    )
    .usage('[options] <model> <bars...>\n       ml4t calibrate [options] --probability <column> <bars...>')
    .argument(
      '<files...>',
      'the model, ONNX exported from scikit-learn, LightGBM, XGBoost and others, or a file of ours; then bars as CSV, CSV.gz, zip, JSON or Parquet, or a NautilusTrader catalog with one bar type',
    )
    .option('--model <out>', 'where the calibrated model goes (default: models/meta_model.onnx)')
    .option('--seed <n>', 'seed of everything random', nonNegativeInteger)
    .option('--dump-dataset <file>', 'write every labelled event as CSV, for checking with other tools')
    .option('--report <file>', 'write the whole account as one HTML file, to be read offline')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addPastOptions(addProbabilityOption(command));
  addContextOption(addLabelsOption(addColumnOptions(addEventOptions(addBarOptions(addSettingsOptions(command))))));
  addFeatureOption(addWorkersOption(addBookingOptions(command)), 'inputs of the model, in its order');
  return command.action(calibrate);
}

async function calibrate(files: string[], options: CalibrateOptions): Promise<void> {
  const startMs = performance.now();
  const { modelFile, paths } = filesOf(files, options);
  checkAlone(options);
  checkEventSources(options);
  const { given, areNamed } = await settingsOf(options);
  if (modelFile !== null) checkOutput(modelFile, given, options);
  const { dumpDataset, report: reportPath, labels: labelsFile, signals, config: configFile } = options;
  if (reportPath !== undefined) {
    await checkReportPath(reportPath, [
      modelFile ?? undefined,
      ...paths,
      signals,
      labelsFile,
      dumpDataset,
      configFile,
      given.modelPath,
    ]);
  }
  const own = await loadModules(modelFile === null ? openProbability(given).config : given);
  const opened = await open(modelFile, given, { ...own, areNamed });
  const { learner, config, recordedUntil } = opened;
  checkNotNamed(recordedUntil, options);
  const trainedUntil = settleTrainedUntil(pastOf(options), recordedUntil);
  const progress = showProgress();
  const loop = createCalibrationLoop(config, { ...own, workers: options.workers });
  try {
    const rename = renamedProbability(options, options.rename);
    const reading = { ...readingOptions(config, options, readingProgress(progress)), rename };
    const { bars, side, sent, labels: told, report } = await readBars(paths, reading);
    const fixed: FixedPredictor = { predictor: opened.predictor ?? predictorOfSent(sent), learner, trainedUntil };
    progress.stop();
    say(recognisedLine(report));
    const context = await readContext(options.context, config.featureNames, config, asRead(options));
    if (told !== null) for (const line of labelLines(told)) say(line);
    const readMs = performance.now() - startMs;
    const labels = told?.trades ?? null;
    const result = await loop.train(bars, {
      side,
      sent,
      labels,
      fixed,
      context,
      accounts: true,
      strict: options.strict,
      onProgress: ({ stage, done, total }) => progress.update(stage, done, total),
    });
    const instruments = [{ instrument: null, bars, side, sent, labels }];
    const request = { instruments, config, context, own, fixed };
    const importance =
      reportPath === undefined ? undefined : await heldOutImportance(request, options.workers, progress);
    progress.stop();
    if (dumpDataset !== undefined) await writeDatasetCsv(dumpDataset, bars.tsEvent, result.dataset);
    const durationMs = performance.now() - startMs;
    const { modelPath } = config;
    const { labeler } = loop;
    const run = {
      result,
      report,
      given: told,
      labelRule: labeler.rule,
      modelPath,
      importance,
      readMs,
      durationMs,
    };
    if (reportPath !== undefined) await writeTrainingReport(reportPath, run, { bars, config, labeler });
    if (options.json === true) printJson(trainingRecord(run));
    else print(...trainingReport(run));
    for (const line of leftOutLines(result)) say(line);
  } finally {
    progress.stop();
    await loop.close();
  }
}

/** What is calibrated: a model in a file, or the probabilities of the signals, whose predictor is known once they are read. */
async function open(
  modelFile: string | null,
  given: OrchestratorConfig,
  options: GivenModules & { readonly areNamed: boolean },
): Promise<Omit<OpenedPredictor, 'predictor'> & { readonly predictor: OpenedPredictor['predictor'] | null }> {
  return modelFile === null ? { ...openProbability(given), predictor: null } : openPredictor(modelFile, given, options);
}

/** The settings, and whether they name the inputs of the model: without a list of features it takes none but the columns. */
async function settingsOf(
  options: CalibrateOptions,
): Promise<{ readonly given: OrchestratorConfig; readonly areNamed: boolean }> {
  const given = await givenSettings(options);
  const hasColumns = 'columns' in given;
  const names = 'feature_names' in given || !hasColumns ? {} : { feature_names: [] };
  return { given: checkedSettings({ ...given, ...names }), areNamed: 'feature_names' in given || hasColumns };
}

/** @throws {ConditionError} for inputs that were named although a file of ours names them. */
function checkNotNamed(recordedUntil: bigint | null | undefined, { features, columns }: CalibrateOptions): void {
  const named = features ?? columns;
  if (recordedUntil === undefined || named === undefined) return;
  const name = features === undefined ? '--columns' : '--features';
  throw new ConditionError(name, 'left out with a model file of ours, which names its inputs', named.join(','));
}

/** @throws {ConditionError} where the model would be written over the file that it is made of. */
function checkOutput(modelFile: string, { modelPath }: OrchestratorConfig, { model }: CalibrateOptions): void {
  if (resolve(modelFile) !== resolve(modelPath)) return;
  const received = model === undefined ? `${modelPath}, the default` : model;
  throw new ConditionError('--model', 'another file than the model that is calibrated', received);
}
