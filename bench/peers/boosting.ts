import { type BoostingOptions, boostingPredictor, quantizeWeights } from '../../src/model/index.ts';
import type { ComputePool } from '../../src/training/index.ts';
import { learnerPool } from '../../src/training/index.ts';
import { rocAucScore } from '../../src/validation/index.ts';
import type { LearningSet } from '../support/learning-set.ts';
import { median } from '../support/statistics.ts';
import type { PeerFit, PythonPeers } from './python-peers.ts';

/** As in `peers.py`. */
const OPTIONS: BoostingOptions = { nEstimators: 100, maxDepth: 5, learningRate: 0.1 };

/** The learning set with its columns on shared memory, and other rows to judge by. */
export interface BoostedSet {
  readonly train: LearningSet;
  readonly test: Pick<LearningSet, 'x' | 'y'>;
}

/** Boosts with this library and with LightGBM in turn, on one thread and on all: seconds from the rows to the model, and AUC. */
export async function benchBoosting(
  { train, test }: BoostedSet,
  peers: PythonPeers,
  pools: readonly ComputePool[],
  rounds: number,
): Promise<Map<string, PeerFit[]>> {
  const fits = new Map<string, PeerFit[]>();
  const add = (name: string, fit: PeerFit): void => {
    fits.set(name, [...(fits.get(name) ?? []), fit]);
    console.error(`boosting: ${name.padEnd(24)} ${fit.seconds.toFixed(2)} s  AUC ${fit.auc.toFixed(4)}`);
  };
  for (let round = 0; round <= rounds; round++) {
    for (const pool of pools) {
      const threads = `${pool.size} thread${pool.size === 1 ? '' : 's'}`;
      const start = performance.now();
      const { bin, boost } = learnerPool(pool);
      const binned = await bin(train.x, train.nFeatures);
      const boosted = await boost({ binned, y: train.y, weight: quantizeWeights(train.weight) }, OPTIONS);
      const seconds = (performance.now() - start) / 1000;
      const p = boostingPredictor(boosted).predictMany(test.x, test.y.length);
      const peer = await peers.fit(`LightGBM boosting, ${pool.size}`);
      if (round === 0) continue; // the first of each compiles, and starts threads
      add(`ours, ${threads}`, { seconds, auc: rocAucScore(test.y, p) });
      add(`LightGBM, ${threads}`, peer);
    }
  }
  return fits;
}

/** The fits as a section of the results. */
export function boostingSection(title: string, fits: ReadonlyMap<string, readonly PeerFit[]>): string[] {
  const secondsOf = (name: string): number[] => (fits.get(name) ?? []).map(({ seconds }) => seconds);
  const rows = [...fits].map(([name, runs]) => {
    const seconds = secondsOf(name);
    const range = `${median(seconds).toFixed(2)} (${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)})`;
    const peer = secondsOf(name.replace('ours', 'LightGBM'));
    const ratio = `${(median(peer) / median(seconds)).toFixed(1)}×`;
    return `| ${name} | ${range} | ${ratio} | ${median(runs.map(({ auc }) => auc)).toFixed(4)} |`;
  });
  return [
    `## ${title}`,
    '',
    'The same rows, weights, depth, rate and number of trees, `num_leaves` 2^depth, everything else as LightGBM has it by default; from the rows to the model, so with the binning. We boost one model on one thread, and bin on all; folds of a training run beside each other.',
    '',
    '| | seconds | against LightGBM on as many threads | AUC on 40,000 other rows |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}
