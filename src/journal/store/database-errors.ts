import { JournalError } from '../../core/index.ts';

/** Code of a statement that the database does not understand: ours never change, so its tables are not ours any more. */
const NOT_UNDERSTOOD = 1;
const CORRUPT = 11;
const FULL = 13;
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
  const code = primary === FULL ? 'JOURNAL_FULL' : 'JOURNAL_FAILED';
  return new JournalError(code, `the database says: ${message} (${errcode})`, { cause: error });
}
