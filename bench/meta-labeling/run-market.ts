import { hashSeed, Rng } from '../../src/core/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { isAnswered, ml4t, readAnswers, takenBy } from './command-line.ts';
import { COLUMNS } from './market-files.ts';
import { type Scores, scoresOf } from './scores.ts';
import { splitMarket, writeMarket } from './split-market.ts';

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
  const split = splitMarket(seed);
  const { tested } = split;
  const { bars, labels, newer, newerLabels } = writeMarket(directory.file('market'), split);
  const [model, out] = ['model.onnx', 'out.ndjson'].map((name) => directory.file(name));
  const set = settings.flatMap((assignment) => ['--set', assignment]);
  const chosen = ['--features', 'none', '--columns', COLUMNS.join(',')];
  await ml4t(['train', bars, '--labels', labels, ...chosen, '--workers', '1', '--model', model, ...set]);
  await ml4t(['replay', newer, '--labels', newerLabels, '--model', model, '--out', out]);
  const answers = readAnswers(out, tested);
  const { raw, calibrated } = takenBy(answers);
  const always = tested.map(() => true);
  return {
    raw: scoresOf(tested, raw),
    calibrated: scoresOf(tested, calibrated),
    coin: scoresOf(tested, coinFlips(tested.length, seed)),
    always: scoresOf(tested, always),
    nUnanswered: answers.filter((answer) => !isAnswered(answer)).length,
  };
}

/** A choice by chance of half of the events, another one in each market. */
function coinFlips(n: number, seed: number): boolean[] {
  const rng = new Rng(hashSeed(seed, 1));
  return Array.from({ length: n }, () => rng.nextInt(2) === 1);
}
