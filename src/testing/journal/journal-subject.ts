import type { BarSeries } from '../../domain/index.ts';
import type { Journal, JournalEntry, JournalRecovery, RecoveryLimits } from '../../ports/index.ts';
import { assertResolves } from '../assertions.ts';

/** A journal on a storage of its own, as {@link journalContract} uses it. */
export interface JournalSubject {
  readonly journal: Journal;
  /**
   * Opens the same storage again, as another process does after a kill -9: the journals before are not closed, and not used
   * again. Where an open one holds a lock, a copy of its storage as it is now will do.
   */
  reopen(): Promise<Journal>;
  /** Takes the room of the storage away, or gives it back; asked for only with `canBeFull`. */
  setFull?(isFull: boolean): void;
  /** Lets all of them go, and the storage. */
  dispose(): Promise<void>;
}

/** Makes a journal on an empty storage. */
export type JournalFactory = () => Promise<JournalSubject>;

/** Adds a case that gets a journal of its own. */
export type DefineCase = (name: string, check: (subject: JournalSubject) => Promise<void>) => void;

/** Limits that no case reaches. */
export const NO_LIMITS: RecoveryLimits = {
  maxInstruments: 1000,
  heldBars: 10_000,
  maxOpen: 1000,
  window: 1000,
  maxAnswers: 1000,
  maxPoints: 1000,
};

/** Appends an entry; a rejection that comes before the case looks at it is no unhandled one. */
export function append(journal: Journal, entry: JournalEntry, durable: boolean): Promise<void> {
  const written = journal.append(entry, durable);
  written.catch(() => undefined);
  return written;
}

/** Appends entries, all at once, and waits until they are written. */
export async function write(journal: Journal, ...entries: readonly JournalEntry[]): Promise<void> {
  const appended = entries.map((entry) => append(journal, entry, false));
  for (const written of appended) await assertResolves('an entry that keeps the rules is written', written);
}

/** What a journal gives to a process that begins. */
export async function recoveryOf(journal: Journal, limits: Partial<RecoveryLimits> = {}): Promise<JournalRecovery> {
  return journal.recover({ ...NO_LIMITS, ...limits });
}

/** The bars as plain columns, which can be compared. */
export function columnsOf(bars: BarSeries): object {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume, columns } = bars;
  const values = (column: Float64Array): number[] => [...column];
  return {
    tsEvent: [...tsEvent],
    open: values(open),
    high: values(high),
    low: values(low),
    close: values(close),
    volume: values(volume),
    takerBuyVolume: takerBuyVolume === null ? null : values(takerBuyVolume),
    columns: Object.fromEntries(Array.from(columns, ([name, column]) => [name, values(column)])),
  };
}
