import { hashSeed, Rng } from '../../core/index.ts';
import { calibrate } from '../../model/index.ts';
import { eventLogLoss, meanOf } from '../../validation/index.ts';
import { nextTurn } from '../compute/next-turn.ts';
import { FIRST_COUNTED_FOLD } from '../decisions/fold-decisions.ts';
import { type FitContext, stepsOfFit } from '../fit-rows.ts';
import { type FittedFold, fitFold, foldCalibrators } from '../walk-forward.ts';

/** Loss of the forecasts without one feature. */
export interface FeatureLoss {
  /** Mean increase of the mean log loss over the repeats, nats; about 0 or below for a feature that is of no use. */
  readonly mean: number;
  /** Sample standard deviation (n − 1) over the repeats, nats. */
  readonly sd: number;
}

/** Permutation importance of every feature, out of sample. */
export interface PermutationImportance {
  readonly nRepeats: number;
  /** Mean log loss of the counted folds of the walk-forward, without a shuffle. */
  readonly logLoss: number;
  readonly features: Readonly<Record<string, FeatureLoss>>;
}

export interface PermutationOptions {
  /** Shuffles of a feature; >= 2. */
  readonly nRepeats: number;
  /** Seed of the shuffles. */
  readonly seed: number;
  /** @param done - number of steps of the fits and shuffles done. @param total - of both. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Stream of the seed for the shuffles; trees use the streams >= 0, the regime fits −1. */
const SHUFFLE_STREAM = -2;

/**
 * How much worse the walk-forward forecasts become when one feature is shuffled among the events of each test block, so that it
 * keeps its distribution and loses its meaning. Every fold is fitted again, as in the training, and never on its test events; those
 * that a training does not count are not judged.
 *
 * @returns deterministic in context and seed, on any number of workers.
 * @throws {TrainingError} when purging leaves a fold nothing to learn from.
 * @see Breiman (2001), Random Forests, section 10; scikit-learn `permutation_importance`, here within each test block.
 */
export async function permutationImportance(
  context: FitContext,
  { nRepeats, seed, onProgress }: PermutationOptions,
): Promise<PermutationImportance> {
  const { nFolds } = context.config.walkForward;
  const names = context.config.featureNames;
  const nCounted = nFolds - FIRST_COUNTED_FOLD;
  const total = nFolds * stepsOfFit(context) + names.length * nRepeats * nCounted;
  let done = 0;
  const advance = (n: number): void => {
    done += n;
    onProgress?.(done, total);
  };
  const fitted = await Promise.all(Array.from({ length: nFolds }, (_, fold) => fitFold(context, fold, advance)));
  const judges = foldJudges(context, fitted).slice(FIRST_COUNTED_FOLD);
  const folds = fitted.slice(FIRST_COUNTED_FOLD);
  const logLoss = meanOf(Float64Array.from(judges.flatMap((judge, f) => Array.from(judge(folds[f].x)))));
  const features: Record<string, FeatureLoss> = {};
  for (let j = 0; j < names.length; j++) {
    const increases = new Float64Array(nRepeats);
    for (let r = 0; r < nRepeats; r++) {
      const rng = new Rng(hashSeed(hashSeed(seed, SHUFFLE_STREAM), j * nRepeats + r));
      const losses: number[] = [];
      for (const [f, judge] of judges.entries()) {
        for (const loss of judge(shuffledColumn(folds[f].x, names.length, j, rng))) losses.push(loss);
        advance(1);
        await nextTurn(); // so that the progress can be shown
      }
      increases[r] = meanOf(Float64Array.from(losses)) - logLoss;
    }
    features[names[j]] = spreadOf(increases);
  }
  return { nRepeats, logLoss, features };
}

/** For every fold a function from the features of its events to their (nTest,) log losses. */
function foldJudges(context: FitContext, folds: readonly FittedFold[]): ((x: Float32Array) => Float64Array)[] {
  const { label } = context.events;
  const raw = new Float64Array(label.length).fill(Number.NaN);
  folds.forEach(({ predictor, test, x }) => {
    predictor.predictMany(x, test.length).forEach((p, k) => {
      raw[test[k]] = p;
    });
  });
  const calibrators = foldCalibrators(context, raw);
  return folds.map(({ predictor, test }, f) => (x) => {
    const forecasts = predictor.predictMany(x, test.length);
    return Float64Array.from(forecasts, (p, k) => eventLogLoss(label[test[k]], calibrate(calibrators[f], p)));
  });
}

/** A copy whose column `j` is shuffled (Fisher–Yates). */
function shuffledColumn(x: Float32Array, nFeatures: number, j: number, rng: Rng): Float32Array {
  const out = x.slice();
  for (let k = x.length / nFeatures - 1; k > 0; k--) {
    const other = rng.nextInt(k + 1);
    const kept = out[k * nFeatures + j];
    out[k * nFeatures + j] = out[other * nFeatures + j];
    out[other * nFeatures + j] = kept;
  }
  return out;
}

function spreadOf(values: Float64Array): FeatureLoss {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
