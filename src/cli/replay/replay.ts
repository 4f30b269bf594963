import { Command } from 'commander';
import { seriesOfPaths } from '../../bars/index.ts';
import { ConditionError } from '../../core/index.ts';
import type { Series } from '../../domain/index.ts';
import {
  addBarOptions,
  addEventOptions,
  addFeatureOption,
  addLabelerOption,
  addLabelsOption,
  addSettingsOptions,
  checkEventSources,
  checkedSettings,
  finiteNumber,
  givenSettings,
  type SettingsOptions,
} from '../options.ts';
import { checkReportPath, originOf, writeReport } from '../report/write-report.ts';
import { barSentences } from '../show/bar-lines.ts';
import { print, printJson } from '../show/output.ts';
import { showProgress } from '../show/progress.ts';
import { replayReport } from '../show/replay-report.ts';
import { addContextOption } from '../train/context-files.ts';
import { type FilesOptions, type ReplayedFiles, replayFiles } from './replay-files.ts';
import { replayDecision } from './replay-journal.ts';
import { replayUniverse } from './replay-universe.ts';
import { type StartedReplay, startReplay } from './start-replay.ts';

interface ReplayOptions extends SettingsOptions, FilesOptions {
  readonly labels?: string;
  readonly universe?: string;
  readonly instrument?: string;
  readonly journal?: string;
  readonly report?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  ml4t train 2024.csv --model models/btc.onnx && ml4t replay 2025.csv --model models/btc.onnx
  ml4t replay 2025.csv --model models/btc.onnx --report 2025.html
  ml4t replay 2025.csv --model models/own.onnx --labeler-module my-labeler.ts
                                              a model of a labeler of your own; other labels are those of its training
  ml4t replay catalog/ --signals catalog/ --model models/btc.onnx --out answers/
                                              bars and signals of a NautilusTrader catalog, answers as one
  ml4t replay catalog/ --model models/btc.onnx --out answers.parquet
                                              answers as one file of its custom data
  ml4t replay --universe catalog/ --signals catalog/ --model models/ --out answers/
  ml4t replay --journal BTC-PERP.HYPERLIQUID:1700000000000000000:1`;

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'Walk bars one by one as if live: take or skip every signal, follow it to its outcome, and say what the promises were worth.',
    )
    .argument('[bars...]', 'bars as CSV, CSV.gz, zip, JSON or Parquet, or a NautilusTrader catalog with one bar type')
    .option(
      '--universe <path>',
      'every file in a directory, series of a catalog, or symbol of a file; --model names the directory of their models, or one for all',
    )
    .option('--model <file>', 'the model that judges, which must be there (default: models/meta_model.onnx, if it is)')
    .option('--instrument <id>', 'instrument id of the signals (default: that of a catalog, else REPLAY)')
    .option(
      '--cost-bps <x>',
      'cost of a round trip in basis points (default: what the training of the model counted)',
      finiteNumber,
    )
    .option(
      '--out <path>',
      'write every enriched signal: with its features and its outcome as NDJSON; as custom data of NautilusTrader into a file.parquet, or into a catalog, a directory/',
    )
    .option('--journal <signal_id>', 'take a recorded decision of the live service again, and prove it bit-identical')
    .option('--data-dir <directory>', 'where that journal is (default: .ml4t)')
    .option('--report <file>', 'write the whole account as one HTML file, to be read offline')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addFeatureOption(
    addContextOption(addLabelerOption(addLabelsOption(addEventOptions(addBarOptions(addSettingsOptions(command)))))),
    'columns of a model that was trained elsewhere',
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
  if (options.universe !== undefined) return replayUniverse(paths, given, { ...options, universe: options.universe });
  if (paths.length === 0) throw new ConditionError('bars', 'a file, --universe a directory, or --journal', 'none');
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
  const series = await replayedSeries(paths, options.instrument);
  const started = await startReplay(given, { ...options, instrument: series.instrumentId });
  const progress = showProgress();
  try {
    await show(await replayFiles(paths, started, series, options, progress), started, options);
  } finally {
    progress.stop();
    await started.orchestrator.stop();
  }
}

/** The series of the bars: the one that a catalog names, of the instrument that was asked for where there is one. */
async function replayedSeries(paths: readonly string[], instrument: string | undefined): Promise<Series> {
  const found = await seriesOfPaths(paths);
  if (found === null || (instrument !== undefined && instrument !== found.instrumentId))
    return { instrumentId: instrument ?? 'REPLAY', barType: null };
  return found;
}

async function show(
  { bars, report, missing, replayed, summary, record, model, config, labeler }: ReplayedFiles,
  { differences }: StartedReplay,
  options: ReplayOptions,
): Promise<void> {
  const seen = { ...report, missing };
  if (options.report !== undefined) {
    const origin = originOf(report.files);
    const warnings = [...differences, ...barSentences(seen)];
    const parts = { record, replayed, summary, bars, config, labeler, model, warnings, origin };
    await writeReport(options.report, ({ replayReportPage }) => replayReportPage(parts));
  }
  if (options.json === true) printJson(record);
  else print(...replayReport(summary, seen));
}
