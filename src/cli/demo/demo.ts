import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { createOrchestrator, type LiveProcess } from '../../app/index.ts';
import { readBars } from '../../bars/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { count, DataError, fixed } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { type ReplayedSignal, replay, summarizeReplay } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import { requireParts } from '../../runtime/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import type { TrainingResult } from '../../training/index.ts';
import { endRequested } from '../end-requested.ts';
import {
  addBarOptions,
  addSettingsOptions,
  addWorkersOption,
  type BarOptions,
  nonNegativeInteger,
  readingOptions,
  type SettingsOptions,
  settingsFrom,
} from '../options.ts';
import { verdictLines } from '../show/claim-lines.ts';
import { print, printJson, say } from '../show/output.ts';
import { type Progress, readingProgress, showProgress } from '../show/progress.ts';
import { replayRecord, replayReport } from '../show/replay-report.ts';

import { driftDemo } from './drift.ts';
import { feedReport, feedService, startDemoService } from './feed-service.ts';
import { continueMarket } from './live-market.ts';

/** Directory of the demo's models, below the working directory. */
const DEMO_DIRECTORY = join('.ml4t', 'demo');
const TRAINING_SHARE = 0.7;
const SIMULATED_BARS = 20_000;
const PLANTED_EDGE = 0.15;
/** Number of bars that the simulated market goes on for while the service runs: more than a day at one bar a second. */
const LIVE_BARS = 100_000;

interface DemoOptions extends SettingsOptions, BarOptions {
  readonly workers: number;
  readonly json?: boolean;
  readonly exit?: boolean;
  readonly drift?: boolean;
}

interface Chapter {
  readonly name: string;
  readonly bars: BarSeries;
  readonly side: Int8Array | null;
  readonly modelFile: string;
}

interface ChapterResult {
  /** Figures for `--json`. */
  readonly record: unknown;
  readonly modelPath: string;
  /** Replayed signals. */
  readonly signals: readonly ReplayedSignal[];
  /** Index of the first replayed bar. */
  readonly from: number;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .description(
      'Train on real bars, judge the model honestly, replay the rest as a live feed; then show what an edge looks like.',
    )
    .argument('[bars...]', 'your own bars instead of the S&P 500')
    .option('--drift', 'a market that changes: the service notices, retrains, proves and swaps; then it ends')
    .option('--exit', 'end when the demo is over, instead of leaving the service running')
    .option('--port <n>', 'port of the service (default: 8787, or a free one)', nonNegativeInteger)
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExamples:\n  npm start\n  npm start -- path/to/bars.csv\n  npm run demo:drift');
  return addWorkersOption(addBarOptions(addSettingsOptions(command))).action(demo);
}

async function demo(paths: string[], options: DemoOptions): Promise<void> {
  const base = await settingsFrom(options);
  if (options.drift === true) return driftDemo(base, options);
  requireParts(['server']);
  const progress = showProgress();
  await mkdir(DEMO_DIRECTORY, { recursive: true });
  try {
    const files = paths.length > 0 ? paths : [sp500File()];
    const loaded = await readBars(files, readingOptions(base, options, readingProgress(progress)));
    const name = paths.length > 0 ? paths.join(', ') : 'S&P 500, daily bars 2000–2020';
    const real = await playChapter({ ...loaded, name, modelFile: 'real.onnx' }, base, options, progress);
    const bars = simulatedBars(SIMULATED_BARS);
    const simulatedName = `a simulated market with a planted edge of ${PLANTED_EDGE}`;
    const chapter = { bars, side: null, name: simulatedName, modelFile: 'simulated.onnx' };
    const planted = await playChapter(chapter, base, options, progress);
    const { modelPath, signals, from } = planted;
    const { live, url } = await startDemoService({ ...base, modelPath }, DEMO_DIRECTORY);
    try {
      await feedService(url, { bars, signals, from }, progress);
      progress.stop();
      const isKeptRunning = options.exit !== true && options.json !== true;
      if (options.json === true)
        printJson({
          real: real.record,
          planted: planted.record,
          live: toSnakeCase(live.service.status().outcomes),
        });
      else print('', ...liveLines(live), '', ...nextSteps(isKeptRunning ? url : null));
      if (isKeptRunning) await keepRunning(url, base);
    } finally {
      await live.close();
    }
  } finally {
    progress.stop();
  }
}

function simulatedBars(nBars: number): BarSeries {
  return simulateMarket({ nBars, edge: PLANTED_EDGE, breakAt: null, seed: 42 }).bars;
}

/** Feeds the continuation of the simulated market to the service until the user ends the demo. */
async function keepRunning(url: string, config: OrchestratorConfig): Promise<void> {
  const stop = new AbortController();
  const market = { bars: simulatedBars(SIMULATED_BARS + LIVE_BARS), from: SIMULATED_BARS, config };
  const feeding = continueMarket(url, market, stop.signal).catch((error: Error) =>
    say(`the simulated market stopped: ${error.message}`),
  );
  await endRequested();
  stop.abort();
  await feeding;
}

/** Trains on the first part of a market, replays the rest, and prints the results. */
async function playChapter(
  chapter: Chapter,
  base: OrchestratorConfig,
  options: DemoOptions,
  progress: Progress,
): Promise<ChapterResult> {
  const { bars, side, name } = chapter;
  const split = Math.floor(bars.length * TRAINING_SHARE);
  const config = { ...base, modelPath: join(DEMO_DIRECTORY, chapter.modelFile) };
  const orchestrator = createOrchestrator(config, { workers: options.workers, logger: SILENT });
  try {
    const result = await orchestrator.train(bars.slice(0, split), {
      side: side?.subarray(0, split) ?? null,
      onProgress: ({ stage, done, total }) => progress.update(stage, done, total),
    });
    const onProgress = (done: number, total: number): void => progress.update('replay', done, total);
    const replayed = replay(orchestrator, bars, { instrumentId: 'DEMO', side, startBar: split, onProgress });
    progress.stop();
    const summary = summarizeReplay(orchestrator, bars, replayed);
    if (options.json !== true) print(...chapterLines(name, split, bars.length, result), '', ...replayReport(summary));
    const { verdict, paysUpToBps, accuracy, majorityAccuracy, baseRate, auc, logLossSkill } = result.metrics;
    const record = {
      name,
      verdict,
      pays_up_to_bps: paysUpToBps,
      accuracy,
      majority_accuracy: majorityAccuracy,
      base_rate: baseRate,
      auc,
      log_loss_skill: logLossSkill,
      replay: replayRecord(summary),
    };
    return { record, modelPath: config.modelPath, signals: replayed, from: split };
  } finally {
    await orchestrator.stop();
  }
}

function chapterLines(name: string, split: number, nBars: number, result: TrainingResult): string[] {
  const { metrics } = result;
  const rule = '─'.repeat(78);
  return [
    '',
    rule,
    name,
    rule,
    `Trained on the first ${count(split)} of ${count(nBars)} bars: ${count(result.nSamples)} signals of the ema_cross primary, each followed to its outcome.`,
    '',
    ...verdictLines(metrics),
    `  accuracy ${fixed(metrics.accuracy)}; always the majority ${fixed(metrics.majorityAccuracy)}; base rate ${fixed(metrics.baseRate)}; AUC ${fixed(metrics.auc)}; log-loss skill ${fixed(metrics.logLossSkill)}`,
    '',
    `The other ${count(nBars - split)} bars, replayed one by one as a live feed:`,
  ];
}

function liveLines(live: LiveProcess): string[] {
  const rule = '─'.repeat(78);
  return [rule, 'The same bars once more, through the live service', rule, ...feedReport(live)];
}

function nextSteps(url: string | null): string[] {
  const running =
    url === null
      ? []
      : [
          `The service is running, and the simulated market goes on: a bar a second. Open ${url} in a browser to see it`,
          '(Ctrl-C ends it). From another shell:',
          `  curl -s ${url}/v1/status`,
          `  curl -s ${url}/v1/signals -H 'content-type: application/json' --data @examples/signal.json`,
          '',
        ];
  return [
    ...running,
    'Now with your own bars and signals:',
    '  npm run -s ml4t -- train bars.csv --signals signals.csv --model models/mine.onnx',
    '  npm run -s ml4t -- replay newer-bars.csv --model models/mine.onnx',
    '  npm run -s ml4t -- serve --model models/mine.onnx',
  ];
}

/** Path of real bars from an npm package, so that a fresh clone needs no download. */
function sp500File(): string {
  try {
    const door = createRequire(import.meta.url).resolve('vega-datasets');
    return join(dirname(door), '..', 'data', 'sp500-2000.csv');
  } catch (cause) {
    const message =
      'the bars of the demo come only with a clone of the repository; name a file of your own: ml4t demo bars.csv';
    throw new DataError('FILE_NOT_FOUND', message, { cause });
  }
}
