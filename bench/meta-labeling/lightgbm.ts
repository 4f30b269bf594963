import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython } from '../../scripts/python-parts.mjs';
import { type Answer, isAnswered, ml4t, readAnswers, takenBy } from './command-line.ts';
import { COLUMNS, dateOf, writeBars, writeLabels } from './market-files.ts';
import { type Scores, scoresOf } from './scores.ts';
import { endOf, type SplitMarket, splitMarket, writeMarket } from './split-market.ts';

/** What was scored of LightGBM in one market. */
export interface LightGbmScores {
  /** All tested events, by the probability in the exported file. */
  readonly raw: Scores;
  /** The second half of the tested events, by the calibrated probability; the first half calibrates. */
  readonly calibrated: Scores;
  /** The same events by LightGBM in Python, all of them answered. */
  readonly python: Scores;
  /** Largest difference of `raw_confidence` from LightGBM's own probability. */
  readonly difference: number;
  /** Number of tested events that the model did not answer: out of distribution. */
  readonly nUnanswered: number;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Largest difference from LightGBM, which sums in float64 where ONNX has float32. */
const TOLERANCE = 1e-6;

const directoryOf = (root: string, seed: number): string => join(root, String(seed));

/**
 * Writes markets into a directory, and fits and exports LightGBM on the first events of each, all in one process.
 *
 * @throws {Error} where the pinned libraries cannot be had here, or the fit fails.
 */
export function fitLightGbm(root: string, seeds: readonly number[]): void {
  const python = ensurePython({
    name: 'foreign',
    requirements: here('../../test/foreign/requirements.txt'),
    say: (text) => console.error(text),
  });
  if (python === null) throw new Error('the libraries of test/foreign/requirements.txt cannot be had here');
  const directories = seeds.map((seed) => directoryOf(root, seed));
  for (const [k, seed] of seeds.entries()) writeMarket(directories[k], splitMarket(seed));
  execFileSync(python, [here('lightgbm_models.py'), ...directories], { stdio: ['ignore', 2, 2] });
}

/**
 * Calibrates the exported model of a market on the first half of the events after its training, and replays all of these.
 *
 * @param root - where {@link fitLightGbm} put it.
 * @throws {Error} where a raw confidence is not the probability that LightGBM gives itself.
 */
export async function runLightGbm(root: string, seed: number): Promise<LightGbmScores> {
  const split = splitMarket(seed);
  const { tested } = split;
  const directory = directoryOf(root, seed);
  const nCalibrating = Math.floor(tested.length / 2);
  const answers = await calibrateAndReplay(directory, split, nCalibrating);
  const own = JSON.parse(readFileSync(join(directory, 'predicted.json'), 'utf8')) as number[];
  const difference = largestDifference(answers, own);
  if (!(difference <= TOLERANCE)) throw new Error(`market ${seed}: ${difference} from LightGBM's own probability`);
  const { raw, calibrated } = takenBy(answers);
  const python = own.map((probability) => probability >= 0.5);
  return {
    raw: scoresOf(tested, raw),
    calibrated: scoresOf(tested.slice(nCalibrating), calibrated.slice(nCalibrating)),
    python: scoresOf(tested, python),
    difference,
    nUnanswered: answers.filter((answer) => !isAnswered(answer)).length,
  };
}

/** @param nCalibrating - number of tested events that calibrate, the first ones. @returns an answer for each tested event. */
async function calibrateAndReplay(
  directory: string,
  { market, trained, tested }: SplitMarket,
  nCalibrating: number,
): Promise<Answer[]> {
  const file = (name: string): string => join(directory, name);
  const [bars, labels, model, out] = ['longer.csv', 'longer-labels.csv', 'calibrated.onnx', 'out.ndjson'].map(file);
  const known = [...trained, ...tested.slice(0, nCalibrating)];
  writeBars(bars, market, 0, endOf(known));
  writeLabels(labels, known);
  const until = ['--trained-until', dateOf(endOf(trained) - 1)];
  const chosen = ['--features', 'none', '--columns', COLUMNS.join(','), '--labels', labels, '--workers', '1'];
  await ml4t(['calibrate', file('lightgbm.onnx'), bars, ...chosen, ...until, '--model', model]);
  await ml4t(['replay', file('newer.csv'), '--labels', file('newer-labels.csv'), '--model', model, '--out', out]);
  return readAnswers(out, tested);
}

/** Over what was answered; infinite where a probability is missing. */
function largestDifference(answers: readonly Answer[], own: readonly number[]): number {
  if (answers.length !== own.length) return Number.POSITIVE_INFINITY;
  const differences = answers.map((answer, k) =>
    isAnswered(answer) ? Math.abs((answer.raw_confidence ?? Number.POSITIVE_INFINITY) - own[k]) : 0,
  );
  return Math.max(...differences);
}
