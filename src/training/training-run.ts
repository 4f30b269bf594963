import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ConditionError } from '../core/index.ts';
import { type FeatureName, settleVpin } from '../domain/index.ts';
import { FEATURES } from '../features/index.ts';
import { columnAt, everyRow, pick } from '../math/index.ts';
import type { Sha256 } from '../ports/index.ts';
import type { Accounts, ValidationMetrics } from '../validation/index.ts';
import type { ComputePool } from './compute/compute-pool.ts';
import { checkOwnFeatures } from './dataset/check-features.ts';
import { completeEvents, type MissingInputs, missingSentence, refuseMissing } from './dataset/complete-events.ts';
import { type EventSource, eventFeatures } from './dataset/event-features.ts';
import type { LabelledDataset } from './dataset/labelled-dataset.ts';
import { checkTrainable, labelInstruments } from './dataset/labelled-events.ts';
import { toxicityOf } from './dataset/toxicity.ts';
import { datasetOf } from './decisions/decided-dataset.ts';
import type { TestedEvents } from './decisions/tested-events.ts';
import { type FitContext, stepsOfFit } from './fit-rows.ts';
import type { FixedPredictor } from './fixed/fixed-predictor.ts';
import { type FixedFigures, fixedFigures } from './fixed/seen-events.ts';
import { type ContextInstrument, featureInputs } from './inputs/feature-inputs.ts';
import { learnerOfSchema } from './inputs/sent-probability.ts';
import { checkInstruments, type InstrumentBars } from './instrument-bars.ts';
import { labelerRecordOf } from './labels/labeler-record.ts';
import { assembleModel, fitFinally, importanceByName } from './model-parts.ts';
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
  /** A predictor that was made elsewhere, and is calibrated and judged instead of one that is fitted; `own.learner` encodes it. */
  readonly fixed?: FixedPredictor;
  /** Refuse events of which an input is missing, instead of leaving them out; default false. */
  readonly strict?: boolean;
  /** Whether accounts follow the judged trades, which takes seconds for hundreds of thousands; default false. */
  readonly accounts?: boolean;
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
  /** Of nothing where {@link TrainingRequest.accounts} was not asked for. */
  readonly accounts: Accounts;
  readonly featureImportance: Readonly<Record<string, number>>;
  readonly nSamples: number;
  readonly nFolds: number;
  readonly nBars: number;
  readonly nUnresolved: number;
  readonly nWithoutRange: number;
  readonly missing: MissingInputs;
  readonly dataset: LabelledDataset;
  /** What a predictor that was made elsewhere may have learned from, and how it fared there; null where one was fitted. */
  readonly fixed: FixedFigures | null;
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
  const walkForward = async (): Promise<WalkedForward> => {
    const onSteps = (done: number, total: number): void => onProgress({ stage: 'walk-forward', done, total });
    return { tested: await runWalkForward(prepared.context, onSteps), walkForwardMs: lap() };
  };
  return finishTraining(prepared, walkForward, machinery);
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
  const given = trainingParts(request.own, request.config);
  const featureNames = given.features.schema(request.config.featureNames);
  const parts = { ...given, learner: request.fixed?.learner ?? learnerOfSchema(given.learner, featureNames) };
  const inputs = featureInputs(parts.features.resolve(featureNames), instruments, request.context);
  const fixed = request.fixed ?? null;
  if (fixed === null) checkDrawn(request.config, featureNames.length);
  const config = { ...request.config, featureNames, vpin: settleVpin(request.config.vpin, hasAggressor) };
  const lap = lapTimer(clock);
  onProgress({ stage: 'labels', done: 0, total: 1 });
  const timeline = commonTimeline(instruments);
  const { minTrainingSamples } = config.training;
  const all = labelInstruments({ instruments, config, own: request.own }, timeline);
  checkTrainable(all.label, minTrainingSamples);
  const labels = lap();

  onProgress({ stage: 'features', done: 0, total: 1 });
  const ownLabeler = labelerRecordOf(request.own, config.labels);
  const source = { instruments, timeline, config, parts, own: request.own, fixed, ownLabeler, inputs, pool };
  const { x, flow } = await featuresAndFlow({ ...source, events: all }, config.featureNames);
  const { events, kept, features, missing } = completeEvents(all, featureNames, x);
  if (request.strict === true) refuseMissing(missing);
  if (missing.nEvents > 0) checkTrainable(events.label, minTrainingSamples, missingSentence(missing));
  const labelled = { ...source, events };
  checkOwnFeatures(labelled, features, config.featureNames);
  const vpin = toxicityOf(labelled, pick(flow, kept));
  const folds = purgedFolds(labelled);
  const isFollowed = request.accounts === true;
  const context = { ...labelled, folds, baseFeatures: new Float32Array(features), vpin, isFollowed, signal };
  return { context, missing, timingsMs: { labels, features: lap() } };
}

/** The features of all events, (nEvents, names.length), and their VPIN, (nEvents,), which is computed once where it is a feature. */
async function featuresAndFlow(
  source: EventSource,
  names: readonly FeatureName[],
): Promise<{ readonly x: Float64Array; readonly flow: Float64Array }> {
  const rows = everyRow(source.events.label.length);
  const { name } = FEATURES.vpin;
  const at = names.indexOf(name);
  const [flow, x] = await Promise.all([
    at < 0 ? eventFeatures(source, rows, [name], null) : null, // first, so that threads compute while columns are read here
    eventFeatures(source, rows, names, null),
  ]);
  return { x, flow: flow ?? columnAt(x, at, names.length) };
}

/** @throws {ConditionError} for more features at a split than there are, which the settings cannot know of a module. */
function checkDrawn({ forest: { maxFeatures } }: OrchestratorConfig, nFeatures: number): void {
  if (maxFeatures === 'sqrt' || maxFeatures <= nFeatures) return;
  throw new ConditionError('forest.maxFeatures', `at most the ${nFeatures} features`, maxFeatures);
}

/** The judged walk-forward and how long it took. */
export interface WalkedForward {
  readonly tested: TestedEvents;
  readonly walkForwardMs: number;
}

/**
 * The last part of {@link runTraining}: the final fit, on every event, and the file.
 *
 * @param walkForward - judges the folds. The final fit, which reads nothing of them, begins behind its tasks, so that the threads of the
 * pool have work while one thread judges.
 */
export async function finishTraining(
  { context, missing, timingsMs }: PreparedTraining,
  walkForward: () => Promise<WalkedForward>,
  { sha256, clock, onProgress }: TrainingMachinery,
): Promise<TrainingOutput> {
  const { instruments, events, config } = context;
  const lap = lapTimer(clock);
  const steps = laterSteps((done) => onProgress({ stage: 'final fit', done, total: stepsOfFit(context) }));
  const judge = async (): Promise<WalkedForward> => {
    const walked = await walkForward();
    lap();
    steps.tell();
    return walked;
  };
  const [{ tested, walkForwardMs }, fitted] = await Promise.all([judge(), fitFinally(context, sha256, steps.advance)]);
  const parts = assembleModel({ context, tested, fitted });
  const { encodeModel } = await import('../model/onnx/index.ts'); // with the first file; many programs never write one
  const modelBytes = encodeModel(parts, sha256);

  return {
    modelBytes,
    metrics: tested.metrics,
    accounts: tested.accounts,
    featureImportance: importanceByName(config.featureNames, fitted.predictor),
    nSamples: events.label.length,
    nFolds: config.walkForward.nFolds,
    nBars: instruments.reduce((n, { bars }) => n + bars.length, 0),
    nUnresolved: events.nUnresolved,
    nWithoutRange: events.nWithoutRange,
    missing,
    dataset: datasetOf(context, tested, fitted),
    fixed: fixedFigures(context, tested.rawProbability, fitted),
    timingsMs: { ...timingsMs, walkForward: walkForwardMs, fit: lap() },
  };
}

/** Counts steps. Until `tell` is called nothing is reported; it reports the count so far, and from then on every step is reported at once. */
function laterSteps(onDone: (done: number) => void) {
  let done = 0;
  let isTold = false;
  return {
    advance: (n: number): void => {
      done += n;
      if (isTold) onDone(done);
    },
    tell: (): void => {
      isTold = true;
      onDone(0);
      if (done > 0) onDone(done);
    },
  };
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
