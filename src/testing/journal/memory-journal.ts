import { ConditionError, JournalError } from '../../core/index.ts';
import type { BarSeries, Outcome } from '../../domain/index.ts';
import {
  type InstrumentHistory,
  type Journal,
  type JournalEntry,
  type JournalHealth,
  type JournalRecovery,
  type JournalStatus,
  type JudgementEntry,
  journalRefusal,
  type NumberedAnswer,
  type PromisedPage,
  promisesIn,
  type RecordedOutcome,
  type RecordedSignal,
  type RecoveryLimits,
  type SignalEntry,
  type TriggerEntry,
} from '../../ports/index.ts';
import { MemoryRecords } from './memory-records.ts';
import { latest, recoverRecords } from './memory-recovery.ts';

/** An entry on its way. */
interface WaitingEntry {
  readonly entry: JournalEntry;
  readonly durable: boolean;
  readonly settled: PromiseWithResolvers<void>;
}

/** Number of ids in a piece. */
const IDS_AT_ONCE = 1000;
const NO_TRUST = 'the storage cannot be trusted';

/**
 * A journal in memory, for tests of what uses one: it keeps the port's promises as long as the process lives, and writes at once.
 *
 * @example
 * const live = await createSignalService(config, { journal: new MemoryJournal(), registry: new MemoryRegistry() });
 */
export class MemoryJournal implements Journal {
  readonly #records: MemoryRecords;
  readonly #waiting: WaitingEntry[] = [];
  readonly #listeners: ((health: JournalHealth) => void)[] = [];
  #status: JournalStatus = 'ok';
  #isClosed = false;
  #nWritten = 0;

  /** @param records - what the storage holds already; none for a new one. */
  constructor(records: MemoryRecords = new MemoryRecords()) {
    this.#records = records;
  }

  /** Another journal on the same storage, as after a kill: what waited to be written here is lost to it. */
  reopen(): MemoryJournal {
    return new MemoryJournal(this.records);
  }

  get health(): JournalHealth {
    const reason = this.#status === 'ok' ? null : `the journal is ${this.#status}`;
    return { status: this.#status, reason, nQueued: this.#waiting.length, nWritten: this.#nWritten };
  }

  /** Everything that was written, in order. */
  get entries(): readonly JournalEntry[] {
    return this.#records.entries;
  }

  get signals(): readonly SignalEntry[] {
    return this.#records.of('signal');
  }

  get outcomes(): readonly Outcome[] {
    return this.#records.outcomes;
  }

  get judgements(): readonly JudgementEntry[] {
    return this.#records.of('judgement');
  }

  append(entry: JournalEntry, durable: boolean): Promise<void> {
    const settled = Promise.withResolvers<void>();
    settled.promise.catch(() => undefined); // whoever does not look is not harmed
    if (this.#isClosed) settled.reject(new JournalError('JOURNAL_FAILED', 'the journal is closed'));
    else if (this.#status === 'failed') settled.reject(new JournalError('JOURNAL_FAILED', NO_TRUST));
    else {
      this.#waiting.push({ entry, durable, settled });
      this.writeSoon();
    }
    return settled.promise;
  }

  async findSignal(signalId: string): Promise<RecordedSignal | null> {
    return this.#records.signal(signalId);
  }

  async *signalIds(): AsyncGenerator<readonly string[]> {
    const ids = this.signals.map(({ signalId }) => signalId);
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) yield ids.slice(from, from + IDS_AT_ONCE);
  }

  async readBars(ids: Float64Array): Promise<BarSeries> {
    return this.#records.bars(ids);
  }

  async history(instrumentId: string, barType: string | null): Promise<InstrumentHistory> {
    return this.#records.history({ instrumentId, barType });
  }

  async signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]> {
    return this.#records.signals.slice(after, after + limit).map((signal) => {
      const { signalId, instrumentId, seq, answer, answerHash, modelVersion, features } = signal;
      const { transport, receivedMs, settingsId } = signal;
      const outcome = this.#records.outcomeOf(signalId);
      const made = { modelVersion, features, transport, receivedMs, settingsId };
      return { signalId, instrumentId, seq, answer, answerHash, ...made, outcome };
    });
  }

  async outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]> {
    return this.#records.numberedOutcomes.slice(after, after + limit);
  }

  async promisesAfter(modelVersion: string, after: number, limit: number): Promise<PromisedPage> {
    const page = this.#records.numberedOutcomes.slice(after, after + limit);
    const ended = page.flatMap((outcome) => {
      const signal = this.#records.signal(outcome.signalId);
      return signal === null ? [] : [{ outcome, answer: signal.answer }];
    });
    return { upTo: page.at(-1)?.seq ?? after, found: promisesIn(modelVersion, ended) };
  }

  async findSettings(settingsId: string): Promise<string | null> {
    return this.#records.settings(settingsId);
  }

  async triggers(limit: number): Promise<readonly TriggerEntry[]> {
    return latest(this.#records.of('trigger'), limit);
  }

  async recover(limits: RecoveryLimits): Promise<JournalRecovery> {
    return recoverRecords(this.#records, limits);
  }

  onStatus(listener: (health: JournalHealth) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.write();
    this.#giveUp('the journal is closed');
  }

  protected get records(): MemoryRecords {
    return this.#records;
  }

  /** Decides when what waits is written: here at once. */
  protected writeSoon(): void {
    this.write();
  }

  /** Writes what waits. While there is no room, those who are waited for are turned away, and the others go on waiting. */
  protected write(): void {
    for (const item of this.#waiting.splice(0)) {
      if (this.#status === 'ok') this.#writeOne(item);
      else if (item.durable) item.settled.reject(journalRefusal(this.health));
      else this.#waiting.push(item);
    }
  }

  /** Changes the status, for tests of what happens then. */
  protected changeStatus(status: JournalStatus): void {
    if (this.#status === status || this.#status === 'failed') return;
    this.#status = status;
    for (const listener of this.#listeners) listener(this.health);
    if (status === 'failed') this.#giveUp(NO_TRUST);
    else this.write();
  }

  #writeOne({ entry, settled }: WaitingEntry): void {
    const refusal = this.#records.add(entry);
    if (refusal === null) {
      this.#nWritten++;
      settled.resolve();
    } else settled.reject(new ConditionError('entry', 'one the journal can take', refusal));
  }

  #giveUp(reason: string): void {
    for (const { settled } of this.#waiting.splice(0)) settled.reject(new JournalError('JOURNAL_FAILED', reason));
  }
}
