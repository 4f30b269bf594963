import type { OrchestratorConfig } from '../config/index.ts';
import { hashSeed } from '../core/index.ts';
import { type FeatureName, type RegimeModel, WINDOW_BARS } from '../domain/index.ts';
import { FEATURES, type RegimeFit } from '../features/index.ts';
import { balancedClassWeights, sampleWeights } from '../labeling/index.ts';
import { columnAt, pick } from '../math/index.ts';
import {
  type FeatureProfile,
  fitPredictor,
  type LabelSpans,
  type LearnerContext,
  type Predictor,
} from '../model/index.ts';
import type { WalkForwardFold } from '../validation/index.ts';
import type { ComputePool } from './compute/compute-pool.ts';
import { learnerPool, type OnProfiles } from './compute/learner-pool.ts';
import { eventFeatures } from './dataset/event-features.ts';
import type { LabelledEvents } from './dataset/labelled-events.ts';
import type { FixedPredictor } from './fixed/fixed-predictor.ts';
import type { FeatureInputs } from './inputs/feature-inputs.ts';
import type { InstrumentBars } from './instrument-bars.ts';
import type { LabelerRecord } from './labels/labeler-record.ts';
import type { OwnParts, TrainingParts } from './own-parts.ts';
import { endTicks, type Timeline } from './timeline.ts';

/** Stream of the seed for the regime fits; trees use the streams >= 0. */
const REGIME_STREAM = -1;

/** What every part of a training reads. Rows are events. */
export interface FitContext {
  readonly instruments: readonly InstrumentBars[];
  readonly timeline: Timeline;
  readonly events: LabelledEvents;
  /** The blocks of the walk-forward, in time order. */
  readonly folds: readonly WalkForwardFold[];
  /** The settings, with `featureNames` as the columns of the model. */
  readonly config: OrchestratorConfig;
  readonly parts: TrainingParts;
  /** Definitions of the caller; absent for the built-in ones. */
  readonly own?: OwnParts | undefined;
  /** A predictor that was made elsewhere; null where one is fitted. */
  readonly fixed: FixedPredictor | null;
  /** Null for the built-in labeler. */
  readonly ownLabeler: LabelerRecord | null;
  /** What the features read besides the events' own bars. */
  readonly inputs: FeatureInputs;
  /** (nEvents, nFeatures) features with no regime model fitted yet, float32 as trees compare them. */
  readonly baseFeatures: Float32Array;
  /** (nEvents,) VPIN of every event's window; NaN where the window has no volume. */
  readonly vpin: Float64Array;
  readonly pool: ComputePool;
  /** Whether accounts follow the judged trades. */
  readonly isFollowed: boolean;
  /** Becomes aborted when the training is cancelled. */
  readonly signal: { readonly aborted: boolean };
}

/** What a predictor learns from a set of events, and from nothing else. */
export interface LearningRows {
  /** (nTrain,) event rows in time order. */
  readonly rows: Int32Array;
  readonly regimeFit: RegimeFit;
  /** (train.length,) 0 or 1. */
  readonly label: Uint8Array;
  /** (train.length,) sample weights. */
  readonly weight: Float64Array;
  /** (train.length, nFeatures) features under this fit's regime model. */
  readonly x: Float32Array;
}

/**
 * Fits regime model and weights on the given events: bars after the last of their label ends are never touched.
 *
 * @param train - (nTrain,) event rows in time order.
 */
export async function learningRows(context: FitContext, train: Int32Array): Promise<LearningRows> {
  const { events, config, pool } = context;
  const seed = hashSeed(config.forest.randomState, REGIME_STREAM);
  const regimeFit = await pool.run('regime', trainingCloses(context, train), { ...config.regime, seed });
  const label = pick(events.label, train);
  const weight = trainingWeights(context, train, label);
  const x = rowsWith(context, train, await regimeColumns(context, train, regimeFit.model));
  return { rows: train, regimeFit, label, weight, x };
}

/** A predictor, and the profiles of its features where it binned them; null where it did not. */
export interface FittedPredictor {
  readonly predictor: Predictor;
  readonly profiles: readonly FeatureProfile[] | null;
}

/**
 * Fits a predictor, or takes the one that was made elsewhere.
 *
 * @param onSteps - called with the number of the learner's steps just done; {@link stepsOfFit} in all.
 */
export async function fitOn(
  context: FitContext,
  { rows, label, weight, x }: LearningRows,
  onSteps: (nDone: number) => void = () => undefined,
): Promise<FittedPredictor> {
  const { config, pool, parts, signal, fixed } = context;
  if (fixed !== null) {
    onSteps(1);
    return { predictor: fixed.predictor, profiles: null };
  }
  let profiles: readonly FeatureProfile[] | null = null;
  const onProfiles: OnProfiles = (binned, of) => {
    if (binned === x) profiles = of;
  };
  const steps = countedSteps(stepsOfFit(context), onSteps);
  const predictor = await fitPredictor(parts.learner, x, label, weight, {
    seed: config.forest.randomState,
    featureNames: config.featureNames,
    settings: learnerSettings(config),
    spans: spansOf(context, rows),
    pool: learnerPool(pool, onProfiles),
    onSteps: steps.advance,
    signal,
  });
  steps.finish();
  return { predictor, profiles };
}

function learnerSettings({ forest, boosting }: OrchestratorConfig): LearnerContext['settings'] {
  return { forest, boosting };
}

/** When the labels of rows began and ended in the common time, as the blocks of the walk-forward are purged. */
function spansOf({ timeline, instruments, events, config }: FitContext, rows: Int32Array): LabelSpans {
  const ended = { instrument: pick(events.instrument, rows), exit: pick(events.exit, rows) };
  const end = endTicks(timeline, instruments, ended, config.walkForward.embargoBars);
  return { start: pick(events.t0, rows), end };
}

/** Number of steps of one fit, for the progress of a training. */
export function stepsOfFit({ parts, config, fixed }: Pick<FitContext, 'parts' | 'config' | 'fixed'>): number {
  if (fixed !== null) return 1;
  return Math.max(1, Math.round(parts.learner.value.steps?.(learnerSettings(config)) ?? 1));
}

/** Passes on a fit's steps, but in all exactly as many as were announced. */
function countedSteps(nSteps: number, onSteps: (nDone: number) => void) {
  let left = nSteps;
  const advance = (nDone: number): void => {
    const n = Math.max(0, Math.min(left, nDone));
    left -= n;
    if (n > 0) onSteps(n);
  };
  return { advance, finish: () => advance(left) };
}

/** Events as a fit sees them, and the regime it finds them in. */
export interface ServedRows {
  /** (nRows, nFeatures) float32 features. */
  readonly x: Float32Array;
  /** (nRows,) probability of the turbulent regime; NaN without a regime model. */
  readonly turbulence: Float64Array;
}

/** The given events under the regime model of a fit that has not seen them. */
export async function servedRows(
  context: FitContext,
  rows: Int32Array,
  regime: RegimeModel | null,
): Promise<ServedRows> {
  const columns = await regimeColumns(context, rows, regime, [FEATURES.regime.name]);
  const turbulence = columns.get(FEATURES.regime.name) ?? new Float64Array(rows.length).fill(Number.NaN);
  return { x: rowsWith(context, rows, columns), turbulence };
}

/** (nRows, nFeatures) float32: the features that need no regime model, and those columns in place of the others. */
function rowsWith(
  { config, baseFeatures }: FitContext,
  rows: Int32Array,
  columns: ReadonlyMap<FeatureName, Float64Array>,
): Float32Array {
  const names = config.featureNames;
  const nFeatures = names.length;
  const x = new Float32Array(new SharedArrayBuffer(4 * rows.length * nFeatures));
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k] * nFeatures;
    const to = k * nFeatures;
    for (let j = 0; j < nFeatures; j++) x[to + j] = baseFeatures[from + j];
  }
  names.forEach((name, j) => {
    const values = columns.get(name);
    if (values === undefined) return;
    for (let k = 0; k < rows.length; k++) x[k * nFeatures + j] = values[k];
  });
  return x;
}

/** (nRows,) of every feature of the model that needs a regime model, and of `more`; none without one. */
async function regimeColumns(
  context: FitContext,
  rows: Int32Array,
  regime: RegimeModel | null,
  more: readonly FeatureName[] = [],
): Promise<ReadonlyMap<FeatureName, Float64Array>> {
  if (regime === null) return new Map();
  const { config, parts } = context;
  const needing = config.featureNames.filter((name) => parts.features.get(name)?.needs.includes('regime'));
  const names = [...new Set([...needing, ...more])];
  const values = await eventFeatures(context, rows, names, regime);
  return new Map(names.map((name, i) => [name, columnAt(values, i, names.length)]));
}

/** The closes a fit may read, of each instrument: from the window of its first event to its last label end. */
function trainingCloses({ instruments, events }: FitContext, train: Int32Array): Float64Array[] {
  const first = instruments.map(() => Infinity);
  const last = instruments.map(() => -1);
  for (let k = 0; k < train.length; k++) {
    const row = train[k];
    const i = events.instrument[row];
    first[i] = Math.min(first[i], events.entry[row]);
    last[i] = Math.max(last[i], events.exit[row]);
  }
  return instruments.map(({ bars }, i) =>
    last[i] < 0 ? new Float64Array() : bars.close.subarray(Math.max(0, first[i] - WINDOW_BARS + 1), last[i] + 1),
  );
}

/**
 * Uniqueness is counted within an instrument: spans in another one are not the same price move. A span of given labels begins after
 * its first bar, at whose close nothing is earned yet: else of labels a bar long a win, which the next event follows more often, would
 * weigh less than a loss.
 */
function trainingWeights(context: FitContext, train: Int32Array, label: Uint8Array): Float64Array {
  const { instruments, events, config } = context;
  // The bars of one instrument follow those of the other, so that spans of different instruments never overlap.
  let nBars = 0;
  const firstBar = instruments.map(({ bars }) => {
    nBars += bars.length;
    return nBars - bars.length;
  });
  const at = (bar: Int32Array, nLater = 0): Int32Array => {
    const placed = new Int32Array(train.length);
    for (let k = 0; k < train.length; k++) placed[k] = firstBar[events.instrument[train[k]]] + bar[train[k]] + nLater;
    return placed;
  };
  const first = at(events.entry, events.isGiven ? 1 : 0);
  const weight = sampleWeights(first, at(events.exit), pick(events.ret, train), config.weights);
  if (config.weights.classWeight === 'none') return weight;
  const balance = balancedClassWeights(label, weight);
  for (let k = 0; k < weight.length; k++) weight[k] *= balance[label[k]];
  return weight;
}
