import { ConditionError, ServiceError } from '../../core/index.ts';
import { RETRAIN_REASONS, RetrainTrigger, type TriggerState } from '../../domain/index.ts';
import type { AttemptResult } from '../../monitoring/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal, Logger, OpenTrigger, TriggerEntry } from '../../ports/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import { checkId } from '../../wire/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { EventStream } from '../event-stream.ts';
import type { RetrainProgress, RetrainStatus } from '../service-api.ts';
import type { ChallengerTraining } from './challenger-training.ts';
import type { RetrainRequest } from './degradation-monitor.ts';
import { type TriggerHistory, triggersOf } from './trigger-history.ts';

export interface RetrainSchedulerOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly champion: Champion;
  readonly challenge: ChallengerTraining;
  readonly feed: EventStream;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** A name no trigger had before. */
  readonly newId: () => string;
  readonly onBegin: () => void;
  readonly onEnd: (result: AttemptResult) => void;
}

/** One retraining on its way. */
interface Job {
  readonly id: string;
  readonly trigger: RetrainTrigger;
  readonly note: string | null;
  readonly modelVersion: string | null;
}

/** A retraining moves so often at most. */
const MOVES = 4;
/** Moves of this process that the journal may not have written yet. */
const KEPT_MOVES = 100;
const AGAIN = 'again, for it was interrupted: ';
/** What a first move says: the instrument as JSON, so that nothing in its name is mistaken for the end of it. */
const FIRST_NOTE = /^on ("(?:[^"\\]|\\.)*")(?:; (.*))?$/s;

/** Retrainings, one at a time, beside the traffic: from the order to the end, every move written down. */
export class RetrainScheduler {
  readonly #options: RetrainSchedulerOptions;
  #job: Job | null = null;
  #progress: RetrainProgress | null = null;
  #trainingSinceMs = 0;
  readonly #moves: TriggerEntry[] = [];
  readonly #counts: Record<TriggerState, number> = { created: 0, queued: 0, processing: 0, completed: 0, failed: 0 };
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: RetrainSchedulerOptions) {
    this.#options = options;
  }

  /** Moves of retrainings since the start, by the state they led to. */
  get counts(): Readonly<Record<TriggerState, number>> {
    return this.#counts;
  }

  get status(): RetrainStatus | null {
    return this.#job === null ? null : this.#statusOf(this.#job);
  }

  /** The latest retrainings, also of the processes before. @throws {JournalError} `JOURNAL_DAMAGED`. */
  triggers(limit: number): TriggerHistory[] {
    const written = this.#options.journal.triggers(MOVES * limit);
    return triggersOf([...written, ...this.#moves], limit);
  }

  /** Whether one is on its way. */
  get isRunning(): boolean {
    const state = this.#job?.trigger.state;
    return state === 'created' || state === 'queued' || state === 'processing';
  }

  /** Settles when nothing runs any more; a retraining that is cut short is taken up by the next process. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#running;
  }

  /** @throws {ServiceError} `RETRAINING_RUNS` while another one is on its way. */
  request(order: RetrainRequest): RetrainStatus {
    const { instrumentId, reason, priority, currentAccuracy, note } = order;
    checkId('instrument_id', instrumentId);
    if (this.isRunning) {
      throw new ServiceError('RETRAINING_RUNS', `a retraining is on its way (${this.#job?.id}); wait for its end`);
    }
    const { champion, nowMs, newId, onBegin } = this.#options;
    const baselineAccuracy = champion.current?.metadata.baselineAccuracy ?? null;
    const timestamp = BigInt(nowMs()) * 1_000_000n;
    const trigger = new RetrainTrigger({ reason, priority, baselineAccuracy, currentAccuracy, timestamp });
    onBegin();
    this.#tell(this.#move({ id: newId(), trigger, note: firstNote(instrumentId, note), modelVersion: null }));
    this.#tell(this.#advance('queued'));
    const queued = this.#statusOf(this.#job as Job);
    this.#running = this.#run(instrumentId);
    return queued;
  }

  /**
   * Takes up, once, what the process before was at when it ended.
   *
   * @param busiest - what is trained on where the journal does not say.
   */
  resume(open: readonly OpenTrigger[], busiest: string | null): void {
    const { journal, nowMs, logger } = this.#options;
    for (const { triggerId, reason, priority } of open) {
      const note = 'the process ended before it was done';
      const entry = { kind: 'trigger', triggerId, reason, state: 'failed', priority, note, atMs: nowMs() } as const;
      this.#remember(entry);
      this.#tell(journal.append(entry, false));
      logger.warn(`retraining ${triggerId}: failed; ${note}`);
    }
    const begun = open.map((trigger) => ({ ...trigger, ...readFirstNote(trigger.note) }));
    const again = begun.find(({ why }) => why?.startsWith(AGAIN) !== true);
    const instrumentId = again?.instrumentId ?? busiest;
    if (again === undefined || instrumentId === null) return;
    const reason = RETRAIN_REASONS.find((known) => known === again.reason) ?? 'manual';
    const priority = ([1, 2, 3] as const).find((known) => known === again.priority) ?? 2;
    this.request({ instrumentId, reason, priority, currentAccuracy: null, note: AGAIN + again.triggerId });
  }

  async #run(instrumentId: string): Promise<void> {
    const { challenge, onEnd } = this.#options;
    try {
      await this.#advance('processing'); // written after every bar and signal before it, which can now be read
      const { end, note, modelVersion } = await challenge.run(instrumentId, (progress) => this.#note(progress));
      this.#progress = null;
      this.#tell(this.#advance('completed', note, modelVersion));
      onEnd(end);
    } catch (error) {
      this.#progress = null;
      if (this.#isStopping) return; // it stays open in the journal, and the next process takes it up
      this.#tell(this.#advance('failed', error instanceof Error ? error.message : String(error)));
      onEnd('failed');
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
    this.#counts[state]++;
    const entry = { kind: 'trigger', triggerId, reason, state, priority, note, atMs: nowMs() } as const;
    this.#remember(entry);
    const recorded = journal.append(entry, false);
    feed.publishState({ what: 'retrain', trigger_id: triggerId, reason, state, note, model_version: modelVersion });
    const line = `retraining ${triggerId} (${reason}): ${state}${note === null ? '' : `; ${note}`}`;
    if (state === 'failed') logger.warn(line);
    else logger.info(line);
    return recorded;
  }

  #remember(entry: TriggerEntry): void {
    this.#moves.push(entry);
    if (this.#moves.length > KEPT_MOVES) this.#moves.shift();
  }

  /** Growing trees takes the time: those of the walk-forward, and as many as one fold's again. */
  #note({ stage, done, total }: TrainingProgress): void {
    const { orchestrator, nowMs } = this.#options;
    const { nFolds } = orchestrator.config.walkForward;
    const nDone =
      stage === 'final fit' ? nFolds + done / total : stage === 'walk-forward' ? (nFolds * done) / total : 0;
    const share = nDone / (nFolds + 1);
    if (this.#progress === null) this.#trainingSinceMs = nowMs();
    const seconds = (nowMs() - this.#trainingSinceMs) / 1000;
    this.#progress = { stage, share, secondsLeft: share > 0 ? (seconds * (1 - share)) / share : null };
  }

  #statusOf({ id, trigger, note, modelVersion }: Job): RetrainStatus {
    const { reason, state, priority } = trigger;
    return { triggerId: id, reason, state, priority, note, modelVersion, progress: this.#progress };
  }

  /** Nobody waits for this one; the journal tells of itself when it cannot be written. */
  #tell(recorded: Promise<void>): void {
    recorded.catch(() => undefined);
  }
}

/** What the journal remembers of an order besides its reason: which instrument it is on, and why. */
function firstNote(instrumentId: string, why: string | null): string {
  return `on ${JSON.stringify(instrumentId)}${why === null ? '' : `; ${why}`}`;
}

function readFirstNote(note: string | null): { readonly instrumentId: string | null; readonly why: string | null } {
  const [, quoted, why = null] = FIRST_NOTE.exec(note ?? '') ?? [];
  return quoted === undefined ? { instrumentId: null, why: note } : { instrumentId: JSON.parse(quoted) as string, why };
}
