import { closeSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { JournalError } from '../../core/index.ts';
import { toJournalError } from '../store/index.ts';

/** What cannot be done, as plain data that crosses threads. */
export interface WriterFault {
  readonly code: 'JOURNAL_FULL' | 'JOURNAL_FAILED' | 'JOURNAL_DAMAGED';
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

/**
 * Whether the disk takes another page at the end of the log. The database calls only ENOSPC full; a limit on the size of files
 * or a quota looks to it like a broken disk.
 */
function hasRoom(path: string): boolean {
  const probe = `${path}-probe`;
  try {
    const end = Math.max(statSync(path).size, statSync(`${path}-wal`).size);
    const file = openSync(probe, 'w', 0o600);
    try {
      const page = new Uint8Array(8192);
      return writeSync(file, page, 0, page.length, end) === page.length;
    } finally {
      ftruncateSync(file);
      closeSync(file);
      unlinkSync(probe);
    }
  } catch (error) {
    return !['ENOSPC', 'EFBIG', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
