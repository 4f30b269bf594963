import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { seriesOf } from '../../domain/index.ts';
import type { OpenSignal } from '../../ports/index.ts';
import { type Cell, OPEN_SIGNALS, rowOf, type Table, trustedCells } from '../codec/index.ts';
import { all } from './reader.ts';
import { rowColumns } from './table-sql.ts';

/**
 * The newest signals that await an outcome, at most `limit`, oldest first. They stand in a table of their own, short, so that a
 * start need not read a large journal for them.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when not all of `nOpen` are there.
 */
export function readOpenSignals(db: DatabaseSync, nOpen: number, limit: number): OpenSignal[] {
  return openRows(db, OPEN_SIGNALS, nOpen, limit).map(toOpenSignal);
}

/** The same as cells, of a journal of whatever version. @param table - of its open signals. */
export function openRows(db: DatabaseSync, table: Table, nOpen: number, limit: number): (readonly Cell[])[] {
  const newest = db.prepare(`SELECT ${rowColumns(table)} FROM open_signals ORDER BY seq DESC LIMIT ?`);
  const open: (readonly Cell[])[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const row of all(newest, limit)) {
    const seq = Number(row[0]);
    if (seq >= before) throw new JournalError('JOURNAL_DAMAGED', 'open signals are out of order');
    before = seq;
    open.push(trustedCells(table, row));
  }
  if (open.length < Math.min(limit, nOpen)) {
    throw new JournalError('JOURNAL_DAMAGED', `of ${nOpen} open signals ${open.length} are there`);
  }
  return open.reverse();
}

function toOpenSignal(cells: readonly Cell[]): OpenSignal {
  const row = rowOf(OPEN_SIGNALS, cells);
  return {
    signalId: row.signal_id,
    ...seriesOf(row.instrument_id),
    signal: Number(row.signal) as OpenSignal['signal'],
    modelVersion: row.model_version,
    confidence: row.confidence,
    source: row.source as OpenSignal['source'],
    trade: {
      entryTs: row.entry_ts,
      target: row.target,
      maxStepNs: row.max_step_ns,
      tickSize: row.tick_size,
      costBps: row.cost_bps,
    },
  };
}
