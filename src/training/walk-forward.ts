import { TrainingError } from '../core/index.ts';
import { type Calibrator, calibrate, fitCalibrator, type Predictor } from '../model/index.ts';
import {
  evaluateForecasts,
  type FoldScores,
  prequentialBaseRate,
  scoreForecasts,
  type ValidationMetrics,
  type WalkForwardFold,
  walkForwardFolds,
} from '../validation/index.ts';
import { pick } from './dataset/instrument-events.ts';
import { type FitContext, featureRows, fitRows, stepsOfFit } from './fit-rows.ts';
import { endTicks } from './timeline.ts';

/** The result of the walk-forward: one out-of-sample probability for every event outside the first block. */
export interface TestedEvents {
  /** (nEvents,) test fold, -1 where untested. */
  readonly fold: Int16Array;
  /** (nEvents,) the predictor's probability, NaN where untested. */
  readonly rawProbability: Float64Array;
  /** (nEvents,) the same after the fold's calibrator, NaN where untested. */
  readonly probability: Float64Array;
  readonly metrics: ValidationMetrics;
}

/**
 * Purged walk-forward: every block is judged by a predictor, a regime model and a calibrator fitted only on labels that had
 * ended before the block began.
 */
export async function runWalkForward(
  context: FitContext,
  onProgress: (done: number, total: number) => void,
): Promise<TestedEvents> {
  const { nFolds } = context.config.walkForward;
  const nSteps = nFolds * stepsOfFit(context);
  let done = 0;
  onProgress(done, nSteps);
  const onSteps = (n: number): void => {
    done += n;
    onProgress(done, nSteps);
  };
  // Folds do not depend on each other until calibration, so they share the pool.
  const raw = await Promise.all(Array.from({ length: nFolds }, (_, fold) => predictFold(context, fold, onSteps)));
  return judgeFolds(context, raw);
}

/**
 * One block of the walk-forward, by itself: the forecasts of a predictor fitted on the events before it.
 *
 * @param fold - 0 .. nFolds - 1.
 * @returns (nTest,) raw probabilities, in the order of the block's events.
 * @throws {TrainingError} when purging leaves the fold nothing to learn from.
 */
export async function predictFold(
  context: FitContext,
  fold: number,
  onSteps: (nDone: number) => void = () => undefined,
): Promise<Float64Array> {
  const { predictor, x, test } = await fitFold(context, fold, onSteps);
  return predictor.predictMany(x, test.length);
}

/** A fitted block of the walk-forward: the predictor of the events before it, and its own events as that predictor sees them. */
export interface FittedFold {
  readonly predictor: Predictor;
  /** (nTest,) event rows of the block. */
  readonly test: Int32Array;
  /** (nTest, nFeatures) */
  readonly x: Float32Array;
}

/** The fit behind {@link predictFold}. @throws {TrainingError} as there. */
export async function fitFold(
  context: FitContext,
  fold: number,
  onSteps: (nDone: number) => void = () => undefined,
): Promise<FittedFold> {
  const { train, test } = context.folds[fold];
  if (train.length === 0) {
    const message = `purging leaves fold ${fold + 1} no event to train on; use fewer folds, shorter labels or more bars`;
    throw new TrainingError('NOT_ENOUGH_EVENTS', message);
  }
  const { predictor, regimeFit } = await fitRows(context, train, onSteps);
  return { predictor, test, x: await featureRows(context, test, regimeFit.model) };
}

/**
 * Calibrates and scores the forecasts of all blocks.
 *
 * @param raw - of every block, in order, what {@link predictFold} returned.
 */
export function judgeFolds(context: FitContext, raw: readonly Float64Array[]): TestedEvents {
  const { folds, events } = context;
  const n = events.label.length;
  const rawProbability = new Float64Array(n).fill(Number.NaN);
  folds.forEach(({ test }, fold) => {
    test.forEach((row, k) => {
      rawProbability[row] = raw[fold][k];
    });
  });
  const foldOf = new Int16Array(n).fill(-1);
  const probability = new Float64Array(n).fill(Number.NaN);
  for (const fold of folds) {
    const calibrator = foldCalibrator(context, fold, rawProbability);
    for (const row of fold.test) {
      foldOf[row] = fold.fold;
      probability[row] = calibrate(calibrator, rawProbability[row]);
    }
  }
  return { fold: foldOf, rawProbability, probability, metrics: judge(context, probability) };
}

/** The calibrator of every block, in order. @param rawProbability - (nEvents,) out-of-sample raw probabilities. */
export function foldCalibrators(context: FitContext, rawProbability: Float64Array): Calibrator[] {
  return context.folds.map((fold) => foldCalibrator(context, fold, rawProbability));
}

/**
 * The blocks of the walk-forward, purged in the common time. The embargo is in bars of each label's own instrument, so it is
 * added to the label ends.
 *
 * @throws {ConditionError} when there are fewer events than blocks.
 */
export function purgedFolds({
  timeline,
  instruments,
  events,
  config,
}: Pick<FitContext, 'timeline' | 'instruments' | 'events' | 'config'>): WalkForwardFold[] {
  const ends = endTicks(timeline, instruments, events, config.walkForward.embargoBars);
  return walkForwardFolds(events.t0, ends, { ...config.walkForward, embargoBars: 0 });
}

/** Fitted on the out-of-sample probabilities of events whose labels had ended before the block; identity for the first. */
function foldCalibrator(context: FitContext, fold: WalkForwardFold, rawProbability: Float64Array): Calibrator {
  const tested = fold.train.filter((row) => !Number.isNaN(rawProbability[row]));
  return fitCalibrator(pick(rawProbability, tested), pick(context.events.label, tested));
}

/** Scores every fold and all of them together; the benchmark uses the labels of the first block as well. */
function judge({ timeline, events, folds }: FitContext, probability: Float64Array): ValidationMetrics {
  const benchmark = prequentialBaseRate(events.t0, events.t1, events.label);
  const scores = folds.map((fold): FoldScores => {
    const { fold: index, train, test, nPurged } = fold;
    const forecasts = {
      label: pick(events.label, test),
      probability: pick(probability, test),
      benchmark: pick(benchmark, test),
    };
    return { fold: index, nTrain: train.length, nPurged, ...scoreForecasts(forecasts) };
  });
  const tested = Int32Array.from(events.label.keys()).filter((row) => row >= folds[0].test[0]);
  return evaluateForecasts(
    {
      t0: pick(events.t0, tested),
      t1: pick(events.t1, tested),
      label: pick(events.label, tested),
      ret: pick(events.ret, tested),
      probability: pick(probability, tested),
      benchmark: pick(benchmark, tested),
      tsEvent: timeline.tsEvent,
    },
    scores,
  );
}
