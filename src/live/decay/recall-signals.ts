import type { Journal, JournalRecovery, RecordedSignal } from '../../ports/index.ts';

/**
 * The latest signals that a model judged, out of the journal, oldest first: at most `window`, among the latest answers that were
 * recovered.
 *
 * @throws {JournalError} (by the promise) `JOURNAL_DAMAGED`.
 */
export async function recallSignals(
  journal: Pick<Journal, 'findSignal'>,
  answers: JournalRecovery['answers'],
  { modelVersion, window }: { readonly modelVersion: string | null; readonly window: number },
): Promise<RecordedSignal[]> {
  const judged: RecordedSignal[] = [];
  for (const { signalId } of answers.toReversed()) {
    if (judged.length >= window) break;
    const signal = await journal.findSignal(signalId);
    if (signal?.source === 'model' && signal.modelVersion === modelVersion && signal.features !== null)
      judged.push(signal);
  }
  return judged.reverse();
}
