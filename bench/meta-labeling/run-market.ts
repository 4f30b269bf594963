import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hashSeed, Rng } from '../../src/core/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { drawMarket, eventsOf, type MarketEvent } from './market.ts';
import { COLUMNS, writeBars, writeLabels } from './market-files.ts';
import { type Scores, scoresOf } from './scores.ts';

/** Share of the events that train. */
const TRAINED = 0.6;
/** Bars before the first event of a replay, for its window. */
const WINDOW = 99;
const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** What was scored of one market. */
export interface MarketScores {
  readonly raw: Scores;
  readonly calibrated: Scores;
  readonly coin: Scores;
  readonly always: Scores;
  /** Number of tested events that the model did not answer: out of distribution. */
  readonly nUnanswered: number;
}

/**
 * Draws a market, trains on its first events and replays the rest, by the command line as a user does.
 *
 * @param settings - assignments of `--set`.
 */
export async function runMarket(seed: number, settings: readonly string[]): Promise<MarketScores> {
  using directory = temporaryDirectory();
  const market = drawMarket(seed);
  const events = eventsOf(market);
  const nTrained = Math.floor(TRAINED * events.length);
  const [trained, tested] = [events.slice(0, nTrained), events.slice(nTrained)];
  const [bars, labels, newer, newerLabels, model, out] = [
    'bars.csv',
    'labels.csv',
    'newer.csv',
    'newer-labels.csv',
    'model.onnx',
    'out.ndjson',
  ].map((name) => directory.file(name));
  writeBars(bars, market, 0, trained[nTrained - 1].day + 2);
  writeLabels(labels, trained);
  writeBars(newer, market, tested[0].day - WINDOW, market.r.length);
  writeLabels(newerLabels, tested);
  const set = settings.flatMap((assignment) => ['--set', assignment]);
  const chosen = ['--features', 'none', '--columns', COLUMNS.join(',')];
  await ml4t(['train', bars, '--labels', labels, ...chosen, '--workers', '1', '--model', model, ...set]);
  await ml4t(['replay', newer, '--labels', newerLabels, '--model', model, '--out', out]);
  return scored(tested, readFileSync(out, 'utf8').trim().split('\n'), seed);
}

/** @throws {Error} with what it said, where it fails. */
async function ml4t(args: readonly string[]): Promise<void> {
  await run(process.execPath, [MAIN, ...args, '--json'], { maxBuffer: 1 << 28 });
}

/** The fields of an answer that are scored. */
interface Answer {
  readonly source: string;
  readonly raw_confidence: number | null;
  readonly meta_confidence: number;
}

function scored(tested: readonly MarketEvent[], lines: readonly string[], seed: number): MarketScores {
  if (lines.length !== tested.length)
    throw new Error(`${lines.length} answers to ${tested.length} events: the replay left some out`);
  const answers = lines.map((line) => JSON.parse(line) as Answer);
  const isAnswered = answers.map(({ source }) => source === 'model');
  const said = (of: (answer: Answer) => number | null): boolean[] =>
    answers.map((answer, k) => isAnswered[k] && (of(answer) ?? 0) >= 0.5);
  return {
    raw: scoresOf(
      tested,
      said(({ raw_confidence: raw }) => raw),
    ),
    calibrated: scoresOf(
      tested,
      said(({ meta_confidence: confidence }) => confidence),
    ),
    coin: scoresOf(tested, coinFlips(tested.length, seed)),
    always: scoresOf(
      tested,
      tested.map(() => true),
    ),
    nUnanswered: isAnswered.filter((answered) => !answered).length,
  };
}

/** A choice by chance of half of the events, another one in each market. */
function coinFlips(n: number, seed: number): boolean[] {
  const rng = new Rng(hashSeed(seed, 1));
  return Array.from({ length: n }, () => rng.nextInt(2) === 1);
}
