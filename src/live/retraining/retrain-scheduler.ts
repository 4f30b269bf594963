import { ConditionError, ServiceError } from '../../core/index.ts';
import { RetrainTrigger, type Series, type TriggerState } from '../../domain/index.ts';
import type { AttemptResult } from '../../monitoring/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal, Logger, TriggerEntry } from '../../ports/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import { checkId } from '../../wire/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { EventStream } from '../event-stream.ts';
import type { RetrainProgress, RetrainStatus } from '../service-api.ts';
import type { ChallengerTraining } from './challenger-training.ts';
import type { RetrainRequest } from './degradation-monitor.ts';
import { sentenceOf, type TriggerHistory, triggersOf } from './trigger-history.ts';

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
  readonly trigger: RetrainTrigger;
  /** Its latest move, as it is journalled. */
  readonly move: TriggerEntry;
}

/** What a move says besides its state. */
type MoveResult = Pick<TriggerEntry, 'note' | 'modelVersion'>;

/** Maximum number of moves of one retraining. */
const MOVES = 4;
/** Maximum number of moves of this process that are kept because the journal may not have written them yet. */
const KEPT_MOVES = 100;
const NOTHING_YET: MoveResult = { note: null, modelVersion: null };

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

  /** The latest retrainings, also of the processes before. @throws {JournalError} (by the promise) `JOURNAL_DAMAGED`. */
  async triggers(limit: number): Promise<TriggerHistory[]> {
    const written = await this.#options.journal.triggers(MOVES * limit);
    return triggersOf([...written, ...this.#moves], limit);
  }

  /** Whether one is on its way. */
  get isRunning(): boolean {
    const state = this.#job?.trigger.state;
    return state === 'created' || state === 'queued' || state === 'processing';
  }

  /** Whether {@link stop} was called. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Settles when nothing runs any more; a retraining that is cut short is taken up by the next process. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.challenge.stop();
    return this.#running;
  }

  /** @throws {ServiceError} `RETRAINING_RUNS` while another one is on its way. */
  request(order: RetrainRequest): RetrainStatus {
    return this.#begin(order, null);
  }

  /**
   * Takes up, once, what the process before was at when it ended.
   *
   * @param open - the first moves of the retrainings without an end.
   * @param busiest - the series to train on where the journal does not say.
   */
  resume(open: readonly TriggerEntry[], busiest: Series | null): void {
    const { journal, nowMs, logger } = this.#options;
    for (const first of open) {
      const note = 'the process ended before it was done';
      const entry: TriggerEntry = { ...first, state: 'failed', note, atMs: nowMs() };
      this.#remember(entry);
      this.#ignoreFailure(journal.append(entry, false));
      logger.warn(`retraining ${first.triggerId}: failed; ${note}`);
    }
    const again = open.find(({ resumedFrom }) => resumedFrom === null);
    if (again === undefined) return;
    const { instrumentId, barType, reason, detector, priority, triggerId } = again;
    const series = instrumentId === null ? busiest : { instrumentId, barType };
    if (series === null) return;
    this.#begin({ ...series, reason, detector, priority, currentAccuracy: null, note: null }, triggerId);
  }

  #begin(order: RetrainRequest, resumedFrom: string | null): RetrainStatus {
    const { instrumentId, barType, reason, detector, priority, currentAccuracy, note } = order;
    checkId('instrument_id', instrumentId);
    if (barType !== null) checkId('bar_type', barType);
    if (this.isRunning) {
      const running = this.#job?.move.triggerId;
      throw new ServiceError('RETRAINING_RUNS', `a retraining is on its way (${running}); wait for its end`);
    }
    const { champion, nowMs, newId, onBegin } = this.#options;
    const baselineAccuracy = champion.current?.metadata.baselineAccuracy ?? null;
    const atMs = nowMs();
    const timestamp = BigInt(atMs) * 1_000_000n;
    const trigger = new RetrainTrigger({ reason, detector, priority, baselineAccuracy, currentAccuracy, timestamp });
    onBegin();
    const created: TriggerEntry = {
      kind: 'trigger',
      triggerId: newId(),
      instrumentId,
      barType,
      reason,
      detector,
      state: trigger.state,
      priority,
      resumedFrom,
      modelVersion: null,
      note,
      atMs,
    };
    this.#ignoreFailure(this.#move({ trigger, move: created }));
    this.#ignoreFailure(this.#advance('queued'));
    const queued = this.#statusOf(this.#job ?? { trigger, move: created });
    this.#running = this.#run({ triggerId: created.triggerId, reason, detector, note, instrumentId, barType });
    return queued;
  }

  async #run(order: Parameters<ChallengerTraining['run']>[0]): Promise<void> {
    const { challenge, onEnd } = this.#options;
    try {
      await this.#advance('processing'); // written after every bar and signal before it, which can now be read
      const { end, note, modelVersion } = await challenge.run(order, (progress) => this.#noteProgress(progress));
      this.#progress = null;
      this.#ignoreFailure(this.#advance('completed', { note, modelVersion }));
      onEnd(end);
    } catch (error) {
      this.#progress = null;
      if (this.#isStopping) return; // it stays open in the journal, and the next process takes it up
      const note = error instanceof Error ? error.message : String(error);
      this.#ignoreFailure(this.#advance('failed', { note, modelVersion: null }));
      onEnd('failed');
    }
  }

  #advance(state: TriggerState, result: MoveResult = NOTHING_YET): Promise<void> {
    const job = this.#job;
    if (job === null) throw new ConditionError('state', 'the state of a retraining', state);
    const move = { ...job.move, state, ...result, atMs: this.#options.nowMs() };
    return this.#move({ trigger: job.trigger.moveTo(state), move });
  }

  /** @returns a promise that settles when the move is written. */
  #move(job: Job): Promise<void> {
    const { journal, feed, logger } = this.#options;
    const { move } = job;
    const { triggerId, reason, detector, state } = move;
    const note = sentenceOf(move);
    this.#job = job;
    this.#counts[state]++;
    this.#remember(move);
    const recorded = journal.append(move, false);
    feed.publishState({
      what: 'retrain',
      trigger_id: triggerId,
      instrument_id: move.instrumentId,
      bar_type: move.barType,
      resumed_from: move.resumedFrom,
      reason,
      detector,
      state,
      note,
      model_version: move.modelVersion,
    });
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
  #noteProgress({ stage, done, total }: TrainingProgress): void {
    const { orchestrator, nowMs } = this.#options;
    const { nFolds } = orchestrator.config.walkForward;
    const nDone =
      stage === 'final fit' ? nFolds + done / total : stage === 'walk-forward' ? (nFolds * done) / total : 0;
    const share = nDone / (nFolds + 1);
    if (this.#progress === null) this.#trainingSinceMs = nowMs();
    const seconds = (nowMs() - this.#trainingSinceMs) / 1000;
    this.#progress = { stage, share, secondsLeft: share > 0 ? (seconds * (1 - share)) / share : null };
  }

  #statusOf({ move }: Job): RetrainStatus {
    const { triggerId, instrumentId, barType, resumedFrom, reason, detector, state, priority, modelVersion } = move;
    return {
      triggerId,
      instrumentId,
      barType,
      resumedFrom,
      reason,
      detector,
      state,
      priority,
      note: sentenceOf(move),
      modelVersion,
      progress: this.#progress,
    };
  }

  /** Nobody waits for this record; the journal's own status says when it cannot be written. */
  #ignoreFailure(recorded: Promise<void>): void {
    recorded.catch(() => undefined);
  }
}
