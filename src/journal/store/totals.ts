import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { type Cell, checksumOf, TOTALS, trustedCells } from '../codec/index.ts';
import { insertInto, rowColumns } from './schema.ts';

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
  const cells = trustedCells(TOTALS, rows[0]).map(Number);
  const [lastSeq, nextBarId, nSignals, nOutcomes, nMatured, nOpen, nInstruments] = cells;
  return { lastSeq, nextBarId, nSignals, nOutcomes, nMatured, nOpen, nInstruments };
}

/** The row that holds the totals, in the order of its columns. */
export function totalsRow(totals: Totals): Cell[] {
  const { lastSeq, nextBarId, nSignals, nOutcomes, nMatured, nOpen, nInstruments } = totals;
  const cells = [lastSeq, nextBarId, nSignals, nOutcomes, nMatured, nOpen, nInstruments];
  return [0, ...cells, checksumOf(TOTALS, 0, cells)];
}
