import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  BAR_BLOCKS,
  type Cell,
  checksumOf,
  ENTRY_TABLES,
  INSTRUMENTS,
  OPEN_SIGNALS,
  openRecord,
  sealRecord,
  TABLES,
  type Table,
  trustedCells,
} from '../codec/index.ts';
import { BlockCollector } from './bar-blocks.ts';
import { openCells } from './open-signals.ts';
import { insertInto, rowColumns } from './schema.ts';
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
    this.#findSignal = db.prepare('SELECT seq FROM signals WHERE signal_id = ?');
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
        const cells = [instrumentId, lastRun, nRuns, nTrades, latestTs];
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
    try {
      insert(this.#inserts.get(table) as StatementSync, [seq, ...cells, sealRecord(record, seq)]);
    } catch (error) {
      const { errcode = 0, message } = error as { errcode?: number; message: string };
      if ((errcode & 255) !== CONSTRAINT) throw error;
      if (MAY_COME_AGAIN.has(table)) return null;
      return table === TABLES.signals ? `signal_id ${cells[0]} is recorded already` : message;
    }
    this.#totals.lastSeq = seq;
    this.#count(table, cells, seq);
    return null;
  }

  #judge(table: Table, cells: readonly Cell[]): string {
    if (table === TABLES.bars && Number(cells[0]) < this.#totals.nextBarId) {
      return `bars from id ${cells[0]} on come after id ${this.#totals.nextBarId - 1} was given`;
    }
    if (table !== TABLES.outcomes) return 'new';
    if (this.#findSignal.get(cells[0] as string) === undefined) return `no signal ${cells[0]} is recorded`;
    const [outcome, label] = (this.#findOutcome.get(cells[0] as string) ?? []) as unknown as Cell[];
    if (outcome === undefined) return 'new';
    const isSame = outcome === cells[1] && label === cells[2];
    return isSame ? 'known' : `the outcome of ${cells[0]} is recorded already, as ${outcome} with label ${label}`;
  }

  /** Keeps what is derived from the entries. */
  #count(table: Table, cells: readonly Cell[], seq: number): void {
    const totals = this.#totals;
    if (table === TABLES.bars) {
      const [firstId, instrumentId, nBars, , lastTs, columns] = cells;
      totals.nextBarId = Number(firstId) + Number(nBars);
      const instrument = this.#instrument(instrumentId as string);
      if (instrument.lastRun < 0) totals.nInstruments++;
      instrument.lastRun = Number(firstId);
      instrument.nRuns++;
      const { latestTs } = instrument;
      const run = [instrumentId as string, Number(firstId), columns as Uint8Array, Number(nBars)] as const;
      const block = this.#blocks.add(...run, latestTs);
      if (block !== null) insert(this.#addBlock, block);
      if (latestTs === null || (lastTs as bigint) > latestTs) instrument.latestTs = lastTs as bigint;
    } else if (table === TABLES.signals) {
      totals.nSignals++;
      if (cells[ENTRY_TS] === null) return;
      const open = openCells(cells);
      insert(this.#open, [seq, ...open, checksumOf(OPEN_SIGNALS, seq, open)]);
      totals.nOpen++;
      this.#instrument(cells[INSTRUMENT_ID] as string).nTrades++;
    } else if (table === TABLES.outcomes) {
      totals.nOutcomes++;
      if (cells[2] !== null) totals.nMatured++;
      const [signalSeq] = this.#findSignal.get(cells[0] as string) as unknown as [bigint];
      totals.nOpen -= Number(this.#close.run(signalSeq).changes);
    }
  }

  #instrument(instrumentId: string): Instrument {
    const touched = this.#touched.get(instrumentId);
    if (touched !== undefined) return touched;
    const row = this.#findInstrument.get(instrumentId) as unknown as Cell[] | undefined;
    const cells = row === undefined ? [instrumentId, -1, 0, 0, null] : trustedCells(INSTRUMENTS, row);
    const [lastRun, nRuns, nTrades] = cells.slice(1, 4).map(Number);
    const instrument = { lastRun, nRuns, nTrades, latestTs: cells[4] as bigint | null };
    this.#touched.set(instrumentId, instrument);
    return instrument;
  }
}

/** A dead letter is told again after a crash, the settings at every start: the first record stands. */
const MAY_COME_AGAIN: ReadonlySet<Table> = new Set<Table>([TABLES.deadLetters, TABLES.settings]);
const ENTRY_TS = TABLES.signals.columns.findIndex(({ name }) => name === 'entry_ts');
const INSTRUMENT_ID = TABLES.signals.columns.findIndex(({ name }) => name === 'instrument_id');

function insert(statement: StatementSync, row: readonly Cell[]): void {
  statement.run(...(row as SQLInputValue[]));
}
