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

const SIGNAL_COLUMNS_3 = {
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
} as const satisfies Columns;

/** Version 3 has this table. Its signals have no strength, which counts as 1. */
export const SIGNALS_3 = defineTable('signals', 1, SIGNAL_COLUMNS_3, ['signal_id']);

/** Version 4 has this table. Its signals have no number: that is their place among all signals. */
export const SIGNALS_4 = defineTable('signals', 1, { ...SIGNAL_COLUMNS_3, strength: REAL }, ['signal_id']);

/** Versions 3 and 4 have this table, likewise without numbers. */
export const OUTCOMES_3 = defineTable(
  'outcomes',
  2,
  {
    signal_id: TEXT,
    outcome: TEXT,
    label: INT_OR_NULL,
    trade_return: REAL_OR_NULL,
    exit_ts: INT_OR_NULL,
    reason: TEXT_OR_NULL,
    resolved_ms: INT,
    is_net: INT,
    coin: REAL_OR_NULL,
    excess: REAL_OR_NULL,
  } as const satisfies Columns,
  ['signal_id'],
);

const FULL_STRENGTH = 1;

/** Cells of a signal of version 4, from those of version 3. */
export function withStrength(cells: readonly Cell[]): Cell[] {
  return [...cells, FULL_STRENGTH];
}

/** Maps a row of version 3 to the cells of version 4. @throws {JournalError} `JOURNAL_DAMAGED` when the row is not as it was written. */
export function signalOfVersion3(row: readonly Cell[]): Cell[] {
  return withStrength(trustedCells(SIGNALS_3, row));
}
