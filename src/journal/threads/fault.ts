import { JournalError } from '../../core/index.ts';
import { hasRoom } from '../has-room.ts';
import { toJournalError } from '../store/index.ts';

/** What cannot be done, as plain data that crosses threads. */
export interface WriterFault {
  readonly code: 'JOURNAL_FULL' | 'JOURNAL_BUSY' | 'JOURNAL_FAILED' | 'JOURNAL_DAMAGED';
  readonly message: string;
}

const IOERR = 10;

/** What an error of the database at `path` means: no room now, or no trust any more. */
export function faultOf(cause: unknown, path: string): WriterFault {
  const error = toJournalError(cause) as Error;
  const errcode = (cause as { readonly errcode?: number }).errcode ?? 0;
  if ((errcode & 255) === IOERR && !hasRoom(path)) {
    return { code: 'JOURNAL_FULL', message: `the disk or a limit has no room for the journal: ${error.message}` };
  }
  const code = error instanceof JournalError ? (error.code as WriterFault['code']) : 'JOURNAL_FAILED';
  return { code, message: error.message };
}

/** Whether it passes by itself, and what failed is tried again: the disk is full, or another program holds the database. */
export function passes({ code }: WriterFault): boolean {
  return code === 'JOURNAL_FULL' || code === 'JOURNAL_BUSY';
}
