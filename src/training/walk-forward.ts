import { TrainingError } from '../core/index.ts';
import type { RegimeModel } from '../domain/index.ts';
import { pick, rowsWhere, sharedBytes, sharedFloats } from '../math/index.ts';
import { type Calibrator, calibrate, fitCalibrator, type Predictor } from '../model/index.ts';
import { type Accounts, prequentialBaseRate, type WalkForwardFold, walkForwardFolds } from '../validation/index.ts';
import { pooledBounds } from './compute/by-features.ts';
import { nextTurn } from './compute/next-turn.ts';
import { type FeatureBounds, riskRange, rowsWithin } from './dataset/feature-bounds.ts';
import { calibrationSpread } from './decisions/calibration-spread.ts';
import { decidedEvents } from './decisions/decided-dataset.ts';
import { decideFolds, endedTicks } from './decisions/fold-decisions.ts';
import { countedTrades, judgeTraining } from './decisions/judge-training.ts';
import { servedFactors, sizingStatistics } from './decisions/sizing-statistics.ts';
import type { TestedEvents } from './decisions/tested-events.ts';
import { trainingAccounts } from './decisions/training-accounts.ts';
import { type FitContext, fitOn, learningRows, type ServedRows, servedRows, stepsOfFit } from './fit-rows.ts';
import { unseenFolds } from './fixed/seen-events.ts';
import { endTicks } from './timeline.ts';

const NO_ACCOUNTS: Accounts = { every: null, taken: null };

/** Forecasts of one block of the walk-forward, in the order of its events. */
export interface FoldForecasts {
  /** (nTest,) the predictor's probability. */
  readonly probability: Float64Array;
  /** (nTest,) 1 where the model would answer; 0 where it would say out of distribution. */
  readonly isAnswered: Uint8Array;
  /** (nTest,) probability of the turbulent regime by the fold's regime model; NaN where it has none. */
  readonly turbulence: Float64Array;
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
  const forecasts = await Promise.all(Array.from({ length: nFolds }, (_, fold) => predictFold(context, fold, onSteps)));
  return judgeFolds(context, forecasts);
}

/**
 * One block of the walk-forward, by itself: the forecasts of a predictor fitted on the events before it.
 *
 * @param fold - 0 .. nFolds - 1.
 * @throws {TrainingError} when purging leaves the fold nothing to learn from.
 */
export async function predictFold(
  context: FitContext,
  fold: number,
  onSteps: (nDone: number) => void = () => undefined,
): Promise<FoldForecasts> {
  const { predictor, x, turbulence, test, bounds } = await fitFold(context, fold, onSteps);
  return { probability: predictor.predictMany(x, test.length), isAnswered: rowsWithin(bounds, x), turbulence };
}

/** A fitted block of the walk-forward: the predictor of the events before it, and its own events as that predictor sees them. */
export interface FittedFold extends ServedRows {
  readonly predictor: Predictor;
  /** (nTest,) event rows of the block. */
  readonly test: Int32Array;
  /** Null where none could be fitted. */
  readonly regime: RegimeModel | null;
  /** (nFeatures,) normal ranges of the features in the training rows. */
  readonly bounds: readonly FeatureBounds[];
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
  const rows = await learningRows(context, train);
  const regime = rows.regimeFit.model;
  const [{ predictor, profiles }, served] = await Promise.all([
    fitOn(context, rows, onSteps),
    servedRows(context, test, regime),
  ]);
  const bounds = profiles ?? (await pooledBounds(context.pool, context.config.featureNames.length, rows.x));
  return { predictor, regime, test, ...served, bounds };
}

/**
 * Calibrates, decides and judges the forecasts of all blocks.
 *
 * @param forecasts - of every block, in order, what {@link predictFold} returned.
 */
export async function judgeFolds(context: FitContext, forecasts: readonly FoldForecasts[]): Promise<TestedEvents> {
  const { folds, events, pool } = context;
  pool.withdraw?.(); // until what is judged elsewhere is known
  const n = events.label.length;
  const foldOf = new Int16Array(n).fill(-1);
  const rawProbability = new Float64Array(n).fill(Number.NaN);
  const isAnswered = sharedBytes(n);
  const turbulence = new Float64Array(n).fill(Number.NaN);
  for (const { fold, test } of folds) {
    const forecast = forecasts[fold];
    for (let k = 0; k < test.length; k++) {
      const row = test[k];
      foldOf[row] = fold;
      rawProbability[row] = forecast.probability[k];
      isAnswered[row] = forecast.isAnswered[k];
      turbulence[row] = forecast.turbulence[k];
    }
  }
  leaveUnusualStops(context, isAnswered);
  // The threads of the pool refit the calibrator while this one calibrates and judges.
  const calibrated = nextTurn().then(() => calibratedFolds(context, rawProbability));
  const [spread, judged] = await Promise.all([
    calibrationSpread(context, { rawProbability, probability: calibrated }),
    calibrated.then((probability) =>
      judgeProbabilities(context, { fold: foldOf, rawProbability, probability, isAnswered }, turbulence),
    ),
  ]);
  return { ...judged, spread };
}

/** Decides and judges. @param turbulence - (nEvents,) as in {@link FoldForecasts}. */
async function judgeProbabilities(
  context: FitContext,
  known: Pick<TestedEvents, 'fold' | 'rawProbability' | 'probability' | 'isAnswered'>,
  turbulence: Float64Array,
): Promise<Omit<TestedEvents, 'spread'>> {
  const { folds, events, instruments } = context;
  const { probability } = known;
  const names = instruments.map(({ instrument }) => instrument ?? '');
  const decided = decideFolds({ events, ended: endedTicks(context), folds, probability, names });
  const { decisions } = decided;
  const baseRate = prequentialBaseRate(events.t0, events.t1, events.label);
  const forecast = { ...known, baseRate, decisions };
  const counted = countedTrades(events, forecast);
  await nextTurn();
  const statistics = { ...decided.statistics, ...sizingStatistics(context, forecast, turbulence, counted) };
  const tested = { ...forecast, ...servedFactors(context, turbulence), statistics };
  await nextTurn();
  const [accounts, metrics] = await Promise.all([
    context.isFollowed ? trainingAccounts(context, decidedEvents(events, tested)) : NO_ACCOUNTS,
    judgeTraining(context, tested, counted),
  ]);
  return { ...tested, metrics, accounts };
}

/** A fold whose training rows never had such a stop knows nothing of the trade, as little as {@link riskRange} lets the model. */
function leaveUnusualStops({ folds, events, config }: FitContext, isAnswered: Uint8Array): void {
  for (const { train, test } of folds) {
    if (train.length === 0) continue;
    const [low, high] = riskRange(pick(events.risk, train), config.featureNames.length);
    for (let k = 0; k < test.length; k++) {
      const row = test[k];
      if (!(events.risk[row] >= low && events.risk[row] <= high)) isAnswered[row] = 0;
    }
  }
}

/** (nEvents,) probabilities after the calibrator of their fold; NaN where untested. */
function calibratedFolds(context: FitContext, rawProbability: Float64Array): Float64Array {
  const probability = sharedFloats(rawProbability.length).fill(Number.NaN);
  for (const fold of context.folds) {
    const calibrator = foldCalibrator(context, fold, rawProbability);
    const { test } = fold;
    for (let k = 0; k < test.length; k++) probability[test[k]] = calibrate(calibrator, rawProbability[test[k]]);
  }
  return probability;
}

/** The calibrator of every block, in order. @param rawProbability - (nEvents,) out-of-sample raw probabilities. */
export function foldCalibrators(context: FitContext, rawProbability: Float64Array): Calibrator[] {
  return context.folds.map((fold) => foldCalibrator(context, fold, rawProbability));
}

/**
 * The blocks of the walk-forward, purged in the common time. The embargo is in bars of each label's own instrument, so it is
 * added to the label ends.
 *
 * @throws {ConditionError} when there are fewer events than blocks. @throws {TrainingError} when a fixed predictor may know too many of them.
 */
export function purgedFolds({
  timeline,
  instruments,
  events,
  config,
  fixed,
}: Pick<FitContext, 'timeline' | 'instruments' | 'events' | 'config' | 'fixed'>): WalkForwardFold[] {
  const ends = endTicks(timeline, instruments, events, config.walkForward.embargoBars);
  if (fixed !== null) return unseenFolds({ timeline, events, config }, ends, fixed.trainedUntil);
  return walkForwardFolds(events.t0, ends, { ...config.walkForward, embargoBars: 0 });
}

/** Fitted on the out-of-sample probabilities of events whose labels had ended before the block; identity for the first. */
function foldCalibrator(context: FitContext, fold: WalkForwardFold, rawProbability: Float64Array): Calibrator {
  const tested = pick(
    fold.train,
    rowsWhere(fold.train.length, (k) => !Number.isNaN(rawProbability[fold.train[k]])),
  );
  return fitCalibrator(pick(rawProbability, tested), pick(context.events.label, tested));
}
