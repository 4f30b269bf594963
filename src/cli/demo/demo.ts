import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { LiveProcess } from '../../app/index.ts';
import { readBars } from '../../bars/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { requireParts } from '../../runtime/index.ts';
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
import { recognisedLine } from '../show/bar-lines.ts';
import { print, printJson, say } from '../show/output.ts';
import { type Progress, readingProgress, showProgress } from '../show/progress.ts';
import { replayRecord } from '../show/replay-report.ts';
import type { TakeCounts } from '../show/taking-texts.ts';
import { chapterLines, chapterRecord, restLine, titled, titleOf, togetherLines } from './demo-lines.ts';
import { driftDemo } from './drift.ts';
import { feedReport, feedService, startDemoService } from './feed-service.ts';
import { type Chapter, type JudgedChapter, judgeMarket } from './judge-market.ts';
import { continueMarket } from './live-market.ts';
import { barsOf, DEMO_MARKETS, PAYS, settingsOf } from './markets.ts';
import { sp500File } from './real-bars.ts';

/** Directory of the demo's models, below the working directory. */
const DEMO_DIRECTORY = join('.ml4t', 'demo');
const SIMULATED_BARS = 20_000;
/** Number of bars that the simulated market goes on for while the service runs: more than a day at one bar a second. */
const LIVE_BARS = 100_000;

const INTRODUCTION = [
  'A built-in primary (ema_cross) says buy or sell; a model learns which of its signals to take and which to skip, and is judged on later ones.',
  'On real bars nobody knows what there is to find. In the three simulated markets we do, because we built it in.',
];

interface DemoOptions extends SettingsOptions, BarOptions {
  readonly workers: number;
  readonly json?: boolean;
  readonly exit?: boolean;
  readonly drift?: boolean;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .description(
      'Judge real bars and three simulated markets (nothing to know; knows, but does not pay; pays), then run the live service on the last.',
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
  await mkdir(DEMO_DIRECTORY, { recursive: true, mode: 0o700 });
  try {
    const isText = options.json !== true;
    if (isText) print(...INTRODUCTION);
    const judged = await judgeAll(await chaptersOf(paths, base, options, progress), options, progress);
    if (isText) print(...togetherLines(judged));
    await showService(judged, base, options, progress);
  } finally {
    progress.stop();
  }
}

/** The real bars, where there are any, and the simulated markets, that which pays at the end. */
async function chaptersOf(
  paths: readonly string[],
  base: OrchestratorConfig,
  options: DemoOptions,
  progress: Progress,
): Promise<Chapter[]> {
  const simulated = DEMO_MARKETS.map((market): Chapter => {
    const config = { ...settingsOf(base, market), modelPath: join(DEMO_DIRECTORY, market.modelFile) };
    return { ...market, bars: barsOf(market, SIMULATED_BARS), side: null, config };
  });
  const bundled = paths.length > 0 ? null : sp500File(import.meta.url);
  const files = bundled === null ? paths : [bundled];
  if (files.length === 0) {
    say('the real S&P 500 bars come only with a clone of the repository; to see bars of your own: ml4t demo bars.csv');
    return simulated;
  }
  const loaded = await readBars(files, readingOptions(base, options, readingProgress(progress)));
  say(recognisedLine(loaded.report));
  const name = bundled === null ? paths.join(', ') : 'S&P 500, daily, 2000–2020';
  const config = { ...base, modelPath: join(DEMO_DIRECTORY, 'real.onnx') };
  return [{ ...loaded, name, builtIn: null, config }, ...simulated];
}

/** Judges one market after the other and prints each as soon as it is known; the bars after the training of the last are replayed. */
async function judgeAll(
  chapters: readonly Chapter[],
  options: DemoOptions,
  progress: Progress,
): Promise<JudgedChapter[]> {
  const judged: JudgedChapter[] = [];
  const nReal = chapters.length - DEMO_MARKETS.length;
  for (const [k, chapter] of chapters.entries()) {
    const isReplayed = k === chapters.length - 1;
    const result = await judgeMarket(chapter, { workers: options.workers, progress, isReplayed });
    judged.push(result);
    const title = titleOf(chapter, k - nReal + 1, DEMO_MARKETS.length);
    if (options.json !== true) print(...chapterLines(title, result));
  }
  return judged;
}

/** Sends the bars after the training of the market that pays through the live service, with its model. */
async function showService(
  judged: readonly JudgedChapter[],
  base: OrchestratorConfig,
  options: DemoOptions,
  progress: Progress,
): Promise<void> {
  const last = judged[judged.length - 1];
  const { bars, config, rest, nTrained } = last;
  const { live, url } = await startDemoService(config, DEMO_DIRECTORY);
  try {
    const taken = await feedService(url, { bars, signals: rest?.signals ?? [], from: nTrained }, progress);
    progress.stop();
    const isKeptRunning = options.exit !== true && options.json !== true;
    if (options.json === true) printJson(demoRecord(judged, live, taken));
    else print(...liveLines(last, live, taken), '', ...nextSteps(isKeptRunning ? url : null));
    if (isKeptRunning) await keepRunning(url, base);
  } finally {
    await live.close();
  }
}

function demoRecord(judged: readonly JudgedChapter[], live: LiveProcess, taken: TakeCounts): Record<string, unknown> {
  const summary = judged[judged.length - 1].rest?.summary;
  const { serving, outcomes, feeds } = live.service.status();
  return {
    markets: judged.map(chapterRecord),
    replay: summary === undefined ? null : replayRecord(summary),
    live: {
      serving: toSnakeCase(serving),
      by_take_reason: Object.fromEntries(taken),
      outcomes: toSnakeCase(outcomes),
      feeds: feeds.map(({ instrumentId, state }) => ({ instrument_id: instrumentId, state })),
    },
  };
}

/** Feeds the continuation of the simulated market to the service until the user ends the demo. */
async function keepRunning(url: string, config: OrchestratorConfig): Promise<void> {
  const stop = new AbortController();
  const market = { bars: barsOf(PAYS, SIMULATED_BARS + LIVE_BARS), from: SIMULATED_BARS, config };
  const feeding = continueMarket(url, market, stop.signal).catch((error: Error) =>
    say(`the simulated market stopped: ${error.message}`),
  );
  await endRequested();
  stop.abort();
  await feeding;
}

function liveLines(last: JudgedChapter, live: LiveProcess, taken: TakeCounts): string[] {
  return [
    ...titled(`Live: the simulated market that ${PAYS.name}, through the service`),
    ...restLine(last),
    ...feedReport(live, taken),
    'To be right less often than always saying no is no contradiction to an edge: what counts is what wins and losses are worth.',
  ];
}

function nextSteps(url: string | null): string[] {
  const isClone = sp500File(import.meta.url) !== null;
  const ml4t = isClone ? 'npm run -s ml4t --' : 'npx ml4t';
  const examples = isClone ? 'examples' : 'node_modules/ml4t-orchestrator/examples';
  const running =
    url === null
      ? []
      : [
          `The service is running, and the simulated market goes on: a bar a second. Open ${url} in a browser to see it`,
          '(Ctrl-C ends it). From another shell:',
          `  curl -s ${url}/v1/status`,
          `  curl -s ${url}/v1/signals -H 'content-type: application/json' --data @${examples}/signal.json`,
          '',
        ];
  return [
    ...running,
    'Now with your own bars and signals:',
    `  ${ml4t} train bars.csv --signals signals.csv --model models/mine.onnx`,
    `  ${ml4t} replay newer-bars.csv --model models/mine.onnx`,
    `  ${ml4t} serve --model models/mine.onnx`,
  ];
}
