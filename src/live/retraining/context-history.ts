import { type FeatureName, parseFeaturePath, type Series } from '../../domain/index.ts';
import type { Journal } from '../../ports/index.ts';
import type { ContextInstrument } from '../../training/index.ts';

/**
 * The recorded bars of the instruments that features name: of the series without a bar type, else of that with the event's bar type.
 *
 * @throws {JournalError} by the promise.
 */
export async function contextHistory(
  journal: Pick<Journal, 'history'>,
  names: readonly FeatureName[],
  { instrumentId, barType }: Series,
): Promise<ContextInstrument[]> {
  const instruments = new Set(names.flatMap((name) => parseFeaturePath(name)?.instrument ?? []));
  const context: ContextInstrument[] = [];
  for (const instrument of instruments) {
    const untyped = await journal.history(instrument, null);
    const sameType = barType?.replace(instrumentId, instrument) ?? null;
    const { bars } =
      untyped.bars.length > 0 || sameType === null ? untyped : await journal.history(instrument, sameType);
    if (bars.length > 0) context.push({ instrument, bars });
  }
  return context;
}
