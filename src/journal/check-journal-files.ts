import { statSync } from 'node:fs';
import { DataError } from '../core/index.ts';
import { unfitKind } from '../runtime/index.ts';

/**
 * Checks that the files of a journal are plain files, before SQLite opens one: it waits for the writer of a named pipe.
 *
 * @param path - of the database. @throws {DataError} `FILE_UNREADABLE` for the first that is of another kind.
 */
export function checkJournalFiles(path: string): void {
  for (const file of ['', '-wal', '-shm', '-journal'].map((end) => path + end)) {
    const info = statSync(file, { throwIfNoEntry: false });
    const unfit = info === undefined ? null : unfitKind(info);
    if (unfit !== null) throw new DataError('FILE_UNREADABLE', `cannot read ${file}: ${unfit}`);
  }
}
