import type { Worker } from 'node:worker_threads';
import { ServiceError } from '../../core/index.ts';
import type { SignalEvent } from '../../domain/index.ts';
import type { JudgingState, LaneAnswer } from '../../inference/index.ts';
import { fromPlainError, startThread } from '../../runtime/index.ts';
import {
  type LaneReplies,
  type LaneRequest,
  type LaneStart,
  type LaneThreadData,
  type LaneUnable,
  signalRequest,
  stateRequest,
} from './lane-messages.ts';
import { type LanePatience, LaneProgress } from './lane-progress.ts';

/** A signal that a lane is asked about. */
export interface LaneQuestion {
  readonly event: SignalEvent;
  readonly lacksBar: boolean;
  readonly state: JudgingState;
  /** Null: the lane has no answer. */
  readonly answer: (given: LaneAnswer | null) => void;
  readonly refuse: (error: Error) => void;
}

/** How a lane ended, other than by `close`. */
export interface LaneEnd {
  readonly reason: string;
  /** The question that it was at without an end; null where it died. */
  readonly stuck: LaneQuestion | null;
  /** The others, in their order, that have no answer. */
  readonly left: readonly LaneQuestion[];
}

/** Hears of what becomes of a lane. */
export interface LaneListener {
  /** It ended; called once, unless `close` ended it. */
  readonly onEnd: (end: LaneEnd) => void;
  /** It cannot make the model that serves, and has no answers until another one does. */
  readonly onUnable: (error: Error) => void;
}

/** One lane: its thread, and what it was asked and has not answered. */
export class LaneLink {
  readonly #thread: Worker;
  readonly #patience: LanePatience;
  readonly #progress: LaneProgress;
  readonly #listener: LaneListener;
  /** Settles when the thread can judge. @throws {Error} (by the promise) why it cannot. */
  readonly ready: Promise<void>;
  #isReady = false;
  /** In the order in which they were asked, which is also that of the replies. */
  #waiting: LaneQuestion[] = [];
  /** Goes to the thread in one message, at the end of this turn of the event loop. */
  #outgoing: LaneRequest[] = [];
  /** What the thread judges by, once it has read its messages. */
  #state: JudgingState | null = null;
  #ticking: NodeJS.Timeout | undefined;
  #isRunning = true;

  constructor(data: LaneThreadData, patience: LanePatience, listener: LaneListener) {
    this.#patience = patience;
    this.#progress = new LaneProgress(patience);
    this.#listener = listener;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#thread = startThread(import.meta.url, './lane-thread', { ...data, begun: this.#progress.begun });
    this.#thread.on('message', (message: LaneStart | LaneUnable | LaneReplies) => {
      if (isReplies(message)) return this.#settle(message);
      if ('unable' in message) return listener.onUnable(fromPlainError(message.unable));
      if ('error' in message) return reject(fromPlainError(message.error));
      this.#isReady = true;
      resolve();
    });
    this.#thread.on('error', (error) => this.#end(String(error)));
    this.#thread.on('exit', (code) => this.#end(`it ended with exit code ${code}`));
    this.#thread.on('exit', () => reject(new Error('the thread of a lane ended before it could judge')));
    promise.catch(() => undefined); // whoever starts it hears of it
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Asks; a lane that has died, or that cannot be told what to judge by, has no answer. */
  ask(question: LaneQuestion): void {
    const { event, lacksBar, state, answer } = question;
    if (!this.#isRunning || !this.#changeTo(state)) {
      answer(null);
      return;
    }
    this.#send(signalRequest(event, lacksBar));
    if (this.#waiting.push(question) === 1) this.#begin();
  }

  /** Lets the process end while nothing is asked. */
  unref(): void {
    if (this.#waiting.length === 0) this.#thread.unref();
  }

  async close(): Promise<void> {
    this.#isRunning = false;
    clearInterval(this.#ticking);
    const error = new ServiceError('STOPPING', 'the service is stopping; send it again when it is back');
    for (const { refuse } of this.#take()) refuse(error);
    await this.#thread.terminate();
  }

  #begin(): void {
    this.#thread.ref();
    this.#progress.restart();
    this.#ticking = setInterval(() => this.#tick(), this.#patience.tickMs).unref();
  }

  /** @returns false for a model that its learner cannot write down once more. */
  #changeTo(state: JudgingState): boolean {
    if (state === this.#state) return true;
    try {
      this.#send(stateRequest(state, this.#state));
    } catch {
      return false; // the thread of the service has the model, and judges
    }
    this.#state = state;
    return true;
  }

  /** Signals that are asked in one turn cost one message. */
  #send(request: LaneRequest): void {
    if (this.#outgoing.push(request) > 1) return;
    process.nextTick(() => {
      const requests = this.#outgoing;
      this.#outgoing = [];
      this.#thread.postMessage(requests);
    });
  }

  #settle(replies: LaneReplies): void {
    this.#progress.addAnswers(replies.length);
    for (const reply of replies) this.#waiting.shift()?.answer(reply);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#ticking);
    this.unref();
  }

  /** Ends a thread that hangs: in a signal, or in what comes before one. */
  #tick(): void {
    if (!this.#progress.hangs(this.#isReady)) return;
    const { position } = this.#progress;
    const seconds = (this.#patience.tickMs * (this.#isReady ? this.#patience.ticks : this.#patience.startTicks)) / 1000;
    this.#end(`it did nothing for ${seconds} s`, this.#isReady ? position : -1);
    void this.#thread.terminate();
  }

  #take(): LaneQuestion[] {
    const left = this.#waiting;
    this.#waiting = [];
    return left;
  }

  #end(reason: string, position = -1): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearInterval(this.#ticking);
    const left = this.#take();
    const [stuck = null] = position < 0 ? [] : left.splice(position, 1);
    this.#listener.onEnd({ reason, stuck, left });
  }
}

function isReplies(message: LaneStart | LaneUnable | LaneReplies): message is LaneReplies {
  return Array.isArray(message);
}
