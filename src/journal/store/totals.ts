import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { type Cell, cellsOf, checksumOf, TOTALS, trustedRow } from '../codec/index.ts';
import { insertInto, rowColumns } from './table-sql.ts';

/** How much the journal holds. Written with every group. */
export interface Totals {
  /** The place of the newest entry; every place from 1 on is taken. */
  lastSeq: number;
  nextBarId: number;
  nSignals: number;
  nOutcomes: number;
  /** Outcomes whose label is known. */
  nMatured: number;
  nOpen: number;
  nInstruments: number;
}

const NONE: Totals = {
  lastSeq: 0,
  nextBarId: 0,
  nSignals: 0,
  nOutcomes: 0,
  nMatured: 0,
  nOpen: 0,
  nInstruments: 0,
};

export const TOTALS_ROW = `SELECT ${rowColumns(TOTALS)} FROM totals`;
export const REPLACE_TOTALS = insertInto(TOTALS, 'OR REPLACE');

/** The totals as they stand. @throws {JournalError} `JOURNAL_DAMAGED` when they are not as they were written. */
export function readTotals(db: DatabaseSync): Totals {
  const rows = db.prepare(TOTALS_ROW).all() as unknown as Cell[][];
  if (rows.length === 0) {
    const first = db.prepare('SELECT count(*) FROM (SELECT 1 FROM signals UNION ALL SELECT 1 FROM bars LIMIT 1)').get();
    if (Number((first as unknown as Cell[])[0]) === 0) return { ...NONE };
  }
  if (rows.length !== 1) throw new JournalError('JOURNAL_DAMAGED', 'the totals of the journal are not there');
  const row = trustedRow(TOTALS, rows[0]);
  return {
    lastSeq: Number(row.last_seq),
    nextBarId: Number(row.next_bar_id),
    nSignals: Number(row.n_signals),
    nOutcomes: Number(row.n_outcomes),
    nMatured: Number(row.n_matured),
    nOpen: Number(row.n_open),
    nInstruments: Number(row.n_instruments),
  };
}

/** The row that holds the totals, in the order of its columns. */
export function totalsRow(totals: Totals): Cell[] {
  const cells = cellsOf(TOTALS, {
    last_seq: totals.lastSeq,
    next_bar_id: totals.nextBarId,
    n_signals: totals.nSignals,
    n_outcomes: totals.nOutcomes,
    n_matured: totals.nMatured,
    n_open: totals.nOpen,
    n_instruments: totals.nInstruments,
  });
  return [0, ...cells, checksumOf(TOTALS, 0, cells)];
}
