import type { Worker } from 'node:worker_threads';
import type { SignalEvent } from '../../domain/index.ts';
import type { JudgingState, LaneAnswer } from '../../inference/index.ts';
import { fromPlainError, startThread } from '../../runtime/index.ts';
import {
  type LaneReplies,
  type LaneRequest,
  type LaneStart,
  type LaneThreadData,
  signalRequest,
  stateRequest,
} from './lane-messages.ts';

/** One lane: its thread, and what it was asked and has not answered. */
export class LaneLink {
  readonly #thread: Worker;
  readonly #onDeath: (reason: string) => void;
  /** Settles when the thread can judge. @throws {Error} (by the promise) why it cannot. */
  readonly ready: Promise<void>;
  /** In the order of the questions, which is also that of the replies. */
  #waiting: ((answer: LaneAnswer | null) => void)[] = [];
  /** Goes to the thread in one message, at the end of this turn of the event loop. */
  #outgoing: LaneRequest[] = [];
  /** What the thread judges by, once it has read its messages. */
  #state: JudgingState | null = null;
  #isRunning = true;

  /** @param onDeath - called once, unless {@link close} ended it. */
  constructor(data: LaneThreadData, onDeath: (reason: string) => void) {
    this.#onDeath = onDeath;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#thread = startThread(import.meta.url, './lane-thread', data);
    this.#thread.on('message', (message: LaneStart | LaneReplies) => {
      if (isReplies(message)) this.#settle(message);
      else if ('error' in message) reject(fromPlainError(message.error));
      else resolve();
    });
    this.#thread.on('error', (error) => this.#end(String(error)));
    this.#thread.on('exit', (code) => this.#end(`it ended with exit code ${code}`));
    this.#thread.on('exit', () => reject(new Error('the thread of a lane ended before it could judge')));
    promise.catch(() => undefined); // whoever starts it hears of it
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** As `SignalLanes.judge`. */
  judge(event: SignalEvent, lacksBar: boolean, state: JudgingState): Promise<LaneAnswer | null> {
    if (!this.#isRunning) return Promise.resolve(null);
    if (state !== this.#state) this.#send(stateRequest(state, this.#state));
    this.#state = state;
    this.#send(signalRequest(event, lacksBar));
    if (this.#waiting.length === 0) this.#thread.ref();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets the process end while nothing is asked. */
  unref(): void {
    if (this.#waiting.length === 0) this.#thread.unref();
  }

  async close(): Promise<void> {
    this.#isRunning = false;
    this.#settleAll();
    await this.#thread.terminate();
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
    for (const reply of replies) this.#waiting.shift()?.(reply);
    this.unref();
  }

  #settleAll(): void {
    const left = this.#waiting;
    this.#waiting = [];
    for (const resolve of left) resolve(null);
  }

  #end(reason: string): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#settleAll();
    this.#onDeath(reason);
  }
}

function isReplies(message: LaneStart | LaneReplies): message is LaneReplies {
  return Array.isArray(message);
}
