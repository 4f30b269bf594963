import type { DatabaseSync } from 'node:sqlite';
import type { Table } from '../../codec/index.ts';

/** One step from a version of the journal to the next. */
export interface Migration {
  /** The `user_version` it begins with; it ends with the next. */
  readonly from: number;
  /** The tables of entries before it. */
  readonly tablesBefore: readonly Table[];
  /** The table of signals that await an outcome before it. */
  readonly openBefore: Table;
  /** Rewrites what changes, inside a transaction of the caller's. @throws {JournalError} `JOURNAL_DAMAGED` for a damaged row. */
  readonly run: (db: DatabaseSync) => void;
}
