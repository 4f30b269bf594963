import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import type { MaturedOutcome, SignalEvent } from '../../domain/index.ts';
import type { FeatureRegistry } from '../../features/index.ts';
import type { MetaModel } from '../../model/index.ts';
import {
  byEntry,
  chanceByCosines,
  columnsOf,
  compareModels,
  judgeRollback,
  labelSpans,
  looksEvery,
  rollbackPolicy,
} from '../../monitoring/index.ts';
import type { Journal, Logger } from '../../ports/index.ts';
import { OneAtATime } from '../../runtime/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { KeptModels } from '../champion/kept-models.ts';
import { recordedEvent, scoreSignals } from './score-signals.ts';

export interface RollbackMonitorOptions {
  readonly config: OrchestratorConfig;
  readonly journal: Journal;
  readonly champion: Champion;
  readonly kept: KeptModels;
  readonly clock: Clock;
  /** The features that models may look at. */
  readonly features: FeatureRegistry;
  readonly logger: Logger;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
}

/** A new champion on trial against the one before it. */
interface Trial {
  readonly model: MetaModel;
  readonly predecessor: MetaModel;
  /** The champion's own outcomes, in the order they came to be known. */
  readonly matured: MaturedOutcome[];
  nextLook: number;
}

/**
 * Rolls a bad champion back. The model before it judges afterwards the very signals that the new one judged, from the recorded
 * bars: an enrichment is a pure function, so this is what it would have answered, and no answer waits for it.
 */
export class RollbackMonitor {
  readonly #options: RollbackMonitorOptions;
  readonly #turns = new OneAtATime();
  #trial: Trial | null = null;

  constructor(options: RollbackMonitorOptions) {
    this.#options = options;
    this.#follow(options.champion.current);
    options.champion.changed.subscribe(({ model }) => this.#follow(model));
  }

  /** Settles when no look is under way. */
  get idle(): Promise<void> {
    return this.#turns.idle;
  }

  /** Takes in the outcome of a signal, and looks at the trial when it is time. */
  addOutcome(matured: MaturedOutcome): void {
    const trial = this.#trial;
    if (trial === null || !isJudgedBy(matured, trial.model)) return;
    trial.matured.push(matured);
    if (trial.matured.length < trial.nextLook) return;
    trial.nextLook += this.#stride;
    const seen = [...trial.matured];
    this.#run(() => this.#look(trial, seen));
  }

  get #window(): number {
    return this.#options.config.retrain.rollbackWindow;
  }

  /** Number of outcomes between two looks. */
  get #stride(): number {
    return looksEvery(this.#window);
  }

  #run(work: () => Promise<void>): void {
    const { logger } = this.#options;
    const report = (error: unknown): void => logger.warn(`the new champion cannot be judged: ${String(error)}`);
    this.#turns.run(work).catch(report);
  }

  #follow(model: MetaModel | null): void {
    this.#trial = null;
    if (model !== null && this.#options.config.retrain.automatic) this.#run(() => this.#begin(model));
  }

  async #begin(model: MetaModel): Promise<void> {
    const { champion, kept, known } = this.#options;
    const matured = known.filter((each) => isJudgedBy(each, model));
    if (matured.length >= this.#window) return; // its trial was over before the process began
    if (champion.current !== model || champion.previous === null) return;
    const predecessor = await kept.find(champion.previous);
    if (predecessor === null || champion.current !== model) return;
    const nextLook = this.#stride * (Math.floor(matured.length / this.#stride) + 1);
    this.#trial = { model, predecessor, matured: [...matured], nextLook };
  }

  async #look(trial: Trial, seen: readonly MaturedOutcome[]): Promise<void> {
    const { config, clock, features, champion, logger } = this.#options;
    if (this.#trial !== trial) return;
    const ordered = byEntry(seen);
    const predecessor = await scoreSignals(trial.predecessor, this.#eventsOf(ordered), { config, clock, features });
    if (this.#trial !== trial || predecessor.some(Number.isNaN)) return;
    const scores = {
      label: Uint8Array.from(ordered, ({ label }) => label),
      champion: predecessor,
      challenger: Float64Array.from(ordered, ({ confidence }) => confidence),
    };
    const policy = rollbackPolicy(this.#window, config.retrain.promotionAlpha / 2);
    const found = compareModels({ ...scores, ...labelSpans(columnsOf(ordered)) }, chanceByCosines);
    const { verdict, reason } = judgeRollback(found, policy);
    if (verdict !== 'wait') this.#trial = null;
    if (verdict === 'keep') logger.info(`the champion ${trial.model.version} has stood its trial: ${reason}`);
    if (verdict !== 'roll_back') return;
    logger.warn(`the champion ${trial.model.version} is taken back, ${reason}`);
    await champion.rollback(trial.model.version, reason);
  }

  async *#eventsOf(signals: readonly MaturedOutcome[]): AsyncGenerator<SignalEvent> {
    const { journal } = this.#options;
    for (const { signalId } of signals) {
      const event = await recordedEvent(journal, signalId);
      if (event === null) throw new Error(`the record of ${signalId} is not written yet`);
      yield event;
    }
  }
}

function isJudgedBy({ source, modelVersion }: MaturedOutcome, { version }: MetaModel): boolean {
  return source === 'model' && modelVersion === version;
}
