import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import type { OpenSignal } from '../../ports/index.ts';
import { type Cell, OPEN_SIGNALS, TABLES, trustedRow } from '../codec/index.ts';
import { all } from './reader.ts';
import { rowColumns } from './table-sql.ts';

/** Places of the columns of an open signal among those of a signal: they have the same names. */
const SHORT = OPEN_SIGNALS.columns.map(({ name }) =>
  TABLES.signals.columns.findIndex((column) => column.name === name),
);

/** What is needed of a signal that awaits its outcome, from the signal's cells. */
export function openCells(signal: readonly Cell[]): Cell[] {
  return SHORT.map((place) => signal[place]);
}

/**
 * The newest signals that await an outcome, at most `limit`, oldest first. They stand in a table of their own, short, so that a
 * start need not read a large journal for them.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when not all of `nOpen` are there.
 */
export function readOpenSignals(db: DatabaseSync, nOpen: number, limit: number): OpenSignal[] {
  const newest = db.prepare(`SELECT ${rowColumns(OPEN_SIGNALS)} FROM open_signals ORDER BY seq DESC LIMIT ?`);
  const open: OpenSignal[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const row of all(newest, limit)) {
    const seq = Number(row[0]);
    if (seq >= before) throw new JournalError('JOURNAL_DAMAGED', 'open signals are out of order');
    before = seq;
    open.push(toOpenSignal(row));
  }
  if (open.length < Math.min(limit, nOpen)) {
    throw new JournalError('JOURNAL_DAMAGED', `of ${nOpen} open signals ${open.length} are there`);
  }
  return open.reverse();
}

function toOpenSignal(cells: readonly Cell[]): OpenSignal {
  const row = trustedRow(OPEN_SIGNALS, cells);
  return {
    signalId: row.signal_id,
    instrumentId: row.instrument_id,
    signal: Number(row.signal) as OpenSignal['signal'],
    modelVersion: row.model_version,
    confidence: row.confidence,
    source: row.source as OpenSignal['source'],
    trade: { entryTs: row.entry_ts, target: row.target, maxStepNs: row.max_step_ns },
  };
}
