import { ConditionError } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { lowerBound } from '../../math/index.ts';
import type { ContextInput } from '../../model/index.ts';
import type { ContextInstrument } from '../../training/index.ts';

/**
 * Reads the bars of other instruments as a live signal knows them: as many as the model needs, none closed after the event.
 *
 * @param needed - what the model reads, by instrument.
 * @throws {ConditionError} where the bars of one are not there.
 */
export function contextReader(
  needed: Readonly<Record<string, ContextInput>>,
  context: readonly ContextInstrument[] = [],
): (ts: bigint) => ReadonlyMap<string, BarSeries> {
  const read = Object.entries(needed).map(([instrument, { barsNeeded }]) => {
    const found = context.find((each) => each.instrument === instrument);
    if (found !== undefined) return { instrument, barsNeeded, bars: found.bars };
    const rule = `with bars of ${instrument}, which the model reads; bring them: --context ${instrument}=FILE`;
    throw new ConditionError('context', rule, 'without');
  });
  return (ts) =>
    new Map(
      read.map(({ instrument, barsNeeded, bars }) => {
        const end = lowerBound(bars.length, (i) => bars.tsEvent[i] <= ts);
        return [instrument, bars.slice(Math.max(0, end - barsNeeded), end)];
      }),
    );
}
