import { JournalError } from '../../core/index.ts';

/** Code of a statement that the database does not understand: ours never change, so its tables are not ours any more. */
const NOT_UNDERSTOOD = 1;
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
/** What SQLite calls a lock of the log that it did not get in time. */
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;

/** What to do with a damaged journal: the end of every sentence about one. */
export const REMEDY =
  'nothing of it is used; move its directory away and restore a copy, or start in an empty directory';

/** An error of the database as one of the journal; any other error as it is. */
export function toJournalError(error: unknown): unknown {
  const { errcode, message } = error as { readonly errcode?: number; readonly message: string };
  if (errcode === undefined) return error;
  const primary = errcode & 255;
  if ([NOT_UNDERSTOOD, CORRUPT, NOT_A_DATABASE].includes(primary)) {
    return new JournalError('JOURNAL_DAMAGED', `the database is damaged: ${message}`, { cause: error });
  }
  if (isBusy(error)) {
    const sentence = `another program holds a lock of the database; end what it does there (${message})`;
    return new JournalError('JOURNAL_BUSY', sentence, { cause: error });
  }
  const code = primary === FULL ? 'JOURNAL_FULL' : 'JOURNAL_FAILED';
  return new JournalError(code, `the database says: ${message} (${errcode})`, { cause: error });
}

/** Whether another program held a lock for too long: it says nothing about what is stored, and passes. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED, PROTOCOL].includes(((error as { readonly errcode?: number }).errcode ?? 0) & 255);
}

/** Throws an error again that says nothing about what is stored. */
export function rethrowBusy(error: unknown): void {
  if (isBusy(error)) throw error;
}
