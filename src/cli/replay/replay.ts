import { Command } from 'commander';
import { createOrchestrator } from '../../app/index.ts';
import { readBars } from '../../bars/index.ts';
import { configToRecord, OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import { type ML4TOrchestrator, replay as replayBars, summarizeReplay } from '../../orchestrator/index.ts';
import { writeLines } from '../../runtime/index.ts';
import { enrichedSignalToWire } from '../../wire/index.ts';
import {
  addBarOptions,
  addEventOptions,
  addFeatureOption,
  addSettingsOptions,
  type BarOptions,
  finiteNumber,
  readingOptions,
  type SettingsOptions,
  settingsFrom,
} from '../options.ts';
import { checkReportPath, originOf, writeReport } from '../report/write-report.ts';
import { print, printJson, say } from '../show/output.ts';
import { readingProgress, showProgress } from '../show/progress.ts';
import { replayRecord, replayReport } from '../show/replay-report.ts';
import { startModel } from '../start-model.ts';
import { replayDecision } from './replay-journal.ts';

interface ReplayOptions extends SettingsOptions, BarOptions {
  readonly signals?: string;
  readonly instrument: string;
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
    .description('Walk bars one by one as if live: enrich every signal, follow it to its outcome, and report.')
    .argument('[bars...]', 'bars as CSV, CSV.gz or Parquet')
    .option('--model <file>', 'the model that judges, which must be there (default: models/meta_model.onnx, if it is)')
    .option('--instrument <id>', 'instrument id of the signals', 'REPLAY')
    .option(
      '--cost-bps <x>',
      'cost of a round trip in basis points (default: what the training of the model counted)',
      finiteNumber,
    )
    .option('--out <file>', 'write every enriched signal as NDJSON')
    .option('--journal <signal_id>', 'take a recorded decision of the live service again, and prove it bit-identical')
    .option('--data-dir <directory>', 'where that journal is (default: .ml4t)')
    .option('--report <file>', 'write the whole account as one HTML file, to be read offline')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addFeatureOption(
    addEventOptions(addBarOptions(addSettingsOptions(command))),
    'columns of a forest exported by skl2onnx',
  );
  return command.action(replay);
}

async function replay(paths: string[], options: ReplayOptions): Promise<void> {
  const { features: _, ...rest } = options;
  const config = await settingsFrom(rest);
  const { report: reportPath } = options;
  if (options.journal !== undefined) {
    if (reportPath !== undefined) throw new ConditionError('--report', 'left out with --journal', reportPath);
    return replayDecision(options.journal, config, options.json === true);
  }
  if (paths.length === 0) throw new ConditionError('bars', 'at least one file, or --journal', 'none');
  if (reportPath !== undefined) {
    await checkReportPath(reportPath, [...paths, options.signals, options.out, options.config, config.modelPath]);
  }
  const progress = showProgress();
  const orchestrator = createOrchestrator(config);
  try {
    await startModel(orchestrator, options);
    const warnings = otherSettings(orchestrator, options.signals !== undefined);
    for (const line of warnings) say(`warning: ${line}`);
    const reading = readingOptions(config, options, readingProgress(progress));
    const { bars, side, report } = await readBars(paths, reading);
    const onProgress = (done: number, total: number): void => progress.update('replay', done, total);
    const replayed = replayBars(orchestrator, bars, { instrumentId: options.instrument, side, onProgress });
    progress.stop();
    if (options.out !== undefined)
      await writeLines(
        options.out,
        replayed.map(({ enriched }) => enrichedSignalToWire(enriched)),
      );
    const summary = summarizeReplay(orchestrator, bars, replayed);
    const record = replayRecord(summary);
    if (reportPath !== undefined) {
      const { model } = orchestrator.inferenceLoop;
      const { labeler } = orchestrator;
      const parts = {
        record,
        replayed,
        summary,
        bars,
        config,
        labeler,
        model,
        warnings,
        origin: originOf(report.files),
      };
      await writeReport(reportPath, ({ replayReportPage }) => replayReportPage(parts));
    }
    if (options.json === true) printJson(record);
    else print(...replayReport(summary));
  } finally {
    progress.stop();
    await orchestrator.stop();
  }
}

/** Sentences on settings that differ between this replay and the training, so that their figures cannot be compared. */
function otherSettings(orchestrator: ML4TOrchestrator, hasSignals: boolean): string[] {
  const learned = orchestrator.inferenceLoop.model?.metadata.config ?? {};
  const here = configToRecord(orchestrator.config);
  const groups = hasSignals ? (['labels'] as const) : (['labels', 'events'] as const);
  return groups.flatMap((group) => {
    const then = learned[group];
    if (typeof then !== 'object' || then === null) return [];
    return Object.entries(here[group]).flatMap(([name, value]) => {
      const before = (then as Record<string, unknown>)[name];
      const isAlike = before === undefined || before === value;
      return isAlike || value === null ? [] : differenceText(`${group}.${name}`, before, value);
    });
  });
}

/** A replay fills trades as its model's training did; the setting is only said where somebody chose it. */
function differenceText(name: string, before: unknown, value: unknown): string[] {
  if (name !== 'labels.fill') {
    return [`the model learned with ${name} ${String(before)}, this replay judges by ${String(value)}`];
  }
  if (value === OrchestratorConfig().labels.fill) return [];
  return [
    `trades are filled as in the training, ${name} ${String(before)}; the money by fill has ${String(value)} too`,
  ];
}
