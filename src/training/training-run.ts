import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ConditionError } from '../core/index.ts';
import { settleVpin } from '../domain/index.ts';
import { FEATURES } from '../features/index.ts';
import type { Sha256 } from '../ports/index.ts';
import type { ValidationMetrics } from '../validation/index.ts';
import type { ComputePool } from './compute/compute-pool.ts';
import { checkOwnFeatures } from './dataset/check-features.ts';
import { completeEvents, type MissingInputs, missingSentence, refuseMissing } from './dataset/complete-events.ts';
import { eventFeatures } from './dataset/event-features.ts';
import { labelerRecordOf } from './dataset/labeler-record.ts';
import type { LabelledDataset } from './dataset/labelled-dataset.ts';
import { checkTrainable, labelInstruments } from './dataset/labelled-events.ts';
import { toxicityOf } from './dataset/toxicity.ts';
import { datasetOf } from './decisions/decided-dataset.ts';
import type { TestedEvents } from './decisions/tested-events.ts';
import { type FitContext, fitRows, stepsOfFit } from './fit-rows.ts';
import { type ContextInstrument, featureInputs } from './inputs/feature-inputs.ts';
import { checkInstruments, type InstrumentBars } from './instrument-bars.ts';
import { assembleModel, importanceByName } from './model-parts.ts';
import { type OwnParts, trainingParts } from './own-parts.ts';
import { commonTimeline } from './timeline.ts';
import type { TrainingTimings } from './training-result.ts';
import { purgedFolds, runWalkForward } from './walk-forward.ts';

export interface TrainingRequest {
  /** One, or several in the order of their names, whose events make one model. */
  readonly instruments: readonly InstrumentBars[];
  readonly config: OrchestratorConfig;
  /** Bars of other instruments, which features name. */
  readonly context?: readonly ContextInstrument[];
  /** Definitions of the caller; absent for the built-in ones. The pool must have been made with the same. */
  readonly own?: OwnParts;
  /** Refuse events of which an input is missing, instead of leaving them out; default false. */
  readonly strict?: boolean;
}

/** Signal of a training that nobody cancels. */
const NEVER = { aborted: false } as const;

export const TRAINING_STAGES = ['labels', 'features', 'walk-forward', 'final fit'] as const;

export interface TrainingProgress {
  readonly stage: (typeof TRAINING_STAGES)[number];
  readonly done: number;
  readonly total: number;
}

/** The result of a training as plain data, because it crosses threads. */
export interface TrainingOutput {
  readonly modelBytes: Uint8Array;
  readonly metrics: ValidationMetrics;
  readonly featureImportance: Readonly<Record<string, number>>;
  readonly nSamples: number;
  readonly nFolds: number;
  readonly nBars: number;
  readonly nUnresolved: number;
  readonly nWithoutRange: number;
  readonly missing: MissingInputs;
  readonly dataset: LabelledDataset;
  readonly timingsMs: Omit<TrainingTimings, 'save'>;
}

/** The parts that a training runs on. */
export interface TrainingMachinery {
  readonly pool: ComputePool;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly onProgress: (progress: TrainingProgress) => void;
  /** Becomes aborted when the training is cancelled; by default never. */
  readonly signal?: { readonly aborted: boolean };
}

/** Labelled events and their features: the input of every later part of a training. */
export interface PreparedTraining {
  readonly context: FitContext;
  /** What was left out. */
  readonly missing: MissingInputs;
  readonly timingsMs: Pick<TrainingTimings, 'labels' | 'features'>;
}

/**
 * Learns a meta-model: labels, features, purged walk-forward, final fit, calibration, file. The same request gives the
 * same bytes on any number of workers, and on any number of machines that share its parts.
 *
 * @throws {DataError | TrainingError} when the data gives no honest model.
 */
export async function runTraining(request: TrainingRequest, machinery: TrainingMachinery): Promise<TrainingOutput> {
  const { clock, onProgress } = machinery;
  const prepared = await prepareTraining(request, machinery);
  const lap = lapTimer(clock);
  const tested = await runWalkForward(prepared.context, (done, total) =>
    onProgress({ stage: 'walk-forward', done, total }),
  );
  return finishTraining(prepared, { tested, walkForwardMs: lap() }, machinery);
}

/**
 * The first part of {@link runTraining}.
 *
 * @throws {ConditionError | DataError | TrainingError} when the data gives no honest model.
 */
export async function prepareTraining(
  request: TrainingRequest,
  { pool, clock, onProgress, signal = NEVER }: TrainingMachinery,
): Promise<PreparedTraining> {
  const { instruments } = request;
  checkInstruments(instruments);
  const hasAggressor = instruments.every(({ bars }) => bars.takerBuyVolume !== null);
  const parts = trainingParts(request.own, request.config);
  const featureNames = parts.features.schema(request.config.featureNames);
  const inputs = featureInputs(parts.features.resolve(featureNames), instruments, request.context);
  checkDrawn(request.config, featureNames.length);
  const config = { ...request.config, featureNames, vpin: settleVpin(request.config.vpin, hasAggressor) };
  const lap = lapTimer(clock);
  onProgress({ stage: 'labels', done: 0, total: 1 });
  const timeline = commonTimeline(instruments);
  const { minTrainingSamples } = config.training;
  const all = labelInstruments({ instruments, config, own: request.own }, timeline);
  checkTrainable(all.label, minTrainingSamples);
  const labels = lap();

  onProgress({ stage: 'features', done: 0, total: 1 });
  const ownLabeler = labelerRecordOf(request.own, config.labels.kind);
  const source = { instruments, timeline, config, parts, own: request.own, ownLabeler, inputs, pool };
  const x = await eventFeatures({ ...source, events: all }, everyRow(all), config.featureNames, null);
  const { events, features: baseFeatures, missing } = completeEvents(all, featureNames, x);
  if (request.strict === true) refuseMissing(missing);
  if (missing.nEvents > 0) checkTrainable(events.label, minTrainingSamples, missingSentence(missing));
  const labelled = { ...source, events };
  checkOwnFeatures(labelled, baseFeatures, config.featureNames);
  const vpin = toxicityOf(labelled, await eventFeatures(labelled, everyRow(events), [FEATURES.vpin.name], null));
  const folds = purgedFolds(labelled);
  const context = { ...labelled, folds, baseFeatures, vpin, signal };
  return { context, missing, timingsMs: { labels, features: lap() } };
}

/** @throws {ConditionError} for more features at a split than there are, which the settings cannot know of a module. */
function checkDrawn({ forest: { maxFeatures } }: OrchestratorConfig, nFeatures: number): void {
  if (maxFeatures === 'sqrt' || maxFeatures <= nFeatures) return;
  throw new ConditionError('forest.maxFeatures', `at most the ${nFeatures} features`, maxFeatures);
}

/** The last part of {@link runTraining}: the final fit, on every event, and the file. */
export async function finishTraining(
  { context, missing, timingsMs }: PreparedTraining,
  { tested, walkForwardMs }: { readonly tested: TestedEvents; readonly walkForwardMs: number },
  { sha256, clock, onProgress }: TrainingMachinery,
): Promise<TrainingOutput> {
  const { instruments, events, config } = context;
  const lap = lapTimer(clock);
  const total = stepsOfFit(context);
  let done = 0;
  onProgress({ stage: 'final fit', done: 0, total });
  const fitted = await fitRows(context, everyRow(events), (n) => {
    done += n;
    onProgress({ stage: 'final fit', done, total });
  });
  const parts = await assembleModel({ context, tested, fitted, sha256 });
  const { encodeModel } = await import('../model/onnx/index.ts'); // with the first file; many programs never write one
  const modelBytes = encodeModel(parts, sha256);

  return {
    modelBytes,
    metrics: tested.metrics,
    featureImportance: importanceByName(config.featureNames, fitted.predictor),
    nSamples: events.label.length,
    nFolds: config.walkForward.nFolds,
    nBars: instruments.reduce((n, { bars }) => n + bars.length, 0),
    nUnresolved: events.nUnresolved,
    nWithoutRange: events.nWithoutRange,
    missing,
    dataset: datasetOf(context, tested, fitted),
    timingsMs: { ...timingsMs, walkForward: walkForwardMs, fit: lap() },
  };
}

function everyRow({ label }: { readonly label: Uint8Array }): Int32Array {
  return Int32Array.from(label.keys());
}

/** Milliseconds since the last call. */
function lapTimer(clock: Clock): () => number {
  let last = clock.monotonicNs();
  return () => {
    const now = clock.monotonicNs();
    const elapsed = (now - last) / 1e6;
    last = now;
    return elapsed;
  };
}
