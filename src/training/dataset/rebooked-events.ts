import type { FillRule } from '../../domain/index.ts';
import { BARRIER_KINDS, labelBothSides } from '../../labeling/index.ts';
import { pick, rowsWhere, sharedFloats } from '../../math/index.ts';
import { type LabelledEvents, type LabelSource, labelersOf } from './labelled-events.ts';

const TOLD = BARRIER_KINDS.indexOf('told');

/** Returns of the same events under another rule of fills, on shared memory, which threads read without a copy. Rows are events. */
export interface RebookedReturns {
  /** (nEvents,) gross simple return of the side; NaN where the trade is open at the end of the data under that rule, or was reported. */
  readonly ret: Float64Array;
  /** (nEvents,) the same of the opposite side. */
  readonly otherRet: Float64Array;
}

/**
 * What the trades of labelled events would have returned under another rule of fills, on both sides. Of those whose outcome was reported
 * nothing is known: no rule of fills booked them.
 */
export function rebook(
  events: Pick<LabelledEvents, 'instrument' | 'entry' | 'side' | 'kind' | 'terms'>,
  source: LabelSource,
  fill: FillRule,
): RebookedReturns {
  const n = events.entry.length;
  const ret = sharedFloats(n).fill(Number.NaN);
  const otherRet = sharedFloats(n).fill(Number.NaN);
  const labelers = labelersOf(source, events.terms);
  source.instruments.forEach(({ bars }, i) => {
    const rows = rowsWhere(n, (row) => events.instrument[row] === i && events.kind[row] !== TOLD);
    const { own, other } = labelBothSides(
      labelers[i],
      bars,
      { index: pick(events.entry, rows), side: pick(events.side, rows) },
      fill,
    );
    for (let k = 0; k < rows.length; k++) {
      ret[rows[k]] = own.ret[k];
      otherRet[rows[k]] = other.ret[k];
    }
  });
  return { ret, otherRet };
}
