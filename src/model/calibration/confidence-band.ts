import { Rng } from '../../core/index.ts';
import { quantilesOfSorted, sortedCopy, stationaryBlocks } from '../../math/index.ts';
import type { ScoreSteps } from './calibration-spread.ts';
import { calibrate } from './calibrator.ts';
import { calibratorRefit } from './calibrator-refit.ts';
import { addStep } from './join-steps.ts';

/** Number of resamples behind a band that is kept. */
const N_RESAMPLES = 200;
/** Most steps of a band. */
const MAX_STEPS = 512;
/** Number of equal parts of the resamples: the first and the last, 5 % each, lie outside a band. */
const N_PARTS = 20;

export interface BandOptions {
  /** Mean length of the blocks that are drawn, rows, >= 1. */
  readonly meanBlock: number;
  readonly seed: number;
  /** Number of resamples; default 200. */
  readonly nResamples?: number;
}

/**
 * The 90 % interval of a calibrated probability, by score: 5 % and 95 % quantiles of the calibrator, refitted on stationary block
 * resamples of the scores it was fitted on. It says how well the calibrator is known, and nothing about the next label.
 *
 * @param raw - (n,) out-of-sample scores in time order. @param label - (n,) 0 or 1.
 * @returns at most 512 steps, at scores that occur.
 */
export function confidenceBand(raw: Float64Array, label: Uint8Array, options: BandOptions): ScoreSteps {
  const { meanBlock, seed, nResamples = N_RESAMPLES } = options;
  const grid = gridOf(raw);
  const values = grid.map(() => new Float64Array(nResamples));
  const refit = calibratorRefit(raw, label);
  const rng = new Rng(seed);
  const runs: number[] = [];
  for (let r = 0; r < nResamples; r++) {
    runs.length = 0;
    stationaryBlocks(rng, raw.length, meanBlock, (from, to) => runs.push(from, to));
    const calibrator = refit(runs);
    grid.forEach((score, g) => {
      values[g][r] = calibrate(calibrator, score);
    });
  }
  const steps = { scores: [], low: [], high: [] };
  grid.forEach((score, g) => {
    const quantiles = quantilesOfSorted(values[g].sort(), N_PARTS);
    addStep(steps, score, quantiles[1], quantiles[N_PARTS - 1]);
  });
  return steps;
}

/** Scores in equal steps of their mass, from the smallest to the largest, each once. */
function gridOf(raw: Float64Array): number[] {
  const sorted = sortedCopy(Float32Array.from(raw));
  const last = sorted.length - 1;
  const nSteps = Math.min(MAX_STEPS, sorted.length);
  const scores = Array.from({ length: nSteps }, (_, i) => sorted[Math.round((i * last) / Math.max(1, nSteps - 1))]);
  return scores.filter((score, i) => i === 0 || score !== scores[i - 1]);
}
