import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JOURNAL_FILE } from './open-journal.ts';
import { type JournalVerification, openToRead, toJournalError, verifyDatabase } from './store/index.ts';

/**
 * Looks at everything in a journal, also while a service writes to it: every entry's checksum and place, every index, the
 * database's structure. It writes nothing. Takes about a second for 100 MB.
 */
export async function verifyJournal(directory: string): Promise<JournalVerification> {
  const path = join(resolve(directory), JOURNAL_FILE);
  if (!existsSync(path)) return { nRows: 0, faults: [`there is no ${path}`] };
  try {
    const db = openToRead(path);
    const found = verifyDatabase(db);
    db.close();
    return found;
  } catch (error) {
    return { nRows: 0, faults: [String((toJournalError(error) as Error).message)] };
  }
}
