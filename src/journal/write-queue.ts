import { ConditionError, JournalError } from '../core/index.ts';
import type { JournalEntry, JournalHealth, JournalStatus } from '../ports/index.ts';
import { Group } from './group.ts';
import type { RefusedEntry } from './store/index.ts';
import { passes, type WriterFault } from './threads/fault.ts';

/** The other side of the queue: takes one group at a time. */
export interface GroupSink {
  /** Hands a group over, its memory with it. The answer comes by {@link WriteQueue.written} or {@link WriteQueue.unwritten}. */
  send(memory: ArrayBuffer, length: number): void;
}

export interface WriteQueueOptions {
  readonly sink: GroupSink;
  readonly maxQueue: number;
  /** Time between two groups that nobody waits for, ms; >= 1. */
  readonly groupMs: number;
  readonly onStatus: (health: JournalHealth) => void;
  /** Called with the reason for each entry that broke a rule of the journal and was left out. */
  readonly onRefused: (reason: string) => void;
}

/** Maximum number of entries of a group; then the next one begins. */
const GROUP_ENTRIES = 1000;
/** Size at which a group is full, bytes. */
const GROUP_BYTES = 1 << 20;
/** Least time between two groups, ms: what comes meanwhile shares the next one. */
const PACE_MS = 1;
/** Time until a group that found the disk full, or the database held, is tried again, ms. */
const RETRY_MS = 250;
/** Largest memory that is kept for the next group, bytes. */
const KEPT_BYTES = 4 << 20;

/** Kinds that always have room, because they are few: the next judgement is chained to the last, and a halt must not be lost. */
const ALWAYS_TAKEN: ReadonlySet<JournalEntry['kind']> = new Set(['judgement', 'halt']);

/** Kinds that wait for the end of their turn: bars, and the outcomes that they end, go with the signals that waited for those bars. */
const COMES_WITH_BARS: ReadonlySet<JournalEntry['kind']> = new Set(['bars', 'outcome']);

/** Entries on their way to the writing thread, in the order they came, in groups: one is being written, the next collects. */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #waiting: Group[] = [];
  #inFlight: Group | null = null;
  #spare: ArrayBuffer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  #sentMs = Number.NEGATIVE_INFINITY;
  #retryAtMs = 0;
  #status: JournalStatus = 'ok';
  #reason: string | null = null;
  #nQueued = 0;
  #nWritten = 0;
  #onIdle: (() => void) | null = null;
  #isStopped = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  get health(): JournalHealth {
    return { status: this.#status, reason: this.#reason, nQueued: this.#nQueued, nWritten: this.#nWritten };
  }

  /** Settles when the entry's group does. */
  append(entry: JournalEntry, durable: boolean): Promise<void> {
    if (this.#status === 'failed') return rejected(new JournalError('JOURNAL_FAILED', this.#reason ?? 'failed'));
    if (this.#isStopped) return rejected(new JournalError('JOURNAL_FAILED', 'the journal is closed'));
    // Bars have twice the room: the signals that were taken before them may be judged by them.
    const room = entry.kind === 'bars' ? 2 * this.#options.maxQueue : this.#options.maxQueue;
    if (this.#nQueued >= room && !ALWAYS_TAKEN.has(entry.kind)) {
      return rejected(new JournalError('JOURNAL_FULL', `${this.#nQueued} records wait to be written already`));
    }
    const group = this.#collecting();
    const isSooner = durable && !group.isAwaited;
    let promise: Promise<void>;
    try {
      promise = group.add(entry, durable);
    } catch (error) {
      return rejected(error);
    }
    if (isSooner) this.#forgetTime();
    this.#nQueued++;
    if (COMES_WITH_BARS.has(entry.kind)) this.#pumpSoon();
    else this.#pump();
    return promise;
  }

  /** The thread has written the group in flight, all but what it refused. */
  written(memory: ArrayBuffer, refused: readonly RefusedEntry[]): void {
    if (this.#status === 'failed') return; // the group was given up: another thread met a fault of the disk meanwhile
    const group = this.#take(memory);
    for (const { index, reason } of refused) {
      group.reject(index, new ConditionError('entry', 'one the journal can take', reason));
      this.#options.onRefused(reason);
    }
    this.#nQueued -= group.size;
    this.#nWritten += group.size - refused.length;
    if (memory.byteLength <= KEPT_BYTES) this.#spare = memory;
    this.#setStatus('ok', null);
    group.resolve();
    this.#pump();
  }

  /** The thread could not write the group in flight; nothing of it is there. */
  unwritten(memory: ArrayBuffer, fault: WriterFault): void {
    if (this.#status === 'failed') return;
    if (!passes(fault)) {
      this.fail(fault.message);
      return;
    }
    this.#waiting.unshift(this.#take(memory));
    this.#retryAtMs = performance.now() + RETRY_MS;
    this.#setStatus(fault.code === 'JOURNAL_FULL' ? 'full' : 'busy', fault.message);
    this.#dropDurable(new JournalError(fault.code, fault.message));
    this.#pump();
  }

  /** Nothing can be written any more. Rejects everything that waits. */
  fail(reason: string): void {
    if (this.#status === 'failed') return;
    this.#setStatus('failed', reason);
    this.#giveUp(new JournalError('JOURNAL_FAILED', reason));
  }

  /** Takes nothing more, and reports its status no more. What there is will be written. */
  stop(): void {
    this.#isStopped = true;
    this.#forgetTime();
    this.#pump();
  }

  /** Resolves when nothing is queued. */
  async drained(): Promise<void> {
    if (this.#nQueued === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #collecting(): Group {
    const last = this.#waiting.at(-1);
    if (last !== undefined && last.size < GROUP_ENTRIES && last.length < GROUP_BYTES) return last;
    const group = new Group(this.#spare);
    this.#spare = null;
    this.#waiting.push(group);
    return group;
  }

  #take(memory: ArrayBuffer): Group {
    const group = this.#inFlight;
    if (group === null) throw new JournalError('JOURNAL_FAILED', 'a group was answered that was not sent');
    this.#inFlight = null;
    group.takeBack(memory);
    return group;
  }

  /** At the end of this turn of the event loop, if not before: a signal that waited for a bar shares its group, and one wait. */
  #pumpSoon(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      this.#pump();
    });
  }

  /** Sends the next group when the thread is idle and its time has come. */
  #pump(): void {
    if (this.#nQueued === 0) this.#onIdle?.();
    if (this.#inFlight !== null || this.#timer !== null) return;
    // Meanwhile new signals are turned away: an empty group finds out whether it works again.
    const isWaiting = this.#status === 'full' || this.#status === 'busy';
    if (isWaiting && this.#waiting.length === 0 && !this.#isStopped) this.#waiting.push(new Group(null));
    if (this.#waiting.length === 0) return;
    const wait = this.#nextMs - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#pump();
      }, wait);
      return;
    }
    const group = this.#waiting.shift() as Group;
    this.#inFlight = group;
    this.#sentMs = performance.now();
    this.#options.sink.send(group.memory, group.length);
  }

  /** When the next group may be sent: soon, where somebody waits for it or for one behind it. */
  get #nextMs(): number {
    const isUrgent = this.#isStopped || this.#waiting.some(({ isAwaited }) => isAwaited);
    const pace = isUrgent ? PACE_MS : this.#options.groupMs;
    return Math.max(this.#sentMs + pace, this.#retryAtMs);
  }

  /** The next group is in more of a hurry than it was. */
  #forgetTime(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #dropDurable(error: JournalError): void {
    const kept = this.#waiting.splice(0).map((group) => group.withoutDurable(error));
    this.#waiting.push(...kept.filter(({ size }) => size > 0));
    this.#nQueued = this.#waiting.reduce((sum, { size }) => sum + size, 0);
  }

  #giveUp(error: JournalError): void {
    const groups = [...(this.#inFlight === null ? [] : [this.#inFlight]), ...this.#waiting.splice(0)];
    this.#inFlight = null;
    this.#nQueued = 0;
    this.#forgetTime();
    for (const group of groups) group.rejectAll(error);
    this.#onIdle?.();
  }

  #setStatus(status: JournalStatus, reason: string | null): void {
    if (this.#status === 'failed' || this.#status === status) return;
    this.#status = status;
    this.#reason = reason;
    if (!this.#isStopped) this.#options.onStatus(this.health);
  }
}

/** A promise that is rejected, and does no harm where nobody looks. */
function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => undefined);
  return promise;
}
