import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { JournalError } from '../../../core/index.ts';
import type { BarSeries } from '../../../domain/index.ts';
import type { BarsEntry, InstrumentHistory, OutcomeEntry, RecordedSignal, SignalEntry } from '../../../ports/index.ts';
import { type Cell, INSTRUMENTS, TABLES, trustedCells, trustedEntry } from '../codec/index.ts';
import { toJournalError } from './database-errors.ts';
import { GatheredBars, LatestBars } from './gathered-bars.ts';
import { rowColumns } from './schema.ts';

export type Row = readonly Cell[];

/** Opens the database of a journal to read it; integers come as bigint, rows as arrays. */
export function openToRead(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, readBigInts: true, returnArrays: true, timeout: 5000 });
}

/** Reads single entries, each checked against its checksum before it is believed. */
export class JournalReader {
  readonly #findSignal: StatementSync;
  readonly #findOutcome: StatementSync;
  readonly #findSettings: StatementSync;
  readonly #findRun: StatementSync;
  readonly #findInstrument: StatementSync;
  readonly #runsOf: StatementSync;
  readonly #signalsOf: StatementSync;

  constructor(db: DatabaseSync) {
    const select = (table: keyof typeof TABLES, rest: string): StatementSync =>
      db.prepare(`SELECT ${rowColumns(TABLES[table])} FROM ${table} ${rest}`);
    this.#findSignal = select('signals', 'WHERE signal_id = ?');
    this.#findOutcome = select('outcomes', 'WHERE signal_id = ?');
    this.#findSettings = select('settings', 'WHERE settings_id = ?');
    this.#findRun = select('bars', 'WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1');
    this.#findInstrument = db.prepare(`SELECT ${rowColumns(INSTRUMENTS)} FROM instruments WHERE instrument_id = ?`);
    this.#runsOf = select('bars', 'WHERE instrument_id = ? ORDER BY last_ts DESC, first_id DESC');
    this.#signalsOf = select('signals', 'WHERE instrument_id = ? AND entry_ts IS NOT NULL ORDER BY seq');
  }

  findSignal(signalId: string): RecordedSignal | null {
    const row = get(this.#findSignal, signalId);
    if (row === null) return null;
    const { kind: _, ...signal } = trustedEntry('signals', row);
    return { ...signal, outcome: this.findOutcome(signalId) };
  }

  findOutcome(signalId: string): OutcomeEntry | null {
    const row = get(this.#findOutcome, signalId);
    return row === null ? null : trustedEntry('outcomes', row);
  }

  findSettings(settingsId: string): string | null {
    const row = get(this.#findSettings, settingsId);
    return row === null ? null : trustedEntry('settings', row).settings;
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

  history(instrumentId: string): InstrumentHistory {
    const latest = new LatestBars();
    for (const { firstId, bars } of this.runsOf(instrumentId)) latest.add(firstId, bars);
    const { bars } = latest.latest(latest.size, 'all');
    const rows = all(this.#signalsOf, instrumentId);
    const signals = Array.from(rows, (row) => toHistory(trustedEntry('signals', row)));
    return { bars, signals: signals.flatMap((signal) => (signal === null ? [] : [signal])) };
  }

  /** Every run of an instrument's bars, the one that ends last first. @throws when one of them is missing. */
  *runsOf(instrumentId: string): Generator<BarsEntry> {
    const row = get(this.#findInstrument, instrumentId);
    const nRuns = row === null ? 0 : Number(trustedCells(INSTRUMENTS, row)[2]);
    let n = 0;
    for (const run of all(this.#runsOf, instrumentId)) {
      n++;
      yield trustedEntry('bars', run);
    }
    if (n === nRuns) return;
    throw new JournalError('JOURNAL_DAMAGED', `of ${nRuns} runs of bars of ${instrumentId} ${n} are there`);
  }

  #runWith(id: number): BarsEntry {
    const row = get(this.#findRun, id);
    const run = row === null ? null : trustedEntry('bars', row);
    if (run !== null && holds(run, id)) return run;
    throw new JournalError('JOURNAL_DAMAGED', `bar ${id} is not there`);
  }
}

function holds({ firstId, bars }: BarsEntry, id: number): boolean {
  return id >= firstId && id < firstId + bars.length;
}

function toHistory({ trade, signal }: SignalEntry): InstrumentHistory['signals'][number] | null {
  return trade === null ? null : { entryTs: trade.entryTs, signal };
}

/** @throws {JournalError} when the database cannot be read. */
export function get(statement: StatementSync, key: string | number): Row | null {
  try {
    return (statement.get(key) as unknown as Row | undefined) ?? null;
  } catch (error) {
    throw toJournalError(error);
  }
}

/** Rows one by one. @throws {JournalError} when the database cannot be read. */
export function* all(statement: StatementSync, ...keys: (string | number)[]): Generator<Row> {
  try {
    for (const row of statement.iterate(...keys)) yield row as unknown as Row;
  } catch (error) {
    throw toJournalError(error);
  }
}
