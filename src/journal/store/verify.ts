import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import {
  BAR_BLOCKS,
  type Cell,
  INSTRUMENTS,
  isNumbered,
  TABLES,
  type Table,
  trustedCells,
  trustedRow,
} from '../codec/index.ts';
import { rethrowBusy, toJournalError } from './database-errors.ts';
import { openRows } from './open-signals.ts';
import { atOneMoment } from './reader.ts';
import { tablesOf } from './schema.ts';
import { keyOf, rowColumns } from './table-sql.ts';
import { readTotals, type Totals } from './totals.ts';

/** Number of rows read at once, so that no long read of the database holds up those who write. */
const SLICE_ROWS = 200;
/** Maximum number of faults that are listed; what comes after them is more of the same. */
const MAX_FAULTS = 100;
/** Number of rows of a table that {@link Verification.checkTail} looks at. */
const TAIL_ROWS = 100;

/** What was counted of one instrument. */
interface InstrumentCounts {
  lastRun: number;
  nRuns: number;
  nTrades: number;
}

/** Looks at every entry once more. One slice of rows a step, so that others can have their turn between two. */
export class Verification {
  readonly faults: string[] = [];
  nRows = 0;
  readonly #db: DatabaseSync;
  readonly #totals: Totals;
  readonly #tables: readonly Table[];
  readonly #counts = new Map<string, InstrumentCounts>();

  /** What is written from now on is not looked at. @throws {JournalError} `JOURNAL_DAMAGED` when the totals are not right. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#totals = readTotals(db);
    this.#tables = tablesOf(db).entries;
  }

  *steps(): Generator<void> {
    for (const table of this.#tables) yield* this.#catching(table.name, this.#table(table));
    yield* this.#catching(BAR_BLOCKS.name, this.#table(BAR_BLOCKS));
    yield* this.#catching(INSTRUMENTS.name, this.#instruments());
    const { lastSeq } = this.#totals;
    if (this.faults.length === 0 && this.nRows !== lastSeq)
      this.#addFault(`${lastSeq} entries were written, ${this.nRows} are there`);
  }

  /** The last rows of every table: where a crash would have torn. */
  checkTail(): void {
    for (const table of this.#tables) {
      const rows = this.#db.prepare(
        `SELECT ${rowColumns(table)} FROM ${table.name} ORDER BY ${keyOf(table)} DESC LIMIT ?`,
      );
      const found = indexLookups(this.#db, table);
      for (const row of rows.all(TAIL_ROWS) as unknown as Cell[][]) checkRow(table, row, found);
    }
  }

  *#table(table: Table): Generator<void> {
    const key = keyOf(table);
    const hasBarIds = table === TABLES.bars || table === BAR_BLOCKS;
    const end = hasBarIds ? this.#totals.nextBarId - 1 : this.#totals.lastSeq;
    const slice = this.#db.prepare(
      `SELECT ${rowColumns(table)} FROM ${table.name} WHERE ${key} > ? AND ${key} <= ? ORDER BY ${key} LIMIT ${SLICE_ROWS}`,
    );
    const found = indexLookups(this.#db, table);
    const keyAt = rowColumns(table).split(', ').indexOf(key);
    let number = 0;
    for (let after = -1; ; ) {
      const rows = slice.all(after, end) as unknown as Cell[][];
      for (const row of rows) {
        if (Number(row[keyAt]) <= after)
          throw new JournalError('JOURNAL_DAMAGED', `rows of ${table.name} are out of order`);
        after = Number(row[keyAt]);
        if (table !== BAR_BLOCKS) this.nRows++;
        this.#checkOne(table, row, found);
        if (isNumbered(table)) this.#checkNumber(table, row, ++number);
      }
      if (rows.length < SLICE_ROWS) return;
      yield;
    }
  }

  #checkOne(table: Table, row: Cell[], found: readonly IndexLookup[]): void {
    try {
      checkRow(table, row, found);
      this.#count(table, row);
    } catch (error) {
      rethrowBusy(error);
      this.#addFault(messageOf(error));
    }
  }

  #checkNumber({ name }: Table, row: readonly Cell[], expected: number): void {
    const number = Number(row.at(-2)); // the last but the checksum
    if (number !== expected) this.#addFault(`row ${row[0]} of ${name} has the number ${number}, not ${expected}`);
  }

  #count(table: Table, row: readonly Cell[]): void {
    if (table === TABLES.bars) {
      const known = this.#countsOf(row[1 + BARS.instrument_id] as string);
      known.lastRun = Number(row[1 + BARS.first_id]);
      known.nRuns++;
    }
    if (table.name === TABLES.signals.name && row[1 + SIGNAL.entry_ts] !== null) {
      this.#countsOf(row[1 + SIGNAL.instrument_id] as string).nTrades++;
    }
  }

  #countsOf(instrumentId: string): InstrumentCounts {
    const known = this.#counts.get(instrumentId) ?? { lastRun: -1, nRuns: 0, nTrades: 0 };
    this.#counts.set(instrumentId, known);
    return known;
  }

  /** Instruments go on being written: a row may be ahead of the runs that were looked at, never behind. */
  *#instruments(): Generator<void> {
    const find = this.#db.prepare(`SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE instrument_id = ?`);
    for (const [instrumentId, { lastRun, nRuns, nTrades }] of this.#counts) {
      const cells = find.get(instrumentId) as unknown as Cell[] | undefined;
      const row = cells === undefined ? null : trustedRow(INSTRUMENTS, cells);
      const isBehind = row === null || row.last_run < lastRun || row.n_runs < nRuns || row.n_trades < nTrades;
      if (isBehind) this.#addFault(`instrument ${instrumentId} is behind its bars and signals`);
      yield;
    }
  }

  *#catching(name: string, steps: Generator<void>): Generator<void> {
    try {
      yield* steps;
    } catch (error) {
      rethrowBusy(error);
      this.#addFault(`${name}: ${messageOf(toJournalError(error))}`);
    }
  }

  #addFault(fault: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push(fault);
  }
}

// Places of cells by the names of their columns, the same in every version; a row has its `seq` before them.
const BARS = TABLES.bars.at;
const SIGNAL = TABLES.signals.at;

/** What a journal's verification found. */
export interface JournalVerification {
  /** Entries looked at. */
  readonly nRows: number;
  /** One sentence each; none in a journal that is as it was written. */
  readonly faults: readonly string[];
}

/** Looks at everything, as it stands at one moment: every entry, what is derived from them, and the database's own structure. */
export function verifyDatabase(db: DatabaseSync): JournalVerification {
  try {
    return atOneMoment(db, () => {
      const verification = new Verification(db);
      for (const _ of verification.steps());
      const structure = (db.prepare('PRAGMA integrity_check(20)').all() as unknown as [string][]).map(([text]) => text);
      const faults = [...verification.faults, ...structure.filter((text) => text !== 'ok'), ...derivedFaults(db)];
      return { nRows: verification.nRows, faults };
    });
  } catch (error) {
    rethrowBusy(error);
    return { nRows: 0, faults: [messageOf(toJournalError(error))] };
  }
}

function derivedFaults(db: DatabaseSync): string[] {
  try {
    const totals = readTotals(db);
    const count = (what: string): number =>
      Number((db.prepare(`SELECT count(*) FROM ${what}`).get() as unknown as Cell[])[0]);
    const open = openRows(db, tablesOf(db).open, totals.nOpen, totals.nOpen + 1);
    const orphans = count('outcomes WHERE signal_id NOT IN (SELECT signal_id FROM signals)');
    const facts: [string, number, number][] = [
      ['signals', totals.nSignals, count('signals')],
      ['outcomes', totals.nOutcomes, count('outcomes')],
      ['matured outcomes', totals.nMatured, count('outcomes WHERE label IS NOT NULL')],
      ['instruments', totals.nInstruments, count('instruments WHERE last_run >= 0')],
      ['open signals', totals.nOpen, open.length],
      ['signals without outcome', totals.nOpen, count(UNSETTLED)],
      ['outcomes without signal', 0, orphans],
    ];
    return facts.flatMap(([what, written, there]) =>
      written === there ? [] : [`${written} ${what} were written, ${there} are there`],
    );
  } catch (error) {
    rethrowBusy(error);
    return [messageOf(toJournalError(error))];
  }
}

const UNSETTLED = 'signals WHERE entry_ts IS NOT NULL AND signal_id NOT IN (SELECT signal_id FROM outcomes)';

/** Finds a row by one of its indexes, from the row's own cells; a row that its index has lost would be called unknown. */
interface IndexLookup {
  readonly find: StatementSync;
  readonly keys: (row: readonly Cell[]) => Cell[] | null;
}

function indexLookups(db: DatabaseSync, table: Table): IndexLookup[] {
  const names = rowColumns(table).split(', ');
  const key = keyOf(table);
  const by = (columns: readonly string[], from: string, guard = ''): IndexLookup => {
    const places = columns.map((name) => names.indexOf(name.replace('+', '')));
    const find = db.prepare(
      `SELECT 1 FROM ${from} WHERE ${columns.map((name) => `${name} = ?`).join(' AND ')} ${guard}`,
    );
    return { find, keys: (row) => places.map((place) => row[place]) };
  };
  const isKeyed = table.unique.length > 0 && table.unique[0] !== key;
  // The plus keeps the database from finding the row by its key: it is to be found by what makes it unique.
  const lookups = isKeyed ? [by([...table.unique, `+${key}`], table.name)] : [];
  if (isNumbered(table)) lookups.push(by(['number', `+${key}`], `${table.name} INDEXED BY ${table.name}_by_number`));
  if (table === TABLES.bars) lookups.push(by(['instrument_id', key], 'bars INDEXED BY bars_by_instrument'));
  if (table.name === TABLES.signals.name) {
    const traded = by(['instrument_id', key], 'signals INDEXED BY signals_by_instrument', 'AND entry_ts IS NOT NULL');
    const entryTs = names.indexOf('entry_ts');
    lookups.push({
      find: traded.find,
      keys: (row) => (row[entryTs] === null ? null : traded.keys(row)),
    });
  }
  return lookups;
}

/** @throws {JournalError} `JOURNAL_DAMAGED` when the row is not as it was written, or an index does not know it. */
function checkRow(table: Table, row: Cell[], lookups: readonly IndexLookup[]): void {
  trustedCells(table, row);
  for (const { find, keys } of lookups) {
    const key = keys(row);
    if (key !== null && find.get(...key) === undefined) {
      throw new JournalError('JOURNAL_DAMAGED', `row ${row[0]} of ${table.name} is missing in an index`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
