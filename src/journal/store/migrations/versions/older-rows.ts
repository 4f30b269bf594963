import type { DatabaseSync } from 'node:sqlite';
import { type Cell, TABLES, type Table, trustedCells } from '../../../codec/index.ts';
import { RowsOfVersion2 } from './tables-of-version-2.ts';
import { OUTCOMES_3, SIGNALS_3, SIGNALS_4, signalOfVersion3, withStrength } from './tables-of-version-3.ts';
import { SIGNALS_6, signalOfVersion6, withoutColumns } from './tables-of-version-6.ts';

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
  if (tables.includes(SIGNALS_6)) {
    return { signal: signalOfVersion6, outcome: (row) => [...trustedCells(TABLES.outcomes, row)] };
  }
  const { signal, outcome } = rowsOfVersion4(db, tables);
  return {
    signal: (row) => withoutColumns([...signal(row), numberIn(db, 'signals', row)]),
    outcome: (row) => [...outcome(row), numberIn(db, 'outcomes', row)],
  };
}

/** The same, to the cells of version 4. */
function rowsOfVersion4(db: DatabaseSync, tables: readonly Table[]): OlderRows {
  if (tables.includes(SIGNALS_4)) {
    return { signal: (row) => [...trustedCells(SIGNALS_4, row)], outcome: outcomeOfVersion3 };
  }
  if (tables.includes(SIGNALS_3)) return { signal: signalOfVersion3, outcome: outcomeOfVersion3 };
  const rows = new RowsOfVersion2(db);
  return { signal: (row) => withStrength(rows.signal(row)), outcome: (row) => rows.outcome(row) };
}

function outcomeOfVersion3(row: readonly Cell[]): Cell[] {
  return [...trustedCells(OUTCOMES_3, row)];
}

/** The number that a row gets when its journal is migrated. */
function numberIn(db: DatabaseSync, table: 'signals' | 'outcomes', [seq]: readonly Cell[]): Cell {
  const count = db.prepare(`SELECT count(*) FROM ${table} WHERE seq <= ?`).get(seq as bigint);
  return (count as unknown as Cell[])[0];
}
