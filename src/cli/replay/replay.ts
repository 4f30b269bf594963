import { Command } from 'commander';
import { readBars } from '../../bars/index.ts';
import { ConditionError } from '../../core/index.ts';
import { replay as replayBars, summarizeReplay } from '../../orchestrator/index.ts';
import { writeLines } from '../../runtime/index.ts';
import { type MissingInputs, NOTHING_MISSING, refuseMissing } from '../../training/index.ts';
import {
  addBarOptions,
  addEventOptions,
  addFeatureOption,
  addLabelsOption,
  addSettingsOptions,
  asRead,
  type BarOptions,
  checkEventSources,
  checkedSettings,
  finiteNumber,
  givenSettings,
  readingOptions,
  type SettingsOptions,
} from '../options.ts';
import { checkReportPath, originOf, writeReport } from '../report/write-report.ts';
import { barSentences, recognisedLine } from '../show/bar-lines.ts';
import { labelLines, labelRecord } from '../show/labels/label-lines.ts';
import { print, printJson, say } from '../show/output.ts';
import { readingProgress, showProgress } from '../show/progress.ts';
import { replayRecord, replayReport } from '../show/replay-report.ts';
import { addContextOption, type ContextFile, readContext } from '../train/context-files.ts';
import { replayDecision } from './replay-journal.ts';
import { replayedLines } from './replayed-lines.ts';
import { type StartedReplay, startReplay } from './start-replay.ts';

interface ReplayOptions extends SettingsOptions, BarOptions {
  readonly signals?: string;
  readonly labels?: string;
  readonly instrument: string;
  readonly context?: readonly ContextFile[];
  readonly out?: string;
  readonly journal?: string;
  readonly report?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  ml4t train 2024.csv --model models/btc.onnx && ml4t replay 2025.csv --model models/btc.onnx
  ml4t replay 2025.csv --model models/btc.onnx --report 2025.html
  ml4t replay --journal BTC-PERP.HYPERLIQUID:1700000000000000000:1`;

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'Walk bars one by one as if live: take or skip every signal, follow it to its outcome, and say what the promises were worth.',
    )
    .argument('[bars...]', 'bars as CSV, CSV.gz, zip, JSON or Parquet')
    .option('--model <file>', 'the model that judges, which must be there (default: models/meta_model.onnx, if it is)')
    .option('--instrument <id>', 'instrument id of the signals', 'REPLAY')
    .option(
      '--cost-bps <x>',
      'cost of a round trip in basis points (default: what the training of the model counted)',
      finiteNumber,
    )
    .option('--out <file>', 'write every enriched signal with its features and its outcome as NDJSON')
    .option('--journal <signal_id>', 'take a recorded decision of the live service again, and prove it bit-identical')
    .option('--data-dir <directory>', 'where that journal is (default: .ml4t)')
    .option('--report <file>', 'write the whole account as one HTML file, to be read offline')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addFeatureOption(
    addContextOption(addLabelsOption(addEventOptions(addBarOptions(addSettingsOptions(command))))),
    'columns of a forest exported by skl2onnx',
  );
  return command.action(replay);
}

async function replay(paths: string[], options: ReplayOptions): Promise<void> {
  checkEventSources(options);
  const { features: _, ...rest } = options;
  const given = await givenSettings(rest);
  const config = checkedSettings(given);
  const { report: reportPath } = options;
  if (options.journal !== undefined) {
    if (reportPath !== undefined) throw new ConditionError('--report', 'left out with --journal', reportPath);
    return replayDecision(options.journal, config, options.json === true);
  }
  if (paths.length === 0) throw new ConditionError('bars', 'at least one file, or --journal', 'none');
  if (reportPath !== undefined) {
    await checkReportPath(reportPath, [
      ...paths,
      options.signals,
      options.labels,
      options.out,
      options.config,
      config.modelPath,
    ]);
  }
  const started = await startReplay(given, options);
  try {
    await replayFiles(paths, started, options);
  } finally {
    await started.orchestrator.stop();
  }
}

async function replayFiles(
  paths: string[],
  { orchestrator, differences }: StartedReplay,
  options: ReplayOptions,
): Promise<void> {
  const { config, labeler } = orchestrator;
  const progress = showProgress();
  try {
    for (const line of differences) say(`warning: ${line}`);
    const { model } = orchestrator.inferenceLoop;
    const columns = model?.columnFeatures?.names ?? config.columns;
    const reading = { ...readingOptions(config, options, readingProgress(progress)), columns, strength: true };
    const { bars, side, sent, labels: given, report } = await readBars(paths, reading);
    const labels = given?.trades ?? null;
    progress.stop();
    say(recognisedLine(report));
    const named = model?.featureNames ?? config.featureNames;
    const context = await readContext(options.context, named, { ...config, columns }, asRead(options));
    if (given !== null) for (const line of labelLines(given)) say(line);
    const onProgress = (done: number, total: number): void => progress.update('replay', done, total);
    let missing = NOTHING_MISSING;
    const onMissing = (found: MissingInputs): void => {
      if (options.strict === true) refuseMissing(found);
      missing = found;
    };
    const events = { instrumentId: options.instrument, side, sent, labels, context };
    const replayed = replayBars(orchestrator, bars, { ...events, onMissing, onProgress });
    progress.stop();
    if (options.out !== undefined) {
      await writeLines(options.out, replayedLines(replayed, model?.featureNames ?? [], bars.tsEvent));
    }
    const summary = summarizeReplay(orchestrator, bars, replayed);
    const seen = { ...report, missing };
    const record = { ...replayRecord(summary, differences, seen), labels: labelRecord(given) };
    if (options.report !== undefined) {
      const origin = originOf(report.files);
      const warnings = [...differences, ...barSentences(seen)];
      const parts = { record, replayed, summary, bars, config, labeler, model, warnings, origin };
      await writeReport(options.report, ({ replayReportPage }) => replayReportPage(parts));
    }
    if (options.json === true) printJson(record);
    else print(...replayReport(summary, seen));
  } finally {
    progress.stop();
  }
}
