import type { OrchestratorConfig } from '../config/index.ts';
import { type CancelSignal, type Clock, contained, TrainingError } from '../core/index.ts';
import { type BarSeries, type ColumnValues, checkBarSeries } from '../domain/index.ts';
import type { GivenTrades, Labeler } from '../labeling/index.ts';
import { type Logger, type ModelDecoder, type ModelStore, SILENT, safeLogger, warnOnce } from '../ports/index.ts';
import { cancelledError, orCancelled } from './cancel-training.ts';
import { checkLabelSource } from './dataset/instrument-events.ts';
import type { FixedPredictor } from './fixed/fixed-predictor.ts';
import type { ContextInstrument } from './inputs/feature-inputs.ts';
import { probabilityParts, probabilitySettings } from './inputs/sent-probability.ts';
import type { InstrumentBars } from './instrument-bars.ts';
import { labelerOf, labelerOfTrade, type OpenedTerms, type OwnParts } from './own-parts.ts';
import { TrainingResult } from './training-result.ts';
import type { TrainingOutput, TrainingProgress, TrainingRequest } from './training-run.ts';

/** Runs a whole training somewhere that is not the serving thread. */
export interface Trainer {
  /**
   * The same request gives the same bytes, wherever and beside whatever it runs.
   *
   * @param onProgress - never throws. Not called any more once the training has ended.
   * @param signal - ends this training, and no other, when it is aborted.
   * @throws {DataError | TrainingError} when the data gives no honest model; `TRAINING_CANCELLED` by the signal.
   */
  train(
    request: TrainingRequest,
    onProgress: (progress: TrainingProgress) => void,
    signal?: CancelSignal,
  ): Promise<TrainingOutput>;
  /**
   * Gets ready for a training that comes soon, such as threads that load while its bars are read.
   *
   * @param own - the definitions that it will have.
   */
  warm?(own?: OwnParts): void;
  /** Ends every training that still runs; their promises reject. */
  close(): Promise<void>;
}

export interface TrainOptions {
  /** (nBars,) the signals that came with the bars, -1, 0 or 1; absent or null for the built-in primary. */
  readonly side?: Int8Array | null;
  /** (nBars,) of columns that came with the signals, NaN where a bar has none; they are read instead of those of the bars. */
  readonly sent?: ColumnValues;
  /** Refuse events at which a column has no value, instead of leaving them out and counting them (`missing`); default false. */
  readonly strict?: boolean | undefined;
  /** Follow the judged trades by accounts, with coins beside them; default false. */
  readonly accounts?: boolean | undefined;
  /** Bars of other instruments, which features name: `momentum:BTCUSDT.BINANCE`. */
  readonly context?: readonly ContextInstrument[];
  /** Trades that you labelled yourself, which then are the events; absent or null where the labeler resolves them. */
  readonly labels?: GivenTrades | null;
  /** A predictor that was made elsewhere: it is calibrated and judged, and nothing of it is fitted. `inlineTrainer()` takes it. */
  readonly fixed?: FixedPredictor;
  /** Trades at some of the signals whose outcomes were reported: they count in place of what the labeler says; see `InstrumentBars`. */
  readonly told?: GivenTrades | null;
  /** Calibrate the probability that came with the signals, whatever the settings train a model on; default false. */
  readonly ofProbability?: boolean;
  /** An exception in it is logged once and does not touch the training. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** An `AbortSignal` that cancels the training. */
  readonly signal?: CancelSignal | undefined;
}

/** What a pooled training takes: its signals come with the bars of each instrument. */
export type PooledTrainOptions = Omit<TrainOptions, 'side' | 'sent' | 'labels' | 'told'>;

export interface TrainingLoopPorts {
  readonly trainer: Trainer;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly clock: Clock;
  /** Definitions of the caller; absent for the built-in ones. */
  readonly own?: OwnParts;
  /** By default none. */
  readonly logger?: Logger;
}

/** A training's result and the bytes of its model file. */
export interface FittedModel {
  readonly result: TrainingResult;
  readonly modelBytes: Uint8Array;
}

/** Learns meta-models: has a trainer do the work, accepts only a model that passes its own checks, and saves it. */
export class TrainingLoop {
  /** The rule of the labels, also of live outcomes, where no tick is known but one that is set. */
  readonly labeler: Labeler;
  readonly #labelers = new Map<string, Labeler>();
  readonly #config: OrchestratorConfig;
  readonly #ports: TrainingLoopPorts;
  readonly #logger: Logger;
  /** What ends each training that runs. */
  readonly #running = new Set<AbortController>();
  #isClosed = false;

  /** @throws {ConditionError} for a labeler of the caller that breaks a rule of {@link Labeler}. */
  constructor(config: OrchestratorConfig, ports: TrainingLoopPorts) {
    this.#config = config;
    this.#ports = ports;
    this.labeler = labelerOf(config, ports.own, null);
    this.#logger = safeLogger(ports.logger ?? SILENT);
  }

  /** {@link labeler} with the barriers of a trade that was opened with these terms. */
  labelerFor({ tickSize, costBps }: OpenedTerms): Labeler {
    const key = `${tickSize} ${this.#config.labels.netOfCosts ? costBps : 0}`; // costs are part of no other label
    const labeler = this.#labelers.get(key) ?? labelerOfTrade(this.#config, this.#ports.own, { tickSize, costBps });
    this.#labelers.set(key, labeler);
    return labeler;
  }

  /** Lets the trainer get ready for a training that comes soon. */
  warm(): void {
    if (!this.#isClosed) this.#ports.trainer.warm?.(this.#ports.own);
  }

  /**
   * Trains on bars, at least 1000 of them, and saves the model at `model_path`.
   *
   * @throws {DataError | TrainingError} when the data gives no honest model, the file cannot be written, or it is cancelled. An
   * existing file is then untouched. @throws {ModelError} when the model does not load as it would from disk.
   */
  async train(bars: BarSeries, options: TrainOptions = {}): Promise<TrainingResult> {
    return this.#fitAndSave([alone(bars, options)], options);
  }

  /**
   * {@link train} on the events of several instruments: one model, judged on all of them in the order of time.
   *
   * @param instruments - in the order of their names, all with signals or none; together over at least 1000 different times.
   */
  async trainPooled(instruments: readonly InstrumentBars[], options: PooledTrainOptions = {}): Promise<TrainingResult> {
    return this.#fitAndSave(instruments, options);
  }

  /** {@link train} without saving: the caller keeps the bytes of the model file. */
  async fit(bars: BarSeries, options: TrainOptions = {}): Promise<FittedModel> {
    return this.#run(options.signal, (signal) => this.#fit([alone(bars, options)], options, signal));
  }

  /** Ends every training that still runs; their promises reject, and so does every later one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const running of this.#running)
      running.abort(new TrainingError('TRAINING_FAILED', 'the training was stopped'));
    await this.#ports.trainer.close();
  }

  async #fitAndSave(instruments: readonly InstrumentBars[], options: TrainOptions): Promise<TrainingResult> {
    const { modelStore, clock } = this.#ports;
    return this.#run(options.signal, async (signal) => {
      await modelStore.checkWritable(this.#config.modelPath);
      const { result, modelBytes } = await this.#fit(instruments, options, signal);
      const startNs = clock.monotonicNs();
      await modelStore.write(this.#config.modelPath, modelBytes);
      const save = (clock.monotonicNs() - startNs) / 1e6;
      return new TrainingResult({ ...result, timingsMs: { ...result.timingsMs, save } });
    });
  }

  /** Runs work that ends when the caller's signal is aborted or this loop is closed. */
  async #run<T>(given: CancelSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isClosed) {
      const remedy = 'make another with createOrchestrator';
      throw new TrainingError('TRAINING_FAILED', `this orchestrator was stopped; ${remedy}`);
    }
    if (given?.aborted === true) throw cancelledError(given);
    const running = new AbortController();
    const cancel = (): void => running.abort(given && cancelledError(given));
    given?.addEventListener('abort', cancel);
    this.#running.add(running);
    try {
      return await work(running.signal);
    } finally {
      given?.removeEventListener('abort', cancel);
      this.#running.delete(running);
    }
  }

  async #fit(
    instruments: readonly InstrumentBars[],
    {
      onProgress = () => undefined,
      strict = false,
      accounts = false,
      context = [],
      ofProbability = false,
      fixed,
    }: TrainOptions,
    signal: AbortSignal,
  ): Promise<FittedModel> {
    checkLabelSource(this.labeler, instruments);
    for (const { bars } of [...instruments, ...context]) checkBarSeries(bars);
    const { trainer, decodeModel } = this.#ports;
    const own = ofProbability ? probabilityParts(this.#ports.own) : this.#ports.own;
    const config = ofProbability ? probabilitySettings(this.#config) : this.#config;
    const report = contained(onProgress, warnOnce(this.#logger, 'onProgress failed, and the training goes on'));
    const onlyWhileRunning = (progress: TrainingProgress): void => void (signal.aborted || report(progress));
    const request: TrainingRequest = {
      instruments,
      config,
      strict,
      accounts,
      context,
      ...(own && { own }),
      ...(fixed && { fixed }),
    };
    const reason = (): Error => signal.reason as Error;
    const training = trainer.train(request, onlyWhileRunning, signal);
    const { modelBytes, ...output } = await orCancelled(training, signal, reason);
    const model = await decodeModel(modelBytes);
    signal.throwIfAborted(); // the last moment to cancel: a file that is being written is written whole
    const result = new TrainingResult({ ...output, model, timingsMs: { ...output.timingsMs, save: 0 } });
    return { result, modelBytes };
  }
}

function alone(bars: BarSeries, { side = null, sent, labels = null, told = null }: TrainOptions): InstrumentBars {
  return {
    instrument: null,
    bars,
    side,
    ...(sent && { sent }),
    ...(labels !== null && { labels }),
    ...(told !== null && { told }),
  };
}
