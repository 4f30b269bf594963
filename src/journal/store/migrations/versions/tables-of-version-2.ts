import type { DatabaseSync } from 'node:sqlite';
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
  rowOf,
  TABLES,
  TEXT,
  TEXT_OR_NULL,
  trustedCells,
  trustedEntry,
} from '../../../codec/index.ts';
import { rowColumns } from '../../table-sql.ts';

/** Versions 1 and 2 have these tables. Their returns are net of the cost in the settings; their barriers lie on no tick grid. */
export const SIGNALS_2 = defineTable(
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
  } as const satisfies Columns,
  ['signal_id'],
);

export const OUTCOMES_2 = defineTable(
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
  } as const satisfies Columns,
  ['signal_id'],
);

export const OPEN_SIGNALS_2 = defineTable('open_signals', 253, {
  signal_id: TEXT,
  instrument_id: TEXT,
  signal: INT,
  model_version: TEXT_OR_NULL,
  confidence: REAL,
  source: TEXT,
  entry_ts: INT,
  target: REAL,
  max_step_ns: INT,
} as const satisfies Columns);

/** Maps rows of version 2 to the cells of version 3; each is verified by its own checksum first. */
export class RowsOfVersion2 {
  readonly #db: DatabaseSync;
  /** Costs by settings, basis points. */
  readonly #costs = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` when the row, or that of its settings, is not as it was written. */
  signal(row: readonly Cell[]): Cell[] {
    const cells = trustedCells(SIGNALS_2, row);
    const { entry_ts: entryTs, settings_id: settingsId } = rowOf(SIGNALS_2, cells);
    return [...cells, null, entryTs === null ? null : this.#costOf(settingsId)];
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` when the row is not as it was written. */
  outcome(row: readonly Cell[]): Cell[] {
    const cells = trustedCells(OUTCOMES_2, row);
    const isNet = rowOf(OUTCOMES_2, cells).trade_return === null ? 0 : 1;
    return [...cells, isNet, null, null];
  }

  #costOf(settingsId: string): number {
    const known = this.#costs.get(settingsId) ?? costIn(this.#settings(settingsId));
    this.#costs.set(settingsId, known);
    return known;
  }

  #settings(settingsId: string): string {
    const find = this.#db.prepare(`SELECT ${rowColumns(TABLES.settings)} FROM settings WHERE settings_id = ?`);
    const row = find.get(settingsId) as unknown as Cell[] | undefined;
    return row === undefined ? '{}' : trustedEntry('settings', row).settings;
  }
}

/** Cost in settings of version 0.1, basis points; 0, as it was by default, where they have none. */
function costIn(settings: string): number {
  try {
    const { labels } = JSON.parse(settings) as { readonly labels?: { readonly cost_bps?: unknown } };
    const cost = labels?.cost_bps;
    return typeof cost === 'number' && cost >= 0 ? cost : 0;
  } catch {
    return 0; // settings of another program
  }
}
