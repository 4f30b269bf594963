import type { SignalEvent } from '../../domain/index.ts';
import type { SignalJudgement } from '../signal-judge.ts';
import type { JudgementNote } from './inference-notes.ts';
import type { JudgingState } from './judging-state.ts';

/** The answer of a lane to a signal, as plain data. */
export interface LaneAnswer {
  readonly judgement: SignalJudgement;
  readonly note: JudgementNote;
  /** The lasting part of the answer, one JSON object. */
  readonly answer: string;
  /** SHA-256 of that text. */
  readonly answerHash: string;
}

/** Number of lanes. */
export interface LaneCounts {
  /** As the settings have it. */
  readonly configured: number;
  /** Those whose thread has not died. */
  readonly running: number;
}

/** Threads that judge signals beside the one that takes them, each those of its own instruments, in the order of the calls. */
export interface SignalLanes {
  readonly counts: LaneCounts;
  /**
   * Judges a signal as of a state, in the lane of its instrument.
   *
   * @param lacksBar - as of `InferenceLoop.infer`.
   * @returns null where it must be judged by the caller: the lane has died, or has no answer.
   * @throws {MismatchError} (by the promise) for a signal that the lane does not come to an end with. @throws {ServiceError} (by the promise)
   * `STOPPING` for one that has no answer when the lanes are closed.
   */
  judge(event: SignalEvent, lacksBar: boolean, state: JudgingState): Promise<LaneAnswer | null>;
  /** Ends the threads. What they have not answered is refused. */
  close(): Promise<void>;
}
