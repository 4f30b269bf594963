import { statSync } from 'node:fs';
import { JournalError } from '../../core/index.ts';

/** Suffixes of the files that records are written to: the database and its log. */
const SUFFIXES = ['', '-wal'] as const;

/**
 * Notices that the files of an open journal are no longer those at its path. SQLite goes on writing to a file that was removed or
 * replaced, and nobody would find the records again.
 */
export class SameFiles {
  readonly #path: string;
  readonly #known = new Map<string, string>();

  /** @param path - of a database that is open, in WAL mode. */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {JournalError} `JOURNAL_FAILED` where a file that was there at an earlier call is gone, or is another one. */
  check(): void {
    for (const suffix of SUFFIXES) {
      const file = `${this.#path}${suffix}`;
      const found = statSync(file, { throwIfNoEntry: false });
      const identity = found === undefined ? null : `${found.dev}:${found.ino}`;
      const known = this.#known.get(suffix);
      if (known === undefined && identity !== null) this.#known.set(suffix, identity);
      if (known === undefined || known === identity) continue;
      const what = identity === null ? 'removed' : 'replaced by another file';
      throw new JournalError('JOURNAL_FAILED', `${file} was ${what} while it was open; put it back, then start again`);
    }
  }
}
