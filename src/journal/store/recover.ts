import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import type { JournalRecovery, KnownBars, MaturedSignal, OpenTrigger, RecoveryLimits } from '../../ports/index.ts';
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
      openTriggers: openTriggers(db),
      lastJudged: lastJudged(db),
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
    const { signalId, label, tradeReturn, exitTs } = trustedEntry('outcomes', row);
    if (label === null) continue;
    const signal = reader.findSignal(signalId);
    if (signal === null) throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId} of an outcome is not there`);
    const { instrumentId, modelVersion, confidence, source, trade } = signal;
    if (trade === null) continue; // a flat signal has no outcome
    const judged = { signalId, instrumentId, modelVersion, confidence, source };
    matured.push({ ...judged, label, tradeReturn, entryTs: trade.entryTs, exitTs });
  }
  checkComplete('matured outcomes', wanted, matured.length);
  return matured.reverse();
}

/** Moves of triggers looked at: at most one is open at a time, so its last move is among the latest. */
const LATEST_MOVES = 100;

function openTriggers(db: DatabaseSync): OpenTrigger[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.triggers)} FROM triggers ORDER BY seq DESC LIMIT ?`);
  const moves = [...all(newest, LATEST_MOVES)].map((row) => trustedEntry('triggers', row));
  const first = new Map(moves.map((move) => [move.triggerId, move])); // newest first: the oldest move of each stays
  const ended = moves.filter(({ state }) => state === 'completed' || state === 'failed');
  for (const { triggerId } of ended) first.delete(triggerId);
  return [...first.values()]
    .reverse()
    .map(({ triggerId, reason, priority, note }) => ({ triggerId, reason, priority, note }));
}

function lastJudged(db: DatabaseSync): string | null {
  const newest = db.prepare(
    `SELECT ${rowColumns(TABLES.models)} FROM models WHERE event GLOB 'judged*' ORDER BY seq DESC LIMIT 1`,
  );
  for (const row of all(newest)) return trustedEntry('models', row).event;
  return null;
}
