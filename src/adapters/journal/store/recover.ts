import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../../core/index.ts';
import type { JournalRecovery, KnownBars, MaturedSignal, RecoveryLimits } from '../../../ports/index.ts';
import { INSTRUMENTS, TABLES, trustedCells, trustedEntry } from '../codec/index.ts';
import { LatestBars } from './gathered-bars.ts';
import { readOpenSignals } from './open-signals.ts';
import { all, atOneMoment, checkComplete, JournalReader } from './reader.ts';
import { rowColumns } from './schema.ts';
import { readTotals, type Totals } from './totals.ts';

/**
 * What a service needs to go on. Reads what is open, the latest of what is closed, and of each instrument its latest bars: its
 * cost grows with the limits, not with the journal.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when any of it is not as it was written.
 */
export function recoverJournal(db: DatabaseSync, limits: RecoveryLimits): JournalRecovery {
  return atOneMoment(db, () => {
    const totals = readTotals(db);
    const reader = new JournalReader(db);
    return {
      nextBarId: totals.nextBarId,
      instruments: latestInstruments(db, totals, limits).map((id) => latestBars(reader, id, limits.heldBars)),
      open: readOpenSignals(db, totals.nOpen, limits.maxOpen),
      matured: maturedSignals(db, reader, totals, limits.window),
      nSignals: totals.nSignals,
      nOutcomes: totals.nMatured,
    };
  });
}

/** Oldest first. */
function latestInstruments(db: DatabaseSync, totals: Totals, limits: RecoveryLimits): string[] {
  const newest = db.prepare(
    `SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE last_run >= 0 ORDER BY last_run DESC LIMIT ?`,
  );
  const ids: string[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const row of all(newest, limits.maxInstruments)) {
    const [instrumentId, lastRun] = trustedCells(INSTRUMENTS, row);
    if (Number(lastRun) < before) ids.push(instrumentId as string);
    before = Number(lastRun);
  }
  checkComplete('instruments', Math.min(limits.maxInstruments, totals.nInstruments), ids.length);
  return ids.reverse();
}

function latestBars(reader: JournalReader, instrumentId: string, heldBars: number): KnownBars {
  const latest = new LatestBars();
  for (const { ids, bars, reach } of reader.piecesOf(instrumentId)) {
    latest.add(ids, bars);
    // Of a bar that is known already, what was written before is not the last word; and nothing before is later than its reach.
    const horizon = reach === null ? null : latest.nthLatest(heldBars);
    if (reach !== null && horizon !== null && reach <= horizon) break;
  }
  return { instrumentId, ...latest.latest(heldBars, 'any') };
}

function maturedSignals(db: DatabaseSync, reader: JournalReader, totals: Totals, window: number): MaturedSignal[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.outcomes)} FROM outcomes ORDER BY seq DESC`);
  const wanted = Math.min(window, totals.nMatured);
  const matured: MaturedSignal[] = [];
  for (const row of all(newest)) {
    if (matured.length === wanted) break;
    const { signalId, label, tradeReturn } = trustedEntry('outcomes', row);
    if (label === null) continue;
    const signal = reader.findSignal(signalId);
    if (signal === null) throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId} of an outcome is not there`);
    const { modelVersion, confidence, source } = signal;
    matured.push({ signalId, modelVersion, confidence, source, label, tradeReturn });
  }
  checkComplete('matured outcomes', wanted, matured.length);
  return matured.reverse();
}
