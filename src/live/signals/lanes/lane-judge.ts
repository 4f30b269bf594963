import type { SignalJudge, SignalLanes } from '../../../inference/index.ts';
import { type AnsweredSignal, eventOf } from '../answer-signal.ts';
import type { ReadSignal } from '../bars/bars-reader.ts';
import { InstrumentOrder } from '../instrument-order.ts';

/** What the thread of the service has to do itself, as of now: `judge` what was read, or first `read` it for the model that serves by now. */
export type Unanswered = 'judge' | 'read';

/** Takes the answer of a lane; to be called once, when the signal's turn has come. */
export type LaneReply = () => AnsweredSignal | Unanswered;

/**
 * Lets lanes judge signals, so that every answer is the one that the thread of the service would have made. What a signal changes but its
 * record, it changes before its lane has it: those behind it find the same as without lanes.
 */
export class LaneJudge {
  readonly #lanes: SignalLanes;
  readonly #judge: SignalJudge;
  /** The last signal of an id that has no answer yet; by id. */
  readonly #unanswered = new Map<string, Promise<unknown>>();
  /** Number of signals that wait for the journal, and that no lane has yet; by instrument. */
  readonly #queued = new Map<string, number>();
  #nUnanswered = 0;
  /** Signals that lanes have, of all instruments: each has its end after those that were sent before it. */
  readonly #sent = new InstrumentOrder();

  constructor(lanes: SignalLanes, judge: SignalJudge) {
    this.#lanes = lanes;
    this.#judge = judge;
  }

  /** Settles when no lane has a signal that one has now. */
  get idle(): Promise<unknown> {
    return this.#sent.idle;
  }

  /** Number of signals that have no answer yet. */
  get nUnanswered(): number {
    return this.#nUnanswered;
  }

  /** Whether signals of an instrument wait for the journal, so that those behind them must wait, too. */
  isQueued(instrumentId: string): boolean {
    return this.#queued.has(instrumentId);
  }

  /** Settles, and never rejects, once a signal of this id that came before has its answer; null where none is without. */
  before(signalId: string): Promise<unknown> | null {
    const answered = this.#unanswered.get(signalId);
    return answered === undefined ? null : Promise.allSettled([answered]);
  }

  /** Notes a signal that no lane has yet. @returns what ends that; further calls change nothing. */
  queue(instrumentId: string): () => void {
    const add = (n: number): void => {
      const left = (this.#queued.get(instrumentId) ?? 0) + n;
      if (left === 0) this.#queued.delete(instrumentId);
      else this.#queued.set(instrumentId, left);
    };
    let isQueued = true;
    add(1);
    return () => {
      if (isQueued) add(-1);
      isQueued = false;
    };
  }

  /** Notes a signal until it has its answer. */
  add(signalId: string, answered: Promise<unknown>): void {
    this.#unanswered.set(signalId, answered);
    this.#nUnanswered++;
    const remove = (): void => {
      this.#nUnanswered--;
      if (this.#unanswered.get(signalId) === answered) this.#unanswered.delete(signalId);
    };
    answered.then(remove, remove);
  }

  /** Calls `next` with the reply of a lane, in the order of these calls: records are those of a single thread, number by number. */
  inOrder<Result>(reply: Promise<LaneReply>, next: (given: LaneReply) => Result): Promise<Awaited<Result>> {
    return this.#sent.run('', reply, next);
  }

  /**
   * Takes in the bars of a signal, and asks its lane. A signal that cannot be judged for want of bars, one that its
   * lane has no answer to, and one whose answer is out of date, is left to the thread of the service.
   *
   * @throws {ConditionError} for a signal or bars that are none; by the promise as `SignalLanes.judge`.
   */
  ask({ signal, read, takeIn }: ReadSignal): Promise<LaneReply> {
    const { inferenceLoop } = this.#judge;
    const { state } = inferenceLoop;
    const left = (): Unanswered => (inferenceLoop.state.model === state.model ? 'judge' : 'read');
    const event = eventOf(signal, read);
    if (event === null) return Promise.resolve(left);
    takeIn?.();
    return this.#lanes.judge(event, read.lacksBar === true, state).then((given) => () => {
      if (given === null || inferenceLoop.state !== state) return left();
      const { judgement, note, answer, answerHash } = given;
      const { enriched, result } = this.#judge.adopt(event, judgement, note);
      return { result, enriched, answer, answerHash, latencyNs: enriched.latencyNs };
    });
  }
}
