import type { Clock } from '../../../core/index.ts';
import type { LiveService } from '../../../ports/index.ts';
import type { SignalMessage } from '../../../wire/index.ts';

/** Pause before the stream of bars is read again, milliseconds. */
const PAUSE_MS = 20;
/** Maximum number of signals that wait, after which no more are read. */
const MAX_WAITING = 10_000;
/** Maximum size of them all, as a multiple of the largest one. */
const MAX_WAITING_SIZE = 16;

export interface BarWaitsOptions {
  readonly service: Pick<LiveService, 'seriesFor' | 'subscribe'>;
  readonly clock: Clock;
  /** Maximum wait, milliseconds; 0 for none. */
  readonly maxWaitMs: number;
  /** Maximum size of an entry, in bytes. */
  readonly entryBytes: number;
  /** Reads the bars that have come to their end. */
  readonly catchUp: () => Promise<void>;
  /** A wait has ended. @param isInVain - whether the bar did not come. */
  readonly onEnd: (isInVain: boolean) => void;
}

/** A signal that has been read. */
export interface ReadSignal {
  readonly message: SignalMessage;
  /** How long it has waited in the stream, milliseconds. */
  readonly ageMs: number;
  readonly nBytes: number;
}

/** What judges a signal. @param cameNs - monotonic clock when the bar came that it waited for; null where none did. */
export type Judging<T> = (cameNs: number | null) => T;

interface WaitingSignal {
  readonly message: SignalMessage;
  readonly nBytes: number;
  readonly judge: (cameNs: number | null) => void;
  readonly timer: NodeJS.Timeout;
  readonly lastNs: number;
  /** Whether it may wait no longer. */
  isOver: boolean;
  /** Whether it is a bar that it waits for, and not a signal before it. */
  isBarDue: boolean;
}

/**
 * Signals that wait for the bar that they are due. A node runs its handlers before it writes the bar, so that a signal of the handler is
 * in the stream before the bar it was made from. One that waits holds up later ones of its own series only.
 */
export class BarWaits {
  readonly #options: BarWaitsOptions;
  /** By instrument and series, in the order of their arrival. */
  readonly #queues = new Map<string, Map<string, WaitingSignal[]>>();
  /** Instruments whose bars came since they were looked at. */
  readonly #changed = new Set<string>();
  #unsubscribe: (() => void) | null = null;
  #nWaiting = 0;
  #nBytes = 0;
  #isCatchingUp = false;
  #isEnded = false;

  constructor(options: BarWaitsOptions) {
    this.#options = options;
  }

  /** Whether no more may be read, for the number of those that wait or for their size. */
  get isFull(): boolean {
    return this.#nWaiting >= MAX_WAITING || this.#nBytes > MAX_WAITING_SIZE * this.#options.entryBytes;
  }

  /**
   * Lets a signal wait that is due a bar, or comes behind one of its series that waits.
   *
   * @param judge - called once, after those of its series before it; never inside this call.
   * @returns what `judge` returns; null, without a call of it, where the signal is to be judged now.
   */
  wait<T>({ message, ageMs, nBytes }: ReadSignal, judge: Judging<T | Promise<T>>): Promise<T> | null {
    const { service, clock, maxWaitMs } = this.#options;
    const { key, isBarDue } = service.seriesFor(message);
    const queue = this.#queues.get(message.instrumentId)?.get(key);
    const leftMs = Math.max(0, maxWaitMs - ageMs);
    if (queue === undefined && (!isBarDue || leftMs === 0)) {
      if (isBarDue && maxWaitMs > 0) this.#options.onEnd(true); // it waited in the stream
      return null;
    }
    this.#unsubscribe ??= service.subscribe(
      (event) => event.type === 'bars' && this.#note(event.instrumentId),
      ['bars'],
    );
    this.#nWaiting++;
    this.#nBytes += nBytes;
    return new Promise((resolve, reject) => {
      const judged = (cameNs: number | null): void => {
        try {
          resolve(judge(cameNs));
        } catch (error) {
          reject(error);
        }
      };
      const timer = setTimeout(() => this.#end(waiting), leftMs);
      const lastNs = clock.monotonicNs() + leftMs * 1e6;
      const waiting: WaitingSignal = { message, nBytes, judge: judged, timer, lastNs, isOver: false, isBarDue };
      if (queue === undefined) this.#open(message.instrumentId, key, waiting);
      else queue.push(waiting);
    });
  }

  /** Reads bars until nothing waits, where nobody else reads them any more. @param isOver - whether it is to end before. */
  async drain(isOver: () => boolean): Promise<void> {
    while (this.#nWaiting > 0 && !isOver()) {
      await this.#options.catchUp().catch(() => undefined); // those that wait are delivered again where it does not work
      if (this.#nWaiting > 0) await pause();
    }
  }

  /** Judges no more. */
  end(): void {
    this.#isEnded = true;
    this.#unsubscribe?.();
    for (const { timer } of this.#waiting()) clearTimeout(timer);
  }

  #open(instrumentId: string, key: string, first: WaitingSignal): void {
    const queues = this.#queues.get(instrumentId) ?? new Map<string, WaitingSignal[]>();
    this.#queues.set(instrumentId, queues.set(key, [first]));
  }

  /** Bars are published before they are written to the journal: a signal is judged by them after that. */
  #note(instrumentId: string): void {
    if (!this.#queues.has(instrumentId)) return;
    if (this.#changed.size === 0) queueMicrotask(() => this.#lookAtChanged());
    this.#changed.add(instrumentId);
  }

  #lookAtChanged(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const instrumentId of changed) this.#advanceAll(instrumentId, false);
  }

  /** The time of a signal is over: what has come is read once more. */
  #end(waiting: WaitingSignal): void {
    waiting.isOver = true;
    if (!this.#isCatchingUp) void this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    this.#isCatchingUp = true;
    let over = this.#overInstruments();
    while (over.length > 0 && !this.#isEnded) {
      const hasRead = await this.#options.catchUp().then(
        () => true,
        () => false, // what reads bars says why; until it works again nothing can be said of those that wait
      );
      if (!hasRead) await pause();
      else for (const instrumentId of over) this.#advanceAll(instrumentId, true);
      over = this.#overInstruments();
    }
    this.#isCatchingUp = false;
  }

  #overInstruments(): readonly string[] {
    const isOver = (queues: ReadonlyMap<string, WaitingSignal[]>): boolean =>
      [...queues.values()].some(([first]) => first.isOver);
    return [...this.#queues].filter(([, queues]) => isOver(queues)).map(([instrumentId]) => instrumentId);
  }

  /** @param hasRead - whether the bars that have come were read after the time of those that are over. */
  #advanceAll(instrumentId: string, hasRead: boolean): void {
    if (this.#isEnded) return;
    const queues = this.#queues.get(instrumentId) ?? new Map<string, WaitingSignal[]>();
    for (const [key, queue] of queues) {
      this.#advance(queue, hasRead);
      if (queue.length === 0) queues.delete(key);
    }
    if (queues.size === 0) this.#queues.delete(instrumentId);
    if (this.#queues.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Judges those of a series whose bar has come, or will not, in their order. */
  #advance(queue: WaitingSignal[], hasRead: boolean): void {
    const { service, clock, onEnd } = this.#options;
    const nowNs = clock.monotonicNs();
    for (let first = queue.at(0); first !== undefined; first = queue.at(0)) {
      const { isBarDue } = service.seriesFor(first.message);
      if (isBarDue) first.isBarDue = true;
      if (isBarDue && !(first.isOver && hasRead)) return;
      queue.shift();
      clearTimeout(first.timer);
      this.#nWaiting--;
      this.#nBytes -= first.nBytes;
      if (first.isBarDue) onEnd(isBarDue);
      first.judge(isBarDue ? null : Math.min(nowNs, first.lastNs));
    }
  }

  *#waiting(): Iterable<WaitingSignal> {
    for (const queues of this.#queues.values()) for (const queue of queues.values()) yield* queue;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
