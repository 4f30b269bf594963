import { parentPort, workerData } from 'node:worker_threads';
import type { ProvenCosts } from '../../domain/index.ts';
import { judgedSignal, type LaneAnswer, NoteCollector, SignalJudge } from '../../inference/index.ts';
import { fromPlainModel, MetaModel, type PlainModel } from '../../model/index.ts';
import { sha256, systemClock, toPlainError } from '../../runtime/index.ts';
import { loadOwn } from '../../trainer/index.ts';
import { type TrainingParts, trainingParts } from '../../training/index.ts';
import { lastingAnswer } from '../../wire/index.ts';
import {
  eventOf,
  type LaneReplies,
  type LaneRequest,
  type LaneStart,
  type LaneUnable,
  type LaneWorkerData,
} from './lane-messages.ts';

/** The thread that logs is told by notes. */
const SILENT = { info: () => undefined, warn: () => undefined };

const encoder = new TextEncoder();

/** Judges what comes, as of the state that came last before it. */
class Lane {
  readonly #parts: TrainingParts;
  readonly #notes = new NoteCollector();
  readonly #judge: SignalJudge;
  readonly #begun: Int32Array;
  #isInState = false;
  /** Whether the model that serves could not be made here. */
  #lacksModel = false;
  readonly #onUnable: (error: unknown) => void;

  /** @param onUnable - called for a model that cannot be made here. */
  constructor({ config, begun }: LaneWorkerData, parts: TrainingParts, onUnable: (error: unknown) => void) {
    this.#onUnable = onUnable;
    const { features } = parts;
    this.#begun = begun;
    this.#parts = parts;
    this.#judge = new SignalJudge({ config, clock: systemClock, logger: SILENT, features, notes: this.#notes });
  }

  answers(requests: readonly LaneRequest[]): LaneReplies {
    const replies: (LaneAnswer | null)[] = [];
    for (const request of requests) {
      if (request.kind === 'state') {
        this.#isInState = this.#change(request);
      } else {
        Atomics.add(this.#begun, 0, 1);
        replies.push(this.#isInState ? this.#answer(request) : null);
      }
    }
    return replies;
  }

  /** @returns whether this lane can judge by it. */
  #change({ model, proven, missing, isHalted }: Extract<LaneRequest, { kind: 'state' }>): boolean {
    const { inferenceLoop } = this.#judge;
    try {
      if (model === null) inferenceLoop.changeProof(proven);
      else this.#swapModel(model, proven);
      inferenceLoop.noteMissingModel(missing);
      if (isHalted) inferenceLoop.halt();
      else inferenceLoop.resume();
      return !this.#lacksModel;
    } catch (error) {
      this.#onUnable(error);
      return false; // until another model serves, every signal is judged by who asks
    } finally {
      this.#notes.take();
    }
  }

  #swapModel(model: PlainModel, proven: ProvenCosts): void {
    this.#lacksModel = true;
    this.#judge.inferenceLoop.swapModel(MetaModel.fromDecoded(fromPlainModel(model, this.#parts.learner)), proven);
    this.#lacksModel = false;
  }

  /** Null for a signal whose refusal is made by who asks. */
  #answer(request: Extract<LaneRequest, { kind: 'signal' }>): LaneAnswer | null {
    try {
      const event = eventOf(request);
      const judgement = this.#judge.judgement(event, request.lacksBar);
      const answer = lastingAnswer(judgedSignal(event, judgement).enriched);
      const answerHash = sha256(encoder.encode(answer));
      // Classes are lost between threads.
      return {
        judgement: { ...judgement, result: { ...judgement.result } },
        note: this.#notes.take(),
        answer,
        answerHash,
      };
    } catch {
      this.#notes.take();
      return null;
    }
  }
}

async function start(port: NonNullable<typeof parentPort>, data: LaneWorkerData): Promise<void> {
  const say = (message: LaneStart): void => port.postMessage(message);
  try {
    const sayUnable = (error: unknown): void => port.postMessage({ unable: toPlainError(error) } satisfies LaneUnable);
    const lane = new Lane(data, trainingParts(await loadOwn(data.own)), sayUnable);
    port.on('message', (requests: readonly LaneRequest[]) => {
      const replies = lane.answers(requests);
      if (replies.length > 0) port.postMessage(replies);
    });
    say({ ready: true });
  } catch (error) {
    say({ error: toPlainError(error) });
  }
}

// The port is null only where this file is not the entry of a thread.
if (parentPort !== null) await start(parentPort, workerData as LaneWorkerData);
