import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { type BarSeries, seriesKey } from '../../domain/index.ts';
import {
  type BarsEntry,
  type InstrumentHistory,
  type NumberedAnswer,
  type PastTrade,
  type PromisedPage,
  promisesIn,
  type RecordedOutcome,
  type RecordedSignal,
  type TriggerEntry,
  toldEnd,
} from '../../ports/index.ts';
import {
  BAR_BLOCKS,
  type Cell,
  entryOf,
  INSTRUMENTS,
  type OutcomeRow,
  type SignalRow,
  TABLES,
  trustedEntry,
  trustedRow,
} from '../codec/index.ts';
import { type BarBlock, toBlock } from './bars/bar-blocks.ts';
import { GatheredBars, LatestBars } from './bars/gathered-bars.ts';
import { toJournalError } from './database-errors.ts';
import { type OlderRows, olderRows } from './migrations/index.ts';
import { checkSchema, tablesOf } from './schema.ts';
import { rowColumns } from './table-sql.ts';
import { readTotals } from './totals.ts';

/** `seq`, the cells of a row, and its checksum. */
export type RowCells = readonly Cell[];

/** Bars of one series that were written one after the other. */
interface BarPiece {
  readonly ids: Float64Array;
  readonly bars: BarSeries;
  /** No bar of the series that was written before is later than this; null where it is not known. */
  readonly reach: bigint | null;
}

/**
 * Opens the database of a journal to read it; integers come as bigint, rows as arrays. One of an older version, which no service
 * has migrated yet, is read as it is.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when it is no journal, or of a newer version.
 */
export function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, readBigInts: true, returnArrays: true, timeout: 5000 });
  try {
    atOneMoment(db, () => checkSchema(db)); // a migration may end meanwhile
    return db;
  } catch (error) {
    db.close();
    throw toJournalError(error);
  }
}

/** Reads several things as they stand at one moment. */
export function atOneMoment<T>(db: DatabaseSync, read: () => T): T {
  db.exec('BEGIN');
  try {
    return read();
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK'); // nothing was written
  }
}

/** Reads single entries, each checked against its checksum before it is believed. */
export class JournalReader {
  readonly #db: DatabaseSync;
  /** Null for a journal of today's version. */
  readonly #older: OlderRows | null;
  readonly #findSignal: StatementSync;
  readonly #findOutcome: StatementSync;
  readonly #findOpen: StatementSync;
  readonly #findSettings: StatementSync;
  readonly #idsAfter: StatementSync;
  readonly #findRun: StatementSync;
  readonly #findInstrument: StatementSync;
  readonly #runsOf: StatementSync;
  readonly #firstRunOf: StatementSync;
  readonly #findBlock: StatementSync;
  readonly #signalsOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    const { entries } = tablesOf(db);
    this.#older = olderRows(db, entries);
    const select = (name: keyof typeof TABLES, rest: string): StatementSync => {
      const table = entries.find(({ code }) => code === TABLES[name].code) ?? TABLES[name];
      return db.prepare(`SELECT ${rowColumns(table)} FROM ${table.name} ${rest}`);
    };
    this.#findSignal = select('signals', 'WHERE signal_id = ?');
    this.#findOutcome = select('outcomes', 'WHERE signal_id = ?');
    this.#findOpen = db.prepare('SELECT 1 FROM open_signals WHERE seq = ?');
    this.#findSettings = select('settings', 'WHERE settings_id = ?');
    // Only the index by id is read: it is a small part of the table.
    this.#idsAfter = db.prepare('SELECT signal_id FROM signals WHERE signal_id > ? ORDER BY signal_id LIMIT ?');
    this.#findRun = select('bars', 'WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1');
    this.#findInstrument = db.prepare(`SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE instrument_id = ?`);
    this.#runsOf = select(
      'bars',
      'INDEXED BY bars_by_instrument WHERE instrument_id = ? AND first_id > ? AND first_id < ? ORDER BY first_id DESC',
    );
    this.#firstRunOf = db.prepare(
      'SELECT first_id FROM bars INDEXED BY bars_by_instrument WHERE instrument_id = ? ORDER BY first_id LIMIT 1',
    );
    this.#findBlock = db.prepare(
      `SELECT ${rowColumns(BAR_BLOCKS)} FROM bar_blocks WHERE instrument_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1`,
    );
    this.#signalsOf = select('signals', 'WHERE instrument_id = ? AND entry_ts IS NOT NULL ORDER BY seq');
  }

  findSignal(signalId: string): RecordedSignal | null {
    const row = get(this.#findSignal, signalId);
    if (row === null) return null;
    const { kind: _, ...signal } = this.#signalOf(row);
    checkFound('signal', signalId, signal.signalId);
    const outcome = this.#outcomeOf(signal);
    const isOpen = outcome === null && signal.trade !== null;
    if (!isOpen || get(this.#findOpen, Number(row[0])) !== null) return { ...signal, outcome };
    // Not open any more: its outcome was written since it was looked for, or an index has lost it.
    const later = this.#outcomeOf(signal);
    if (later !== null) return { ...signal, outcome: later };
    throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId} is not open, and its outcome is not there`);
  }

  #outcomeOf(signal: Omit<SignalRow, 'kind'>): RecordedOutcome | null {
    const row = get(this.#findOutcome, signal.signalId);
    if (row === null) return null;
    const end = this.#endOf(row);
    checkFound('outcome', signal.signalId, end.signalId);
    return outcomeOf(signal, end);
  }

  #signalOf(row: RowCells): SignalRow {
    if (this.#older === null) return trustedEntry('signals', row);
    return entryOf('signals', this.#older.signal(row));
  }

  #endOf(row: RowCells): OutcomeRow {
    if (this.#older === null) return trustedEntry('outcomes', row);
    return entryOf('outcomes', this.#older.outcome(row));
  }

  findSettings(settingsId: string): string | null {
    const row = get(this.#findSettings, settingsId);
    if (row === null) return null;
    const found = trustedEntry('settings', row);
    checkFound('settings', settingsId, found.settingsId);
    return found.settings;
  }

  /** Ids of signals after one (null for the first), in their order. */
  signalIds(after: string | null, limit: number): string[] {
    return Array.from(all(this.#idsAfter, after ?? '', limit), ([id]) => id as string);
  }

  triggers(limit: number): TriggerEntry[] {
    const latest = this.#db.prepare(`SELECT ${rowColumns(TABLES.triggers)} FROM triggers ORDER BY seq DESC LIMIT ?`);
    return Array.from(all(latest, limit), (row) => trustedEntry('triggers', row)).reverse();
  }

  readBars(ids: Float64Array): BarSeries {
    const gathered = new GatheredBars(ids.length);
    let run: BarsEntry | null = null;
    for (let at = 0; at < ids.length; at++) {
      if (run === null || !holds(run, ids[at])) run = this.#runWith(ids[at]);
      gathered.put(at, run.bars, ids[at] - run.firstId);
    }
    return gathered.series('all');
  }

  /** @param key - of the series. */
  history(key: string): InstrumentHistory {
    return atOneMoment(this.#db, () => {
      const latest = new LatestBars();
      for (const { ids, bars } of this.piecesOf(key)) latest.add(ids, bars);
      const signals = Array.from(this.#tradesOf(key), (row) => this.#pastTrades(row));
      return { bars: latest.latest(latest.size, 'all').bars, signals: signals.flat() };
    });
  }

  /** The trade of a signal; none of a flat one. */
  #pastTrades(row: SignalRow): PastTrade[] {
    const { trade, signal, strength, columnValues } = row;
    if (trade === null) return [];
    return [{ entryTs: trade.entryTs, signal, strength, columnValues, told: toldEnd(this.#outcomeOf(row)) }];
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` where one is missing. */
  signalsAfter(after: number, limit: number): NumberedAnswer[] {
    return atOneMoment(this.#db, () =>
      this.#rowsAfter('signals', after, limit).map((row) => {
        const signal = this.#signalOf(row);
        return { ...numberedAnswer(signal), outcome: this.#outcomeOf(signal) };
      }),
    );
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` where one is missing. */
  outcomesAfter(after: number, limit: number): RecordedOutcome[] {
    return atOneMoment(this.#db, () =>
      this.#rowsAfter('outcomes', after, limit).map((row) => {
        const { signalId } = this.#endOf(row);
        const outcome = this.findSignal(signalId)?.outcome ?? null;
        if (outcome !== null) return outcome;
        throw new JournalError('JOURNAL_DAMAGED', `signal ${signalId} of an outcome is not there`);
      }),
    );
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` where one is missing. */
  promisesAfter(modelVersion: string, after: number, limit: number): PromisedPage {
    return atOneMoment(this.#db, () => {
      const ends = this.#rowsAfter('outcomes', after, limit).map((row) => this.#endOf(row));
      const found = promisesIn(
        modelVersion,
        ends.map((end) => this.#endedSignal(end)),
      );
      return { upTo: ends.at(-1)?.seq ?? after, found };
    });
  }

  /** An outcome with the answer to its signal. */
  #endedSignal(end: OutcomeRow): { readonly outcome: RecordedOutcome; readonly answer: string } {
    const row = get(this.#findSignal, end.signalId);
    if (row === null) throw new JournalError('JOURNAL_DAMAGED', `signal ${end.signalId} of an outcome is not there`);
    const signal = this.#signalOf(row);
    checkFound('signal', end.signalId, signal.signalId);
    return { outcome: outcomeOf(signal, end), answer: signal.answer };
  }

  /**
   * Rows by their numbers.
   *
   * @throws {JournalError} `JOURNAL_DAMAGED` where the index has lost one; `JOURNAL_FAILED` for a journal of an older version, which has no
   * numbers.
   */
  #rowsAfter(name: 'signals' | 'outcomes', after: number, limit: number): RowCells[] {
    if (this.#older !== null) throw new JournalError('JOURNAL_FAILED', OLDER);
    const table = TABLES[name];
    const find = this.#db.prepare(`SELECT ${rowColumns(table)} FROM ${name} WHERE number > ? ORDER BY number LIMIT ?`);
    const rows = [...all(find, after, limit)];
    const last = readTotals(this.#db)[name === 'signals' ? 'nSignals' : 'nOutcomes'];
    checkComplete(`${name} after number ${after}`, Math.max(0, Math.min(limit, last - after)), rows.length);
    return rows;
  }

  /** Id of the first bar of a series that was ever written. @throws {JournalError} `JOURNAL_DAMAGED` where there is none. */
  firstIdOf(key: string): number {
    const [firstId] = get(this.#firstRunOf, key) ?? [];
    checkFound('run of bars', key, firstId === undefined ? 'none' : key);
    return Number(firstId);
  }

  /** All bars of a series, the newest written first. To be read at one moment. @throws when some are missing. */
  *piecesOf(key: string): Generator<BarPiece> {
    let n = 0;
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const block = this.#blockBefore(key, before);
      for (const run of this.#runsBetween(key, block?.lastRun ?? -1, before)) {
        n++;
        yield { ids: Float64Array.from(run.bars.close, (_, i) => run.firstId + i), bars: run.bars, reach: null };
      }
      if (block === null) break;
      n += block.nRuns;
      yield block;
      before = block.firstRun;
    }
    checkComplete(`runs of bars of ${key}`, this.#count(key, 'n_runs'), n);
  }

  #blockBefore(key: string, before: number): BarBlock | null {
    const row = get(this.#findBlock, key, before);
    if (row === null) return null;
    const block = toBlock(row);
    checkFound('block of bars', key, block.lastRun < before ? block.key : 'another');
    return block;
  }

  /** Runs whose ids begin after and before these, the newest first. */
  *#runsBetween(key: string, after: number, before: number): Generator<BarsEntry> {
    let upper = before;
    for (const row of all(this.#runsOf, key, after, before)) {
      const run = trustedEntry('bars', row);
      const isNext = run.firstId > after && run.firstId < upper;
      checkFound('run of bars', key, isNext ? seriesKey(run.instrumentId, run.barType) : 'another');
      upper = run.firstId;
      yield run;
    }
  }

  *#tradesOf(key: string): Generator<SignalRow> {
    let n = 0;
    let before = 0;
    for (const row of all(this.#signalsOf, key)) {
      const signal = this.#signalOf(row);
      checkFound('signal', key, Number(row[0]) > before ? seriesKey(signal.instrumentId, signal.barType) : 'another');
      before = Number(row[0]);
      n++;
      yield signal;
    }
    checkComplete(`signals of ${key}`, this.#count(key, 'n_trades'), n);
  }

  #count(key: string, column: 'n_runs' | 'n_trades'): number {
    const row = get(this.#findInstrument, key);
    if (row === null) return 0;
    const instrument = trustedRow(INSTRUMENTS, row);
    checkFound('instrument', key, instrument.instrument_id);
    return Number(instrument[column]);
  }

  #runWith(id: number): BarsEntry {
    const row = get(this.#findRun, id);
    const run = row === null ? null : trustedEntry('bars', row);
    if (run !== null && holds(run, id)) return run;
    throw new JournalError('JOURNAL_DAMAGED', `bar ${id} is not there`);
  }
}

const OLDER =
  'an older version of this program wrote it; start a service on its directory once (ml4t serve), which brings it up to date and keeps a copy';

/** The part of a signal that a page of them has. */
function numberedAnswer(signal: Omit<SignalRow, 'kind'>): Omit<NumberedAnswer, 'outcome'> {
  const { signalId, instrumentId, seq, answer, answerHash, modelVersion, features } = signal;
  const { transport, receivedMs, settingsId } = signal;
  return { signalId, instrumentId, seq, answer, answerHash, modelVersion, features, transport, receivedMs, settingsId };
}

/** The outcome of a signal: what was answered to it, and how it ended. @throws {JournalError} for a flat signal, which has none. */
function outcomeOf(signal: Omit<SignalRow, 'kind'>, end: OutcomeRow): RecordedOutcome {
  const { signalId, instrumentId, barType, modelVersion, confidence, source, trade } = signal;
  if (trade === null) throw new JournalError('JOURNAL_DAMAGED', `the flat signal ${signalId} has an outcome`);
  const { entryTs, costBps } = trade;
  return { instrumentId, barType, modelVersion, confidence, source, entryTs, costBps, ...end };
}

function holds({ firstId, bars }: BarsEntry, id: number): boolean {
  return id >= firstId && id < firstId + bars.length;
}

/** An index may lead to another row. @throws {JournalError} `JOURNAL_DAMAGED` when it did. */
function checkFound(what: string, sought: string, found: string): void {
  if (found === sought) return;
  throw new JournalError('JOURNAL_DAMAGED', `the index leads to another ${what} than that of ${sought}`);
}

/** An index may have lost a row. @throws {JournalError} `JOURNAL_DAMAGED` when some are missing. */
export function checkComplete(what: string, nWritten: number, nThere: number): void {
  if (nWritten === nThere) return;
  throw new JournalError('JOURNAL_DAMAGED', `${nWritten} ${what} were written, ${nThere} are there`);
}

/** @throws {JournalError} when the database cannot be read. */
function get(statement: StatementSync, ...keys: (string | number)[]): RowCells | null {
  try {
    return (statement.get(...keys) as unknown as RowCells | undefined) ?? null;
  } catch (error) {
    throw toJournalError(error);
  }
}

/** Rows one by one. @throws {JournalError} when the database cannot be read. */
export function* all(statement: StatementSync, ...keys: (string | number)[]): Generator<RowCells> {
  try {
    for (const row of statement.iterate(...keys)) yield row as unknown as RowCells;
  } catch (error) {
    throw toJournalError(error);
  }
}
