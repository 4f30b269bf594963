import { ConditionError, ServiceError } from '../../core/index.ts';
import { checkId, RetrainTrigger, type TriggerState } from '../../domain/index.ts';
import type { InstrumentHistory, Journal, Logger } from '../../ports/index.ts';
import type { ML4TOrchestrator } from '../ml4t-orchestrator.ts';
import type { LiveFeed } from './live-feed.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { RetrainStatus } from './service-api.ts';

export interface RetrainDeskOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly models: ModelShelf;
  readonly feed: LiveFeed;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** A name no trigger had before. */
  readonly newId: () => string;
}

/** One retraining on its way. */
interface Job {
  readonly id: string;
  readonly trigger: RetrainTrigger;
  readonly note: string | null;
  readonly modelVersion: string | null;
}

/** Trains new models on what the journal has seen, one at a time, beside the traffic. Every move is written down. */
export class RetrainDesk {
  readonly #options: RetrainDeskOptions;
  #job: Job | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RetrainDeskOptions) {
    this.#options = options;
  }

  get status(): RetrainStatus | null {
    return this.#job === null ? null : statusOf(this.#job);
  }

  /** Settles when the last retraining is over. */
  get idle(): Promise<void> {
    return this.#running;
  }

  /**
   * Asks for a retraining on the bars and signals of one instrument.
   *
   * @throws {ServiceError} `RETRAINING_RUNS` while another one is on its way.
   */
  request(instrumentId: string, currentAccuracy: number | null): RetrainStatus {
    checkId('instrument_id', instrumentId);
    const state = this.#job?.trigger.state;
    if (state === 'created' || state === 'queued' || state === 'processing') {
      throw new ServiceError('RETRAINING_RUNS', `a retraining is on its way (${this.#job?.id}); wait for its end`);
    }
    const { orchestrator, nowMs, newId } = this.#options;
    const trigger = new RetrainTrigger({
      reason: 'manual',
      baselineAccuracy: orchestrator.inferenceLoop.model?.metadata.baselineAccuracy ?? null,
      currentAccuracy,
      timestamp: BigInt(nowMs()) * 1_000_000n,
      priority: 1,
    });
    this.#tell(this.#move({ id: newId(), trigger, note: null, modelVersion: null }));
    this.#tell(this.#advance('queued'));
    const queued = statusOf(this.#job as Job);
    this.#running = this.#run(instrumentId);
    return queued;
  }

  async #run(instrumentId: string): Promise<void> {
    try {
      await this.#advance('processing'); // written after every bar and signal before it, which can now be read
      const { bars, signals } = this.#options.journal.history(instrumentId);
      const sides = sidesOf({ bars, signals });
      const { result, modelBytes } = await this.#options.orchestrator.trainingLoop.fit(bars, { sides });
      await this.#options.models.keep(result.model, modelBytes);
      const { verdict, accuracy } = result.metrics;
      const note = `${result.nSamples} signals of ${instrumentId}: ${verdict}, accuracy ${accuracy.toFixed(4)} out of sample`;
      this.#tell(this.#advance('completed', note, result.model.version));
    } catch (error) {
      this.#tell(this.#advance('failed', error instanceof Error ? error.message : String(error)));
    }
  }

  #advance(state: TriggerState, note: string | null = null, modelVersion: string | null = null): Promise<void> {
    const job = this.#job;
    if (job === null) throw new ConditionError('state', 'the state of a retraining', state);
    return this.#move({ id: job.id, trigger: job.trigger.moveTo(state), note, modelVersion });
  }

  /** @returns a promise that settles when the move is written. */
  #move(job: Job): Promise<void> {
    const { journal, feed, logger, nowMs } = this.#options;
    const { id: triggerId, trigger, note, modelVersion } = job;
    const { reason, state, priority } = trigger;
    this.#job = job;
    const entry = { kind: 'trigger', triggerId, reason, state, priority, note, atMs: nowMs() } as const;
    const recorded = journal.append(entry, false);
    feed.tellState({ what: 'retrain', trigger_id: triggerId, reason, state, note, model_version: modelVersion });
    const line = `retraining ${triggerId}: ${state}${note === null ? '' : `; ${note}`}`;
    if (state === 'failed') logger.warn(line);
    else logger.info(line);
    return recorded;
  }

  /** Nobody waits for this one; the journal tells of itself when it cannot be written. */
  #tell(recorded: Promise<void>): void {
    recorded.catch(() => undefined);
  }
}

/** (nBars,) the sides that were really signalled, by bar. */
function sidesOf({ bars, signals }: InstrumentHistory): Int8Array {
  const at = new Map(signals.map(({ entryTs, signal }) => [entryTs, signal]));
  const sides = new Int8Array(bars.length);
  for (let i = 0; i < sides.length; i++) sides[i] = at.get(bars.tsEvent[i]) ?? 0;
  return sides;
}

function statusOf({ id, trigger, note, modelVersion }: Job): RetrainStatus {
  const { reason, state, priority } = trigger;
  return { triggerId: id, reason, state, priority, note, modelVersion };
}
