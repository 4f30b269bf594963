import { JournalError } from '../../core/index.ts';
import { allocateBarColumns, BAR_VALUES, BarSeries, type Outcome, type Series, seriesKey } from '../../domain/index.ts';
import {
  type BarsEntry,
  type InstrumentHistory,
  type JournalEntry,
  type KnownBars,
  type OutcomeEntry,
  type RecordedOutcome,
  type RecordedSignal,
  type SignalEntry,
  toldEnd,
} from '../../ports/index.ts';

/** An entry of one kind. */
export type EntryOf<K extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: K }>;

/** One bar where it was written. */
interface BarPlace {
  readonly id: number;
  readonly run: BarSeries;
  readonly i: number;
}

/** A signal with its number. */
export type NumberedSignal = SignalEntry & Pick<RecordedSignal, 'seq'>;

/** `all`: taker volumes where every bar has one. `any`: where one has; NaN for a bar that has none. */
type TakerRule = 'all' | 'any';

/** What was written to a journal in memory, in order, and how single entries are found. */
export class MemoryRecords {
  readonly entries: JournalEntry[] = [];
  readonly #signals = new Map<string, NumberedSignal>();
  readonly #outcomes = new Map<string, RecordedOutcome>();
  readonly #settings = new Map<string, string>();
  readonly #letters = new Set<string>();
  nextBarId = 0;

  /** Writes an entry that may be written. @returns why it may not be, else null. */
  add(entry: JournalEntry): string | null {
    const known = this.#judge(entry);
    if (known === 'known') return null;
    if (known !== 'new') return known;
    this.entries.push(entry);
    if (entry.kind === 'bars') this.nextBarId = entry.firstId + entry.bars.length;
    if (entry.kind === 'signal') this.#signals.set(entry.signalId, { ...entry, seq: this.#signals.size + 1 });
    if (entry.kind === 'outcome') this.#outcomes.set(entry.signalId, outcomeOf(entry, this.#outcomes.size + 1));
    if (entry.kind === 'settings') this.#settings.set(entry.settingsId, entry.settings);
    if (entry.kind === 'dead_letter') this.#letters.add(letterKey(entry));
    return null;
  }

  /** Entries of one kind, oldest first. */
  of<K extends JournalEntry['kind']>(kind: K): EntryOf<K>[] {
    return this.entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  /** Outcomes in the order they were written. */
  get outcomes(): Outcome[] {
    return Array.from(this.#outcomes.values(), ({ seq: _, ...outcome }) => outcome);
  }

  /** The same with their numbers. */
  get numberedOutcomes(): readonly RecordedOutcome[] {
    return [...this.#outcomes.values()];
  }

  /** Signals in the order they were written. */
  get signals(): readonly NumberedSignal[] {
    return [...this.#signals.values()];
  }

  signal(signalId: string): RecordedSignal | null {
    const entry = this.#signals.get(signalId);
    if (entry === undefined) return null;
    const { kind: _, ...signal } = entry;
    return { ...signal, outcome: this.outcomeOf(signalId) };
  }

  outcomeOf(signalId: string): RecordedOutcome | null {
    return this.#outcomes.get(signalId) ?? null;
  }

  settings(settingsId: string): string | null {
    return this.#settings.get(settingsId) ?? null;
  }

  /** @throws {JournalError} `JOURNAL_DAMAGED` when a bar is not there. */
  bars(ids: Float64Array): BarSeries {
    const runs = this.of('bars');
    const places = Array.from(ids, (id) => {
      const run = runs.find(({ firstId, bars }) => id >= firstId && id < firstId + bars.length);
      if (run === undefined) throw new JournalError('JOURNAL_DAMAGED', `bar ${id} is not there`);
      return { id, run: run.bars, i: id - run.firstId };
    });
    return barsAt(places, 'all');
  }

  /** The bars of a series with the latest times, at most `limit`: of each time the one written last. */
  knownBars(series: Series, limit: number): KnownBars {
    const latest = this.#latestBars(series).slice(-limit);
    const ids = Float64Array.from(latest, ({ id }) => id);
    const [{ firstId }] = this.#runsOf(series);
    return { ...series, firstId, ids, bars: barsAt(latest, 'any') };
  }

  history(series: Series): InstrumentHistory {
    const trades = this.of('signal').filter((signal) => isOf(series, signal));
    return {
      bars: barsAt(this.#latestBars(series), 'all'),
      signals: trades.flatMap(({ signalId, trade, signal, strength, columnValues }) =>
        trade === null
          ? []
          : [{ entryTs: trade.entryTs, signal, strength, columnValues, told: toldEnd(this.outcomeOf(signalId)) }],
      ),
    };
  }

  #latestBars(series: Series): BarPlace[] {
    const byTime = new Map<bigint, BarPlace>();
    for (const { firstId, bars } of this.#runsOf(series)) {
      for (let i = 0; i < bars.length; i++) byTime.set(bars.tsEvent[i], { id: firstId + i, run: bars, i });
    }
    return [...byTime].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
  }

  #runsOf(series: Series): BarsEntry[] {
    return this.of('bars').filter((run) => isOf(series, run));
  }

  /** `new`, `known` where it may come again and changes nothing, or why it is refused. */
  #judge(entry: JournalEntry): string {
    if (entry.kind === 'bars' && entry.firstId < this.nextBarId) {
      return `bars from id ${entry.firstId} on come after id ${this.nextBarId - 1} was given`;
    }
    if (entry.kind === 'signal' && this.#signals.has(entry.signalId)) {
      return `signal_id ${entry.signalId} is recorded already`;
    }
    if (entry.kind === 'settings' && this.#settings.has(entry.settingsId)) return 'known';
    if (entry.kind === 'dead_letter' && this.#letters.has(letterKey(entry))) return 'known';
    return entry.kind === 'outcome' ? this.#judgeOutcome(entry) : 'new';
  }

  #judgeOutcome({ signalId, outcome, label }: OutcomeEntry): string {
    const signal = this.#signals.get(signalId);
    if (signal === undefined) return `no signal ${signalId} is recorded`;
    if (signal.trade === null) return `signal ${signalId} is flat and has no outcome`;
    const first = this.outcomeOf(signalId);
    if (first === null) return 'new';
    if (first.outcome === outcome && first.label === label) return 'known';
    return `the outcome of ${signalId} is recorded already, as ${first.outcome} with label ${first.label}`;
  }
}

function outcomeOf({ kind: _, ...outcome }: OutcomeEntry, seq: number): RecordedOutcome {
  return { ...outcome, seq };
}

function letterKey({ stream, entryId }: EntryOf<'dead_letter'>): string {
  return JSON.stringify([stream, entryId]);
}

function isOf({ instrumentId, barType }: Series, entry: Series): boolean {
  return seriesKey(entry.instrumentId, entry.barType) === seriesKey(instrumentId, barType);
}

function barsAt(places: readonly BarPlace[], rule: TakerRule): BarSeries {
  const columns = allocateBarColumns(places.length, true);
  const taker = new Float64Array(places.length);
  const named = new Map<string, Float64Array>();
  places.forEach(({ run, i }, at) => {
    columns.tsEvent[at] = run.tsEvent[i];
    for (const name of BAR_VALUES) columns[name][at] = run[name][i];
    taker[at] = run.takerBuyVolume?.[i] ?? Number.NaN;
    for (const [name, values] of run.columns) {
      if (Number.isNaN(values[i])) continue;
      const column = named.get(name) ?? new Float64Array(places.length).fill(Number.NaN);
      column[at] = values[i];
      named.set(name, column);
    }
  });
  const isTaken = rule === 'all' ? !taker.some(Number.isNaN) : !taker.every(Number.isNaN);
  return BarSeries.fromChecked({ ...columns, takerBuyVolume: isTaken ? taker : null, columns: named });
}
