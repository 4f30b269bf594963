import type { BarSeries } from '../../../domain/index.ts';
import type { Journal, SignalEntry } from '../../../ports/index.ts';
import type { SignalBars } from '../answer-signal.ts';

/**
 * The bars that a recorded signal was judged by, its own and those of other instruments.
 *
 * @throws {JournalError} (by the promise) `JOURNAL_DAMAGED`.
 */
export async function recordedBars(
  journal: Pick<Journal, 'readBars'>,
  { barIds, contextIds = [] }: Pick<SignalEntry, 'barIds' | 'contextIds'>,
): Promise<SignalBars> {
  const bars = await journal.readBars(barIds);
  const context = new Map<string, BarSeries>();
  for (const { instrumentId, barIds: ids } of contextIds) context.set(instrumentId, await journal.readBars(ids));
  return { bars, context };
}
