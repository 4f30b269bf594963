import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import type { Labeler } from '../labeling/index.ts';
import type { ModelDecoder, ModelStore } from '../ports/index.ts';
import { checkResolves } from './dataset/labelled-events.ts';
import type { InstrumentBars } from './instrument-bars.ts';
import { labelerOf, type OwnParts } from './own-parts.ts';
import { TrainingResult } from './training-result.ts';
import type { TrainingOutput, TrainingProgress, TrainingRequest } from './training-run.ts';

/** Runs a whole training somewhere that is not the serving thread. */
export interface Trainer {
  /** @throws {DataError | TrainingError} when the data gives no honest model. */
  train(request: TrainingRequest, onProgress: (progress: TrainingProgress) => void): Promise<TrainingOutput>;
  /** Ends every training that still runs; their promises reject. */
  close(): Promise<void>;
}

export interface TrainOptions {
  /** (nBars,) the signals that came with the bars, -1, 0 or 1; absent or null for the built-in primary. */
  readonly side?: Int8Array | null;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export interface TrainingLoopPorts {
  readonly trainer: Trainer;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly clock: Clock;
  /** Definitions of the caller; absent for the built-in ones. */
  readonly own?: OwnParts;
}

/** A training's result and the bytes of its model file. */
export interface FittedModel {
  readonly result: TrainingResult;
  readonly modelBytes: Uint8Array;
}

/** Learns meta-models: has a trainer do the work, accepts only a model that passes its own checks, and saves it. */
export class TrainingLoop {
  /** The rule of the labels, also of live outcomes. */
  readonly labeler: Labeler;
  readonly #config: OrchestratorConfig;
  readonly #ports: TrainingLoopPorts;

  /** @throws {ConditionError} for a labeler of the caller that breaks a rule of {@link Labeler}. */
  constructor(config: OrchestratorConfig, ports: TrainingLoopPorts) {
    this.#config = config;
    this.#ports = ports;
    this.labeler = labelerOf(config, ports.own);
  }

  /**
   * Trains on bars, at least 1000 of them, and saves the model at `model_path`.
   *
   * @throws {DataError | TrainingError} when the data gives no honest model, or the file cannot be written. An existing file
   * is then untouched. @throws {ModelError} when the model does not load as it would from disk.
   */
  async train(bars: BarSeries, options: TrainOptions = {}): Promise<TrainingResult> {
    return this.#fitAndSave([alone(bars, options)], options);
  }

  /**
   * {@link train} on the events of several instruments: one model, judged on all of them in the order of time.
   *
   * @param instruments - in the order of their names, all with signals or none; together over at least 1000 different times.
   */
  async trainPooled(
    instruments: readonly InstrumentBars[],
    options: Pick<TrainOptions, 'onProgress'> = {},
  ): Promise<TrainingResult> {
    return this.#fitAndSave(instruments, options);
  }

  /** {@link train} without saving: the caller keeps the bytes of the model file. */
  async fit(bars: BarSeries, options: TrainOptions = {}): Promise<FittedModel> {
    return this.#fit([alone(bars, options)], options);
  }

  /** Ends every training that still runs; their promises reject. */
  async close(): Promise<void> {
    await this.#ports.trainer.close();
  }

  async #fitAndSave(instruments: readonly InstrumentBars[], options: TrainOptions): Promise<TrainingResult> {
    const { modelStore, clock } = this.#ports;
    await modelStore.checkWritable(this.#config.modelPath);
    const { result, modelBytes } = await this.#fit(instruments, options);
    const startNs = clock.monotonicNs();
    await modelStore.write(this.#config.modelPath, modelBytes);
    const save = (clock.monotonicNs() - startNs) / 1e6;
    return new TrainingResult({ ...result, timingsMs: { ...result.timingsMs, save } });
  }

  async #fit(
    instruments: readonly InstrumentBars[],
    { onProgress = () => undefined }: TrainOptions,
  ): Promise<FittedModel> {
    checkResolves(this.labeler);
    const { trainer, decodeModel, own } = this.#ports;
    const request: TrainingRequest = { instruments, config: this.#config, ...(own && { own }) };
    const { modelBytes, ...output } = await trainer.train(request, onProgress);
    const model = await decodeModel(modelBytes);
    const result = new TrainingResult({ ...output, model, timingsMs: { ...output.timingsMs, save: 0 } });
    return { result, modelBytes };
  }
}

function alone(bars: BarSeries, { side = null }: TrainOptions): InstrumentBars {
  return { instrument: null, bars, side };
}
