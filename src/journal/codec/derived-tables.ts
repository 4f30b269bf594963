import {
  BLOB,
  type Cell,
  defineTable,
  INT,
  INT_OR_NULL,
  REAL,
  REAL_OR_NULL,
  TEXT,
  TEXT_OR_NULL,
} from './define-table.ts';
import { signals } from './signal-tables.ts';

/**
 * Kept beside the entries, derived from them, written over: of each instrument its newest run of bars (-1 before the first),
 * how many there are, how many signals that are not flat, and the latest time of any bar.
 */
export const INSTRUMENTS = defineTable(
  'instruments',
  254,
  { instrument_id: TEXT, last_run: INT, n_runs: INT, n_trades: INT, latest_ts: INT_OR_NULL },
  ['instrument_id'],
);

/** Kept beside the signals: those that await an outcome, under their `seq`, with what is needed to follow them. */
export const OPEN_SIGNALS = defineTable('open_signals', 253, {
  signal_id: TEXT,
  instrument_id: TEXT,
  signal: INT,
  model_version: TEXT_OR_NULL,
  confidence: REAL,
  source: TEXT,
  entry_ts: INT,
  target: REAL,
  max_step_ns: INT,
  tick_size: REAL_OR_NULL,
  cost_bps: REAL,
});

/** Places of the columns of an open signal among those of a signal: they have the same names. */
const SHORT = OPEN_SIGNALS.columns.map(({ name }) => signals.columns.findIndex((column) => column.name === name));

/** What is needed of a signal that awaits its outcome, from the signal's cells. */
export function openCells(signal: readonly Cell[]): Cell[] {
  return SHORT.map((place) => signal[place]);
}

/** Kept beside the bars: short runs of one instrument once more, together in one row. Its `seq` is the last run's first id. */
export const BAR_BLOCKS = defineTable('bar_blocks', 252, {
  instrument_id: TEXT,
  first_run: INT,
  n_runs: INT,
  reach: INT_OR_NULL,
  ids: BLOB,
  columns: BLOB,
});

/** One row: how much the journal holds. Written with every group, so that rows that vanish are missed. */
export const TOTALS = defineTable('totals', 255, {
  last_seq: INT,
  next_bar_id: INT,
  n_signals: INT,
  n_outcomes: INT,
  n_matured: INT,
  n_open: INT,
  n_instruments: INT,
});
