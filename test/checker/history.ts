// What the checker judges: plain facts, gathered from logs and stores.

/** The road a signal was sent by. Only `http` (with `durable`) and `stream` promise a record. */
export type Medium = 'http' | 'http_fast' | 'stream' | 'pubsub';

/** One line of the sender's own log, written before the signal left; or a mark that Redis lost its data then. */
export type SentLine =
  | { readonly kind: 'sent'; readonly id: string; readonly medium: Medium }
  | { readonly kind: 'redis_emptied' };

/**
 * One line of the answers log. `added`: Redis took the entry, nothing more is known. `failed`: a definite no, with its code.
 * `unknown`: a reset, a timeout, or a code that leaves open what became of it.
 */
export type AnswerLine =
  | { readonly kind: 'ok'; readonly id: string; readonly medium: Medium; readonly text: string }
  | { readonly kind: 'added'; readonly id: string; readonly entryId: string }
  | { readonly kind: 'failed'; readonly id: string; readonly medium: Medium; readonly code: string }
  | { readonly kind: 'unknown'; readonly id: string; readonly medium: Medium; readonly why: string };

/** One entry of the output stream. */
export interface OutputEntry {
  readonly entryId: string;
  readonly text: string;
}

/** One entry of the dead-letter stream, or one dead letter of a journal. */
export interface DeadLetterFact {
  readonly entryId: string | null;
  readonly signalId: string | null;
  readonly code: string;
}

/** One row of a journal's `signals`. */
export interface RecordFact {
  readonly signalId: string;
  readonly answer: string;
  readonly answerHash: string;
  /** Its number. */
  readonly seq: number;
}

/** One journal: what a process wrote down. */
export interface JournalFact {
  readonly name: string;
  readonly records: readonly RecordFact[];
  /** Ids of the signals with an outcome, one for each row. */
  readonly outcomeIds: readonly string[];
  /** Their numbers. */
  readonly outcomeSeqs: readonly number[];
  readonly deadLetters: readonly DeadLetterFact[];
  /** Ids of the signals whose settings were not written before them: nobody can compute such an answer again. */
  readonly unsettledIds: readonly string[];
  /** What the database itself says of its file, when that is not `ok`. */
  readonly damage: string | null;
}

/** What a consumer group still owes. */
export interface GroupFact {
  readonly stream: string;
  readonly pending: number;
  /** Entries not delivered yet; null where Redis cannot tell and the last delivered entry is not the last there is. */
  readonly lag: number | null;
}

/** Everything there is to know after a run. */
export interface History {
  readonly sent: readonly SentLine[];
  readonly answers: readonly AnswerLine[];
  readonly outputs: readonly OutputEntry[];
  readonly deadLetters: readonly DeadLetterFact[];
  readonly journals: readonly JournalFact[];
  readonly groups: readonly GroupFact[];
  /** Files under the data directories that nobody needs. */
  readonly strayFiles: readonly string[];
}

/** How the ids that were sent ended: each in exactly one of them, `duplicates` aside. */
export interface Counts {
  readonly sent: number;
  readonly ok: number;
  readonly rejected: number;
  readonly dead: number;
  /** Nobody was promised anything. */
  readonly info: number;
  /** Answers beyond the first of an id. */
  readonly duplicates: number;
  readonly lost: number;
}

export const COUNT_NAMES = ['sent', 'ok', 'rejected', 'dead', 'info', 'duplicates', 'lost'] as const;

export interface Verdict {
  readonly counts: Counts;
  /** Every broken promise, one sentence each. */
  readonly violations: readonly string[];
}
