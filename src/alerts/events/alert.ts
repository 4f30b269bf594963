import type { AlertEvent } from '../../domain/index.ts';

/** A change of the service as somebody may want to hear of it. */
export interface AlertDraft {
  readonly event: AlertEvent;
  /**
   * What it is about: `feed` and the series, `champion`, `journal`. A later alert of the same subject says more, and takes the place of
   * one that is held back.
   */
  readonly subject: string;
  /** How the subject is now, so that nobody hears twice that it is so; null for what happens and is over. */
  readonly value: string | null;
  /** It is as it should be: worth telling only where something else was told before. */
  readonly isUsual: boolean;
  /** What makes it another event than those before it: two drafts of one event have the same. */
  readonly identity: string;
  /** When it came to be so, UNIX milliseconds. */
  readonly atMs: number;
  /** In one sentence, for people; names in it are as their senders wrote them. */
  readonly text: string;
  /** Fields for programs, with the names of the wire. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** An alert on its way. What makes it is known, so that it has the same id whenever it is made again. */
export interface Alert {
  /** `msg_` and 32 hexadecimal digits. */
  readonly id: string;
  /** `test` for what a person sends to try the way. */
  readonly event: AlertEvent | 'test';
  readonly subject: string;
  readonly value: string | null;
  readonly atMs: number;
  /** When it was let out to the receivers, UNIX milliseconds; later than `atMs` where a cooldown or a stop of the service lay between. */
  readonly letOutMs: number;
  readonly text: string;
  readonly data: AlertDraft['data'];
  /** Number of alerts about this subject that were held back since the one before this. */
  readonly nHeldBack: number;
}

/** What an alert says, in one sentence. */
export function sentenceOf({ text, nHeldBack }: Pick<Alert, 'text' | 'nHeldBack'>): string {
  return nHeldBack === 0 ? text : `${text} (${nHeldBack} more about this held back before it)`;
}
