import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  BAR_BLOCKS,
  type Cell,
  cellsOf,
  checksumOf,
  ENTRY_TABLES,
  INSTRUMENTS,
  OPEN_SIGNALS,
  openCells,
  openRecord,
  sealRecord,
  TABLES,
  type Table,
  trustedRow,
} from '../codec/index.ts';
import { BlockCollector } from './bars/bar-blocks.ts';
import { insertInto, rowColumns } from './table-sql.ts';
import { REPLACE_TOTALS, readTotals, type Totals, totalsRow } from './totals.ts';

/** An entry that breaks a rule of the journal, by its place in the group. The others were written. */
export interface RefusedEntry {
  readonly index: number;
  readonly reason: string;
}

interface Instrument {
  lastRun: number;
  nRuns: number;
  nTrades: number;
  latestTs: bigint | null;
}

const CONSTRAINT = 19;

/** Writes groups of records, each in one transaction: all of it is there afterwards, or nothing. */
export class GroupWriter {
  readonly #db: DatabaseSync;
  readonly #inserts: ReadonlyMap<Table, StatementSync>;
  readonly #replaceTotals: StatementSync;
  readonly #replaceInstrument: StatementSync;
  readonly #findInstrument: StatementSync;
  readonly #findSignal: StatementSync;
  readonly #findOutcome: StatementSync;
  readonly #open: StatementSync;
  readonly #close: StatementSync;
  readonly #addBlock: StatementSync;
  readonly #blocks = new BlockCollector();
  readonly #touched = new Map<string, Instrument>();
  #totals: Totals;

  /** @throws {JournalError} `JOURNAL_DAMAGED` when the totals are. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#inserts = new Map(ENTRY_TABLES.map((table) => [table, db.prepare(insertInto(table))]));
    this.#replaceTotals = db.prepare(REPLACE_TOTALS);
    this.#replaceInstrument = db.prepare(insertInto(INSTRUMENTS, 'OR REPLACE'));
    this.#findInstrument = db.prepare(`SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE instrument_id = ?`);
    this.#findSignal = db.prepare('SELECT seq, entry_ts FROM signals WHERE signal_id = ?');
    this.#findOutcome = db.prepare('SELECT outcome, label FROM outcomes WHERE signal_id = ?');
    this.#open = db.prepare(insertInto(OPEN_SIGNALS));
    this.#close = db.prepare('DELETE FROM open_signals WHERE seq = ?');
    this.#addBlock = db.prepare(insertInto(BAR_BLOCKS));
    this.#totals = readTotals(db);
  }

  /**
   * Writes a group: records, each behind its length.
   *
   * @throws whatever the database says when it could not; nothing of the group is there then.
   */
  write(group: Uint8Array): RefusedEntry[] {
    const before = { ...this.#totals };
    this.#touched.clear();
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const refused = this.#writeAll(group);
      for (const [instrumentId, { lastRun, nRuns, nTrades, latestTs }] of this.#touched) {
        const cells = cellsOf(INSTRUMENTS, {
          instrument_id: instrumentId,
          last_run: lastRun,
          n_runs: nRuns,
          n_trades: nTrades,
          latest_ts: latestTs,
        });
        insert(this.#replaceInstrument, [0, ...cells, checksumOf(INSTRUMENTS, 0, cells)]);
      }
      insert(this.#replaceTotals, totalsRow(this.#totals));
      this.#db.exec('COMMIT');
      return refused;
    } catch (error) {
      this.#totals = before;
      this.#blocks.clear();
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #writeAll(group: Uint8Array): RefusedEntry[] {
    const refused: RefusedEntry[] = [];
    const view = new DataView(group.buffer, group.byteOffset, group.byteLength);
    for (let at = 0, index = 0; at < group.length; index++) {
      const size = view.getUint32(at, true);
      const reason = this.#writeOne(group.subarray(at + 4, at + 4 + size));
      if (reason !== null) refused.push({ index, reason });
      at += 4 + size;
    }
    return refused;
  }

  /** @returns why the entry cannot be taken, or null. One that is there already, and may come again, is taken as it is. */
  #writeOne(record: Uint8Array): string | null {
    const { table, cells } = openRecord(record);
    const known = this.#judge(table, cells);
    if (known !== 'new') return known === 'known' ? null : known;
    const seq = this.#totals.lastSeq + 1;
    const number = this.#nextNumber(table);
    if (number !== null) cells[cells.length - 1] = number;
    try {
      insert(this.#inserts.get(table) as StatementSync, [seq, ...cells, sealRecord(record, seq, number)]);
    } catch (error) {
      const { errcode = 0, message } = error as { errcode?: number; message: string };
      if ((errcode & 255) !== CONSTRAINT) throw error;
      if (MAY_COME_AGAIN.has(table)) return null;
      return table === TABLES.signals ? `signal_id ${cells[SIGNAL.signal_id]} is recorded already` : message;
    }
    this.#totals.lastSeq = seq;
    this.#count(table, cells, seq);
    return null;
  }

  /** Null where the rows of a table have none. */
  #nextNumber(table: Table): number | null {
    if (table === TABLES.signals) return this.#totals.nSignals + 1;
    return table === TABLES.outcomes ? this.#totals.nOutcomes + 1 : null;
  }

  #judge(table: Table, cells: readonly Cell[]): string {
    if (table === TABLES.bars && Number(cells[BARS.first_id]) < this.#totals.nextBarId) {
      return `bars from id ${cells[BARS.first_id]} on come after id ${this.#totals.nextBarId - 1} was given`;
    }
    return table === TABLES.outcomes ? this.#judgeOutcome(cells) : 'new';
  }

  #judgeOutcome(cells: readonly Cell[]): string {
    const signalId = cells[OUTCOME.signal_id] as string;
    const signal = this.#findSignal.get(signalId) as unknown as Cell[] | undefined;
    if (signal === undefined) return `no signal ${signalId} is recorded`;
    if (signal[1] === null) return `signal ${signalId} is flat and has no outcome`;
    const [outcome, label] = (this.#findOutcome.get(signalId) ?? []) as unknown as Cell[];
    if (outcome === undefined) return 'new';
    const isSame = outcome === cells[OUTCOME.outcome] && label === cells[OUTCOME.label];
    return isSame ? 'known' : `the outcome of ${signalId} is recorded already, as ${outcome} with label ${label}`;
  }

  /** Updates what is derived from the entries. */
  #count(table: Table, cells: readonly Cell[], seq: number): void {
    if (table === TABLES.bars) this.#countBars(cells);
    else if (table === TABLES.signals) this.#countSignal(cells, seq);
    else if (table === TABLES.outcomes) this.#countOutcome(cells);
  }

  #countBars(cells: readonly Cell[]): void {
    const instrumentId = cells[BARS.instrument_id] as string;
    const [firstId, nBars] = [Number(cells[BARS.first_id]), Number(cells[BARS.n_bars])];
    const lastTs = cells[BARS.last_ts] as bigint;
    this.#totals.nextBarId = firstId + nBars;
    const instrument = this.#instrument(instrumentId);
    if (instrument.lastRun < 0) this.#totals.nInstruments++;
    instrument.lastRun = firstId;
    instrument.nRuns++;
    const { latestTs } = instrument;
    const block = this.#blocks.add(instrumentId, firstId, cells[BARS.columns] as Uint8Array, nBars, latestTs);
    if (block !== null) insert(this.#addBlock, block);
    if (latestTs === null || lastTs > latestTs) instrument.latestTs = lastTs;
  }

  #countSignal(cells: readonly Cell[], seq: number): void {
    this.#totals.nSignals++;
    if (cells[SIGNAL.entry_ts] === null) return;
    const open = openCells(cells);
    insert(this.#open, [seq, ...open, checksumOf(OPEN_SIGNALS, seq, open)]);
    this.#totals.nOpen++;
    this.#instrument(cells[SIGNAL.instrument_id] as string).nTrades++;
  }

  #countOutcome(cells: readonly Cell[]): void {
    this.#totals.nOutcomes++;
    if (cells[OUTCOME.label] !== null) this.#totals.nMatured++;
    const [signalSeq] = this.#findSignal.get(cells[OUTCOME.signal_id] as string) as unknown as [bigint];
    this.#totals.nOpen -= Number(this.#close.run(signalSeq).changes);
  }

  #instrument(instrumentId: string): Instrument {
    const touched = this.#touched.get(instrumentId);
    if (touched !== undefined) return touched;
    const cells = this.#findInstrument.get(instrumentId) as unknown as Cell[] | undefined;
    const instrument = cells === undefined ? { ...NO_BARS } : knownInstrument(cells);
    this.#touched.set(instrumentId, instrument);
    return instrument;
  }
}

const NO_BARS: Instrument = { lastRun: -1, nRuns: 0, nTrades: 0, latestTs: null };

function knownInstrument(cells: readonly Cell[]): Instrument {
  const row = trustedRow(INSTRUMENTS, cells);
  return {
    lastRun: Number(row.last_run),
    nRuns: Number(row.n_runs),
    nTrades: Number(row.n_trades),
    latestTs: row.latest_ts,
  };
}

/** A dead letter comes again after a crash, the settings at every start: the first record stands. */
const MAY_COME_AGAIN: ReadonlySet<Table> = new Set<Table>([TABLES.deadLetters, TABLES.settings]);
// Places of cells by the names of their columns.
const BARS = TABLES.bars.at;
const SIGNAL = TABLES.signals.at;
const OUTCOME = TABLES.outcomes.at;

function insert(statement: StatementSync, row: readonly Cell[]): void {
  statement.run(...(row as SQLInputValue[]));
}
