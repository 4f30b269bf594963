import type { DatabaseSync } from 'node:sqlite';
import { type Cell, TABLES, type Table, trustedCells } from '../../codec/index.ts';
import { RowsOfVersion2 } from './tables-of-version-2.ts';
import { SIGNALS_3, signalOfVersion3, withStrength } from './tables-of-version-3.ts';

/** Maps rows of an older version to the cells that today's tables have; each is verified by its own checksum first. */
export interface OlderRows {
  /** @throws {JournalError} `JOURNAL_DAMAGED` when the row, or that of its settings, is not as it was written. */
  signal(row: readonly Cell[]): Cell[];
  /** @throws {JournalError} `JOURNAL_DAMAGED` when the row is not as it was written. */
  outcome(row: readonly Cell[]): Cell[];
}

/** For a journal that is not migrated. @param tables - of its entries. @returns null where they are today's. */
export function olderRows(db: DatabaseSync, tables: readonly Table[]): OlderRows | null {
  if (tables.includes(TABLES.signals)) return null;
  if (tables.includes(SIGNALS_3)) {
    return { signal: signalOfVersion3, outcome: (row) => [...trustedCells(TABLES.outcomes, row)] };
  }
  const rows = new RowsOfVersion2(db);
  return { signal: (row) => withStrength(rows.signal(row)), outcome: (row) => rows.outcome(row) };
}
