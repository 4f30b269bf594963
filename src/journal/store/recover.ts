import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { isMatured, type MaturedOutcome, seriesOf } from '../../domain/index.ts';
import type {
  DetectorEntry,
  HaltEntry,
  JournalRecovery,
  JudgementEntry,
  KnownBars,
  RecordedAnswer,
  RecoveryLimits,
  TriggerEntry,
} from '../../ports/index.ts';
import { INSTRUMENTS, TABLES, trustedEntry, trustedRow } from '../codec/index.ts';
import { LatestBars } from './bars/gathered-bars.ts';
import { judgementsOfVersion1 } from './migrations/index.ts';
import { readOpenSignals } from './open-signals.ts';
import { all, atOneMoment, checkComplete, JournalReader } from './reader.ts';
import { tablesOf } from './schema.ts';
import { rowColumns } from './table-sql.ts';
import { readTotals, type Totals } from './totals.ts';

/**
 * What a service needs to go on. Reads what is open, the latest of what is closed, and of each series its latest bars: its
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
      instruments: latestSeries(db, totals, limits).map((key) => latestBars(reader, key, limits.heldBars)),
      open: readOpenSignals(db, totals.nOpen, limits.maxOpen),
      matured: maturedOutcomes(db, reader, totals, limits.window),
      answers: latestAnswers(db, totals, limits.maxAnswers),
      openTriggers: openTriggers(db),
      judgements: readJudgements(db),
      halt: latestHalt(db),
      detector: latestPoints(db, limits.maxPoints),
      nSignals: totals.nSignals,
      nOutcomes: totals.nMatured,
      nRecordedOutcomes: totals.nOutcomes,
    };
  });
}

/** Keys of series, oldest first. */
function latestSeries(db: DatabaseSync, totals: Totals, limits: RecoveryLimits): string[] {
  const newest = db.prepare(
    `SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE last_run >= 0 ORDER BY last_run DESC LIMIT ?`,
  );
  const ids: string[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const row of all(newest, limits.maxInstruments)) {
    const { instrument_id: instrumentId, last_run: lastRun } = trustedRow(INSTRUMENTS, row);
    if (Number(lastRun) < before) ids.push(instrumentId);
    before = Number(lastRun);
  }
  checkComplete('instruments', Math.min(limits.maxInstruments, totals.nInstruments), ids.length);
  return ids.reverse();
}

function latestBars(reader: JournalReader, key: string, heldBars: number): KnownBars {
  const latest = new LatestBars();
  for (const { ids, bars, reach } of reader.piecesOf(key)) {
    latest.add(ids, bars);
    // Of a bar that is known already, what was written before is not the last word; and nothing before is later than its reach.
    const horizon = reach === null ? null : latest.nthLatest(heldBars);
    if (reach !== null && horizon !== null && reach <= horizon) break;
  }
  return { ...seriesOf(key), firstId: reader.firstIdOf(key), ...latest.latest(heldBars, 'any') };
}

function maturedOutcomes(db: DatabaseSync, reader: JournalReader, totals: Totals, window: number): MaturedOutcome[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.outcomes)} FROM outcomes ORDER BY seq DESC`);
  const wanted = Math.min(window, totals.nMatured);
  const matured: MaturedOutcome[] = [];
  for (const row of all(newest)) {
    if (matured.length === wanted) break;
    const { signalId, label } = trustedEntry('outcomes', row);
    if (label === null) continue;
    const outcome = reader.findSignal(signalId)?.outcome ?? null;
    if (outcome === null) throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId} of an outcome is not there`);
    const { seq: _, ...end } = outcome;
    if (isMatured(end)) matured.push(end);
  }
  checkComplete('matured outcomes', wanted, matured.length);
  return matured.reverse();
}

function latestAnswers(db: DatabaseSync, totals: Totals, maxAnswers: number): RecordedAnswer[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.signals)} FROM signals ORDER BY seq DESC LIMIT ?`);
  const answers = Array.from(all(newest, maxAnswers), (row) => {
    const { signalId, seq, bodyHash, answer, answerHash } = trustedEntry('signals', row);
    return { signalId, seq, bodyHash, answer, answerHash };
  });
  checkComplete('answers', Math.min(maxAnswers, totals.nSignals), answers.length);
  return answers.reverse();
}

/** Number of moves looked at: at most one retraining is open at a time, so its moves are among the latest. */
const LATEST_MOVES = 100;

function openTriggers(db: DatabaseSync): TriggerEntry[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.triggers)} FROM triggers ORDER BY seq DESC LIMIT ?`);
  const moves = [...all(newest, LATEST_MOVES)].map((row) => trustedEntry('triggers', row));
  const first = new Map(moves.map((move) => [move.triggerId, move])); // newest first: the oldest move of each stays
  const ended = moves.filter(({ state }) => state === 'completed' || state === 'failed');
  for (const { triggerId } of ended) first.delete(triggerId);
  return [...first.values()].reverse();
}

/** Every judgement of a challenger, oldest first; also of a journal of version 1 that is not migrated. */
export function readJudgements(db: DatabaseSync): JudgementEntry[] {
  if (!tablesOf(db).entries.includes(TABLES.judgements)) return judgementsOfVersion1(db);
  const oldest = db.prepare(`SELECT ${rowColumns(TABLES.judgements)} FROM judgements ORDER BY seq`);
  return Array.from(all(oldest), (row) => trustedEntry('judgements', row));
}

function latestHalt(db: DatabaseSync): HaltEntry | null {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.halts)} FROM halts ORDER BY seq DESC LIMIT 1`);
  for (const row of all(newest)) return trustedEntry('halts', row);
  return null;
}

function latestPoints(db: DatabaseSync, maxPoints: number): DetectorEntry[] {
  const newest = db.prepare(`SELECT ${rowColumns(TABLES.detectors)} FROM detectors ORDER BY seq DESC LIMIT ?`);
  const points: DetectorEntry[] = [];
  for (const row of all(newest, maxPoints)) {
    points.push(trustedEntry('detectors', row));
    if (points.at(-1)?.event === 'start') break;
  }
  return points.reverse();
}
