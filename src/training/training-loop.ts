import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import type { ModelDecoder, ModelStore } from '../ports/index.ts';
import type { TrainingSeries } from './timeline.ts';
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
  readonly sides?: Int8Array | null;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export interface TrainingLoopPorts {
  readonly trainer: Trainer;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly clock: Clock;
}

/** A training's result and the bytes of the model file that came of it. */
export interface FittedModel {
  readonly result: TrainingResult;
  readonly modelBytes: Uint8Array;
}

/** Learns meta-models: hands the work to a trainer, takes back only a model that passes its own checks, and saves it. */
export class TrainingLoop {
  readonly #config: OrchestratorConfig;
  readonly #ports: TrainingLoopPorts;

  constructor(config: OrchestratorConfig, ports: TrainingLoopPorts) {
    this.#config = config;
    this.#ports = ports;
  }

  /**
   * Trains on bars, at least 1000 of them, and saves the model at `model_path`.
   *
   * @throws {DataError | TrainingError} when the data gives no honest model, or the file cannot be written. The file that
   * was there is then untouched. @throws {ModelError} when the model does not load as it would from disk.
   */
  async train(bars: BarSeries, options: TrainOptions = {}): Promise<TrainingResult> {
    return this.#fitAndSave([alone(bars, options)], options);
  }

  /**
   * {@link train} on the events of several instruments: one model, judged on all of them in the order of time.
   *
   * @param series - in the order of their names, all with signals or none; together over at least 1000 different times.
   */
  async trainPooled(
    series: readonly TrainingSeries[],
    options: Pick<TrainOptions, 'onProgress'> = {},
  ): Promise<TrainingResult> {
    return this.#fitAndSave(series, options);
  }

  /** {@link train} without saving: the caller keeps the bytes of the model file. */
  async fit(bars: BarSeries, options: TrainOptions = {}): Promise<FittedModel> {
    return this.#fit([alone(bars, options)], options);
  }

  async #fitAndSave(series: readonly TrainingSeries[], options: TrainOptions): Promise<TrainingResult> {
    const { modelStore, clock } = this.#ports;
    await modelStore.checkWritable(this.#config.modelPath);
    const { result, modelBytes } = await this.#fit(series, options);
    const startNs = clock.monotonicNs();
    await modelStore.write(this.#config.modelPath, modelBytes);
    const save = (clock.monotonicNs() - startNs) / 1e6;
    return new TrainingResult({ ...result, timingsMs: { ...result.timingsMs, save } });
  }

  async #fit(series: readonly TrainingSeries[], { onProgress = () => undefined }: TrainOptions): Promise<FittedModel> {
    const { trainer, decodeModel } = this.#ports;
    const { modelBytes, ...output } = await trainer.train({ series, config: this.#config }, onProgress);
    const model = await decodeModel(modelBytes);
    const result = new TrainingResult({ ...output, model, timingsMs: { ...output.timingsMs, save: 0 } });
    return { result, modelBytes };
  }
}

function alone(bars: BarSeries, { sides = null }: TrainOptions): TrainingSeries {
  return { instrument: null, bars, sides };
}
