import {
  BLOB,
  BLOB_OR_NULL,
  type Cell,
  type Columns,
  defineTable,
  INT,
  INT_OR_NULL,
  REAL,
  REAL_OR_NULL,
  TEXT,
  TEXT_OR_NULL,
  trustedCells,
} from '../../../codec/index.ts';

/** Versions 5 and 6 have this table. Its signals brought no columns, and none were read. */
export const SIGNALS_6 = defineTable(
  'signals',
  1,
  {
    signal_id: TEXT,
    body_hash: TEXT,
    transport: TEXT,
    received_ms: INT,
    instrument_id: TEXT,
    signal: INT,
    timestamp: INT,
    bar_ids: BLOB,
    features: BLOB_OR_NULL,
    model_version: TEXT_OR_NULL,
    settings_id: TEXT,
    confidence: REAL,
    source: TEXT,
    answer: TEXT,
    answer_hash: TEXT,
    entry_ts: INT_OR_NULL,
    target: REAL_OR_NULL,
    max_step_ns: INT_OR_NULL,
    tick_size: REAL_OR_NULL,
    cost_bps: REAL_OR_NULL,
    strength: REAL,
    number: INT,
  } as const satisfies Columns,
  ['signal_id'],
);

/** Cells of a signal of version 7, from those of version 6. */
export function withoutColumns(cells: readonly Cell[]): Cell[] {
  return [...cells.slice(0, -1), null, cells[cells.length - 1]];
}

/** Maps a row of version 6 to the cells of version 7. @throws {JournalError} `JOURNAL_DAMAGED` when the row is not as it was written. */
export function signalOfVersion6(row: readonly Cell[]): Cell[] {
  return withoutColumns(trustedCells(SIGNALS_6, row));
}
