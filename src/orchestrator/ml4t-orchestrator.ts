import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, DataError, ModelError, printable } from '../core/index.ts';
import type { BarSeries, EnrichedSignalEvent, FeatureName, ProvenCosts, SignalEvent } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import { type InferenceLoop, type JudgedSignal, type JudgeStats, SignalJudge } from '../inference/index.ts';
import type { Labeler } from '../labeling/index.ts';
import type { MetaModel } from '../model/index.ts';
import { type Logger, type ModelDecoder, type ModelStore, safeLogger } from '../ports/index.ts';
import type { Sizer } from '../risk/index.ts';
import {
  type InstrumentBars,
  type OpenedTerms,
  type OwnParts,
  type PooledTrainOptions,
  type Trainer,
  TrainingLoop,
  type TrainingResult,
  type TrainOptions,
  trainingParts,
} from '../training/index.ts';

/** Everything outside the program that the orchestrator leans on. */
export interface OrchestratorPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly modelStore: ModelStore;
  readonly trainer: Trainer;
  readonly decodeModel: ModelDecoder;
  /** Definitions of the caller; absent for the built-in ones. */
  readonly own?: OwnParts;
  /** Default: the built-in one, by the settings `sizing`. */
  readonly sizer?: Sizer | undefined;
}

/**
 * The program as a library: judges signals with the model that serves, trains new ones beside it, and swaps them in.
 *
 * @example
 * const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath: 'models/btc.onnx' }));
 * await orchestrator.start();
 * const enriched = orchestrator.processSignal(new SignalEvent({ instrumentId, signal: 1, timestamp, bars }));
 */
export class ML4TOrchestrator {
  readonly config: OrchestratorConfig;
  /** The features that models may look at. */
  readonly features: FeatureRegistry;
  readonly signalJudge: SignalJudge;
  readonly trainingLoop: TrainingLoop;
  readonly #ports: OrchestratorPorts;

  constructor(config: OrchestratorConfig, given: OrchestratorPorts) {
    const ports = { ...given, logger: safeLogger(given.logger) };
    const { clock, logger, own, sizer } = ports;
    const { features } = trainingParts(own);
    this.config = config;
    this.features = features;
    this.#ports = ports;
    this.signalJudge = new SignalJudge({ config, clock, logger, features, sizer });
    this.trainingLoop = new TrainingLoop(config, ports);
  }

  /** What judges without a size; a model is swapped in there. */
  get inferenceLoop(): InferenceLoop {
    return this.signalJudge.inferenceLoop;
  }

  /** The rule of the labels: that of the training, of replay and of live outcomes, where no tick is known but one that is set. */
  get labeler(): Labeler {
    return this.trainingLoop.labeler;
  }

  /** Definitions of the caller; undefined where all are built in. */
  get own(): OwnParts | undefined {
    return this.#ports.own;
  }

  /** {@link labeler} with the barriers of a trade that was opened with these terms. */
  labelerFor(terms: OpenedTerms): Labeler {
    return this.trainingLoop.labelerFor(terms);
  }

  /** Signals judged since this orchestrator was made. */
  get stats(): JudgeStats {
    return this.signalJudge.stats;
  }

  /**
   * Loads the model at `model_path`. Without one that may serve it starts all the same and answers with the default.
   *
   * @param features - the columns of a model that was trained elsewhere, where it does not name them itself.
   * @throws {ConditionError} for a feature that is not known.
   */
  async start(features?: readonly FeatureName[]): Promise<void> {
    try {
      await this.swapModel(this.config.modelPath, features);
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      this.inferenceLoop.noteMissingModel(error.message);
    }
  }

  /** Judges and sizes one signal, synchronously. */
  processSignal(signalEvent: SignalEvent): EnrichedSignalEvent {
    return this.judge(signalEvent).enriched;
  }

  /** {@link processSignal}, with the times its stages took. */
  judge(signalEvent: SignalEvent): JudgedSignal {
    return this.signalJudge.judge(signalEvent);
  }

  /**
   * Trains on bars, beside the serving thread, and saves the model at `model_path`. It serves at once only where none was
   * serving; else {@link swapModel} is yours to call.
   *
   * @throws {DataError | TrainingError} when the data gives no honest model, or it is cancelled; the saved one, if any, is untouched.
   */
  async train(bars: BarSeries, options: TrainOptions = {}): Promise<TrainingResult> {
    return this.#serveFirst(await this.trainingLoop.train(bars, options));
  }

  /** {@link train} on the events of several instruments; see `TrainingLoop.trainPooled`. */
  async trainPooled(instruments: readonly InstrumentBars[], options: PooledTrainOptions = {}): Promise<TrainingResult> {
    return this.#serveFirst(await this.trainingLoop.trainPooled(instruments, options));
  }

  #serveFirst(result: TrainingResult): TrainingResult {
    if (this.inferenceLoop.model === null) this.inferenceLoop.swapModel(result.model);
    return result;
  }

  /**
   * Lets a model serve from the next signal on.
   *
   * @param model - a model, or the path of a model file.
   * @param features - the columns of a forest that is not ours.
   * @param proven - what is proven to pay; by default, what its file proves.
   * @throws {ModelError | DataError} when the file may not serve; the model that was serving goes on.
   */
  async swapModel(model: MetaModel | string, features?: readonly FeatureName[], proven?: ProvenCosts): Promise<void> {
    const next = typeof model === 'string' ? await this.#load(model, features) : model;
    this.inferenceLoop.swapModel(next, proven);
  }

  /** Whether nothing is taken, by {@link halt}. */
  get isHalted(): boolean {
    return this.inferenceLoop.isHalted;
  }

  /**
   * Stops betting at once: every signal from the next call on is answered with `take` false, `takeReason` `halted` and size 0,
   * whatever the model says; confidence and source stay as they are. It lasts until {@link resume}, and is kept nowhere: a service
   * (`createSignalService`) writes it down.
   *
   * @param reason - for the log.
   */
  halt(reason?: string): void {
    const why = reason === undefined ? '' : `: ${printable(reason)}`;
    this.inferenceLoop.halt();
    this.#ports.logger.warn(`halted${why}; nothing is taken and every size is 0 until resume()`);
  }

  /** Ends a halt. */
  resume(): void {
    this.inferenceLoop.resume();
    this.#ports.logger.warn('resumed; signals are taken again as before the halt');
  }

  /** Ends what this orchestrator started. A signal processed afterwards is still answered; a training is refused. */
  async stop(): Promise<void> {
    await this.trainingLoop.close();
  }

  async #load(path: string, features?: readonly FeatureName[]): Promise<MetaModel> {
    const bytes = await this.#ports.modelStore.read(path);
    return this.#ports.decodeModel(bytes, features);
  }
}
