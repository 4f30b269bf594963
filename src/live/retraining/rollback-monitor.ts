import type { Clock } from '../../core/index.ts';
import type { MaturedOutcome, SignalEvent } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { byEntry, compareModels, judgeRollback, LOOKS_PER_TRIAL, labelSpans } from '../../monitoring/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal, Logger } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import { recordedEvent, scoreSignals } from './score-signals.ts';

export interface RollbackMonitorOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly models: Champion;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
}

/** A champion on trial against the one before it. */
interface Trial {
  readonly model: MetaModel;
  readonly predecessor: MetaModel;
  /** The champion's own outcomes, in the order they came to be known. */
  readonly matured: MaturedOutcome[];
  nextLook: number;
}

/**
 * Takes a bad champion back. The model before it is asked afterwards about the very signals the new one judged, from the recorded
 * bars: an enrichment is a pure function, so this is what it would have said, and no answer waits for it.
 */
export class RollbackMonitor {
  readonly #options: RollbackMonitorOptions;
  #model: MetaModel | null = null;
  #trial: Trial | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RollbackMonitorOptions) {
    this.#options = options;
  }

  /** Settles when no look is under way. */
  get idle(): Promise<void> {
    return this.#running;
  }

  /** The outcome of a signal is known. */
  matured(matured: MaturedOutcome): void {
    const { model } = this.#options.orchestrator.inferenceLoop;
    if (model !== this.#model) {
      this.#model = model;
      this.#trial = null;
      if (model !== null) this.#do(() => this.#begin(model));
    }
    const trial = this.#trial;
    if (trial === null || !isOf(matured, trial.model)) return;
    trial.matured.push(matured);
    if (trial.matured.length < trial.nextLook) return;
    trial.nextLook += this.#stride;
    const seen = [...trial.matured];
    this.#do(() => this.#look(trial, seen));
  }

  get #window(): number {
    return this.#options.orchestrator.config.retrain.rollbackWindow;
  }

  /** Outcomes between two looks. */
  get #stride(): number {
    return Math.ceil(this.#window / LOOKS_PER_TRIAL);
  }

  #do(work: () => Promise<void>): void {
    const { logger } = this.#options;
    const told = (error: unknown): void => logger.warn(`the new champion cannot be judged: ${String(error)}`);
    this.#running = this.#running.then(work).catch(told);
  }

  async #begin(model: MetaModel): Promise<void> {
    const predecessor = await this.#options.models.predecessorOf(model.version);
    if (predecessor === null || this.#model !== model) return;
    const matured = this.#options.known.filter((known) => isOf(known, model));
    if (matured.length >= this.#window) return; // its trial was over before the process began
    const nextLook = this.#stride * (Math.floor(matured.length / this.#stride) + 1);
    this.#trial = { model, predecessor, matured: [...matured], nextLook };
  }

  async #look(trial: Trial, seen: readonly MaturedOutcome[]): Promise<void> {
    const { orchestrator, clock, models, logger } = this.#options;
    if (this.#trial !== trial) return;
    const ordered = byEntry(seen);
    const predecessor = await scoreSignals(trial.predecessor, this.#eventsOf(ordered), {
      config: orchestrator.config,
      clock,
    });
    if (this.#trial !== trial || predecessor.some(Number.isNaN)) return;
    const scores = {
      label: Uint8Array.from(ordered, ({ label }) => label),
      champion: predecessor,
      challenger: Float64Array.from(ordered, ({ confidence }) => confidence),
    };
    const policy = { window: this.#window, alpha: orchestrator.config.retrain.promotionAlpha / 2 };
    const { verdict, reason } = judgeRollback(compareModels({ ...scores, ...labelSpans(ordered) }), policy);
    if (verdict !== 'wait') this.#trial = null;
    if (verdict === 'keep') logger.info(`the champion ${trial.model.version} has stood its trial: ${reason}`);
    if (verdict !== 'roll_back') return;
    logger.warn(`the champion ${trial.model.version} is taken back, ${reason}`);
    await models.rollback(trial.model.version, reason);
  }

  *#eventsOf(signals: readonly MaturedOutcome[]): Generator<SignalEvent> {
    const { journal } = this.#options;
    for (const { signalId } of signals) {
      const event = recordedEvent(journal, signalId);
      if (event === null) throw new Error(`the record of ${signalId} is not written yet`);
      yield event;
    }
  }
}

function isOf({ source, modelVersion }: MaturedOutcome, { version }: MetaModel): boolean {
  return source === 'model' && modelVersion === version;
}
