import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../../core/index.ts';
import type { JournalRecovery, KnownBars, MaturedSignal, RecoveryLimits } from '../../../ports/index.ts';
import { INSTRUMENTS, TABLES, trustedCells, trustedEntry } from '../codec/index.ts';
import { LatestBars } from './gathered-bars.ts';
import { readOpenSignals } from './open-signals.ts';
import { all, get, JournalReader } from './reader.ts';
import { rowColumns } from './schema.ts';
import { readTotals, type Totals } from './totals.ts';

/**
 * What a service needs to go on. Reads what is open, the latest of what is closed, and of each instrument its latest bars: its
 * cost grows with the limits, not with the journal.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when any of it is not as it was written.
 */
export function recoverJournal(db: DatabaseSync, limits: RecoveryLimits): JournalRecovery {
  db.exec('BEGIN');
  try {
    const totals = readTotals(db);
    const reader = new JournalReader(db);
    return {
      nextBarId: totals.nextBarId,
      instruments: latestInstruments(db, totals, limits).map((id) => latestBars(reader, id, limits.heldBars)),
      open: readOpenSignals(db, totals.nOpen, limits.maxOpen),
      matured: maturedSignals(db, limits.window),
      nSignals: totals.nSignals,
      nOutcomes: totals.nMatured,
    };
  } finally {
    db.exec('COMMIT');
  }
}

/** Oldest first. */
function latestInstruments(db: DatabaseSync, totals: Totals, limits: RecoveryLimits): string[] {
  const newest = db.prepare(`SELECT ${rowColumns(INSTRUMENTS)} FROM instruments ORDER BY last_run DESC LIMIT ?`);
  const ids = Array.from(all(newest, limits.maxInstruments), (row) => trustedCells(INSTRUMENTS, row)[0] as string);
  if (new Set(ids).size !== Math.min(limits.maxInstruments, totals.nInstruments)) {
    throw new JournalError('JOURNAL_DAMAGED', `of ${totals.nInstruments} instruments only ${ids.length} are there`);
  }
  return ids.reverse();
}

function latestBars(reader: JournalReader, instrumentId: string, heldBars: number): KnownBars {
  const latest = new LatestBars();
  let horizon: bigint | null = null;
  for (const { firstId, bars } of reader.runsOf(instrumentId)) {
    // Runs come by the time of their last bar: from the first that ends before the oldest bar wanted, none has a wanted one.
    if (horizon !== null && bars.tsEvent[bars.length - 1] < horizon) break;
    latest.add(firstId, bars);
    if (latest.size >= heldBars) horizon = latest.nthLatest(heldBars);
  }
  return { instrumentId, ...latest.latest(heldBars, 'any') };
}

function maturedSignals(db: DatabaseSync, window: number): MaturedSignal[] {
  const newest = db.prepare(
    `SELECT ${rowColumns(TABLES.outcomes)} FROM outcomes WHERE label IS NOT NULL ORDER BY seq DESC LIMIT ?`,
  );
  const signalRow = db.prepare(`SELECT ${rowColumns(TABLES.signals)} FROM signals WHERE signal_id = ?`);
  const matured = Array.from(all(newest, window), (row): MaturedSignal => {
    const { signalId, label, tradeReturn } = trustedEntry('outcomes', row);
    const found = get(signalRow, signalId);
    if (found === null || label === null) {
      throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId}, whose outcome is recorded, is not there`);
    }
    const { modelVersion, confidence, source } = trustedEntry('signals', found);
    return { signalId, modelVersion, confidence, source, label, tradeReturn };
  });
  return matured.reverse();
}
