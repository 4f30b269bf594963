import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError } from '../../core/index.ts';

/** Pause between two questions to the server, milliseconds. */
const PAUSE_MS = 250;

/** Times without an answer after which a training is given up, milliseconds. */
export interface Patience {
  /** For a server that never answered: nobody has begun to work. */
  readonly firstMs: number;
  /** For one that answered before and may come back, with the work that was done. */
  readonly laterMs: number;
  /** For a queue that no worker takes trainings from. */
  readonly workerMs: number;
}

export interface ReachabilityOptions {
  /** Asks the server for anything. */
  readonly ping: () => Promise<unknown>;
  readonly patience: Patience;
  /** Says where the server should be and why it is not, as a clause without secrets. */
  readonly reason: () => string;
}

/**
 * Asks the server of the queue again and again, until `signal` ends it.
 *
 * @throws {TrainingError} when it has not answered for too long.
 */
export async function failUnreachable(
  { ping, patience, reason }: ReachabilityOptions,
  signal: AbortSignal,
): Promise<never> {
  let silentMs = 0;
  let limitMs = patience.firstMs;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    try {
      await ping();
      silentMs = 0;
      limitMs = patience.laterMs;
    } catch {
      // no answer, which the silence tells
    } finally {
      isAsking = false;
    }
  };
  while (silentMs < limitMs) {
    if (!isAsking) void ask();
    await sleep(PAUSE_MS, undefined, { signal });
    silentMs += PAUSE_MS; // counted and not measured: a thread that was busy has not heard the answer yet
  }
  throw new TrainingError(
    'TRAINING_FAILED',
    `the queue of trainings did not answer for ${limitMs / 1000} s: ${reason()}; ` +
      'start Redis there, mend redis.url, or train in this process with trainer.kind: threads',
  );
}

/** The error of a training; a refusal of the server (a wrong password, no memory left) becomes a sentence. */
export function refusalOf(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return error;
  const remedy = 'mend the server or the settings redis.*, then train again';
  const sentence = `Redis at ${place} refused what the queue of trainings needs (${error.message}); ${remedy}`;
  return new TrainingError('TRAINING_FAILED', sentence, { cause: error });
}
