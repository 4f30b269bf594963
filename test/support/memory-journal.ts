import { JournalError } from '../../src/core/index.ts';
import { type Bar, BarSeries, isMatured, type Outcome } from '../../src/domain/index.ts';
import type {
  InstrumentHistory,
  Journal,
  JournalEntry,
  JournalHealth,
  JournalRecovery,
  JudgementEntry,
  SignalEntry,
  TriggerEntry,
} from '../../src/ports/index.ts';

/** A journal in memory: the plainest thing that keeps the port's promises, with the time of writing in the test's hands. */
export class MemoryJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  readonly #waiting: { entry: JournalEntry; durable: boolean; resolve: () => void; reject: (e: Error) => void }[] = [];
  readonly #listeners: ((health: JournalHealth) => void)[] = [];
  /** While held, nothing is written. */
  isHeld = false;
  status: JournalHealth['status'] = 'ok';

  get health(): JournalHealth {
    const reason = this.status === 'ok' ? null : `the journal is ${this.status}`;
    return { status: this.status, reason, nQueued: this.#waiting.length, nWritten: this.entries.length };
  }

  append(entry: JournalEntry, durable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, durable, resolve, reject });
      if (!this.isHeld) this.flush();
    });
  }

  /** Writes what waits; with a full disk, only turns away those who wait for it. */
  flush(): void {
    const kept = this.#waiting.splice(0);
    for (const item of kept) {
      if (this.status === 'ok') {
        this.entries.push(item.entry);
        item.resolve();
      } else if (item.durable) item.reject(new JournalError('JOURNAL_FULL', 'the disk is full'));
      else this.#waiting.push(item);
    }
  }

  setStatus(status: JournalHealth['status']): void {
    this.status = status;
    for (const listener of this.#listeners) listener(this.health);
    this.flush();
  }

  findSignal(signalId: string): ReturnType<Journal['findSignal']> {
    const found = this.signals.find((entry) => entry.signalId === signalId);
    if (found === undefined) return null;
    const { kind: _, ...signal } = found;
    return { ...signal, outcome: this.outcomes.find((entry) => entry.signalId === signalId) ?? null };
  }

  get signals(): SignalEntry[] {
    return this.entries.filter((entry) => entry.kind === 'signal');
  }

  get outcomes(): Outcome[] {
    return this.entries.flatMap((entry) => {
      if (entry.kind !== 'outcome') return [];
      const { kind: _, ...outcome } = entry;
      return [outcome];
    });
  }

  get judgements(): JudgementEntry[] {
    return this.entries.filter((entry) => entry.kind === 'judgement');
  }

  readBars(ids: Float64Array): BarSeries {
    const byId = new Map([...this.#bars()].map(({ id, bar }) => [id, bar]));
    return BarSeries.fromBars(
      Array.from(ids, (id) => {
        const bar = byId.get(id);
        if (bar === undefined) throw new JournalError('JOURNAL_DAMAGED', `bar ${id} is not there`);
        return bar;
      }),
    );
  }

  async history(instrumentId: string): Promise<InstrumentHistory> {
    const { bars } = this.#known(instrumentId);
    const signals = this.signals.flatMap(({ signal, trade, instrumentId: id }) =>
      trade === null || id !== instrumentId ? [] : [{ entryTs: trade.entryTs, signal }],
    );
    return { bars, signals };
  }

  triggers(limit: number): readonly TriggerEntry[] {
    return this.entries.filter((entry) => entry.kind === 'trigger').slice(-limit);
  }

  findSettings(settingsId: string): string | null {
    const found = this.entries.find((entry) => entry.kind === 'settings' && entry.settingsId === settingsId);
    return found?.kind === 'settings' ? found.settings : null;
  }

  recover(): Promise<JournalRecovery> {
    const instruments = [...new Set([...this.#bars()].map(({ instrumentId }) => instrumentId))];
    const ended = new Map(this.outcomes.map((outcome) => [outcome.signalId, outcome]));
    const open = this.signals.flatMap(({ trade, ...signal }) =>
      trade === null || ended.has(signal.signalId) ? [] : [{ ...signal, trade }],
    );
    const matured = this.outcomes.filter(isMatured);
    return Promise.resolve({
      nextBarId: 1 + Math.max(-1, ...[...this.#bars()].map(({ id }) => id)),
      instruments: instruments.map((id) => this.#known(id)),
      open,
      matured,
      openTriggers: this.#openTriggers(),
      judgements: this.judgements,
      nSignals: this.signals.length,
      nOutcomes: matured.length,
    });
  }

  #openTriggers(): TriggerEntry[] {
    const moves = this.entries.filter((entry) => entry.kind === 'trigger');
    const ended = new Set(
      moves.filter(({ state }) => state === 'completed' || state === 'failed').map((move) => move.triggerId),
    );
    return moves.filter(({ triggerId, state }) => state === 'created' && !ended.has(triggerId));
  }

  onStatus(listener: (health: JournalHealth) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    this.isHeld = false;
    this.flush();
    return Promise.resolve();
  }

  *#bars(): Generator<{ id: number; instrumentId: string; bar: Bar }> {
    for (const entry of this.entries) {
      if (entry.kind !== 'bars') continue;
      for (let i = 0; i < entry.bars.length; i++) {
        yield { id: entry.firstId + i, instrumentId: entry.instrumentId, bar: entry.bars.bar(i) };
      }
    }
  }

  #known(instrumentId: string): { instrumentId: string; ids: Float64Array; bars: BarSeries } {
    const latest = new Map<bigint, { id: number; bar: Bar }>();
    for (const { id, instrumentId: owner, bar } of this.#bars()) {
      if (owner === instrumentId) latest.set(bar.tsEvent, { id, bar });
    }
    const sorted = [...latest.values()].sort((a, b) => (a.bar.tsEvent < b.bar.tsEvent ? -1 : 1));
    return {
      instrumentId,
      ids: Float64Array.from(sorted, ({ id }) => id),
      bars: BarSeries.fromBars(sorted.map(({ bar }) => bar)),
    };
  }
}
