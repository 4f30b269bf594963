import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JournalError } from '../core/index.ts';
import type { Journal, JudgementEntry } from '../ports/index.ts';
import { checkJournalFiles } from './check-journal-files.ts';
import { JOURNAL_FILE } from './open-journal.ts';
import { JournalReader, openToRead, REMEDY, readJudgements, toJournalError } from './store/index.ts';

/** A journal that is only looked at: another process may be writing to it. One of an older version is read as it is. */
export interface JournalRecords extends Pick<Journal, 'findSignal' | 'findSettings' | 'readBars' | 'signalsAfter'> {
  /** Every judgement of a challenger, oldest first. */
  judgements(): readonly JudgementEntry[];
  close(): void;
}

/**
 * Opens the journal of a directory to read, without its lock.
 *
 * @throws {DataError} `FILE_UNREADABLE` for what is no plain file.
 * @throws {JournalError} `JOURNAL_FAILED` when there is none; `JOURNAL_DAMAGED`, also by every read, when it is not as it was
 * written.
 */
export function readJournal(directory: string): JournalRecords {
  const path = join(resolve(directory), JOURNAL_FILE);
  if (!existsSync(path)) throw new JournalError('JOURNAL_FAILED', `there is no journal in ${resolve(directory)}`);
  checkJournalFiles(path);
  const guarded = <T>(read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      const error = toJournalError(cause);
      if (!(error instanceof JournalError)) throw error;
      const remedy = error.code === 'JOURNAL_DAMAGED' ? `; ${REMEDY}` : '';
      throw new JournalError(error.code, `${path}: ${error.message}${remedy}`, { cause });
    }
  };
  const db = guarded(() => openToRead(path));
  const reader = guarded(() => new JournalReader(db));
  return {
    findSignal: async (signalId) => guarded(() => reader.findSignal(signalId)),
    findSettings: async (settingsId) => guarded(() => reader.findSettings(settingsId)),
    judgements: () => guarded(() => readJudgements(db)),
    readBars: async (ids) => guarded(() => reader.readBars(ids)),
    signalsAfter: async (after, limit) => guarded(() => reader.signalsAfter(after, limit)),
    close: () => db.close(),
  };
}
