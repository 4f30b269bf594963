import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { type GivenTrades, type Labeler, riskUnitOf } from '../../labeling/index.ts';
import { givenEvents, type InstrumentEvents, labelBars } from '../dataset/instrument-events.ts';
import type { InstrumentBars } from '../instrument-bars.ts';

type EventColumns = Omit<InstrumentEvents, 'nUnresolved' | 'nWithoutRange'>;

/**
 * Labelled events of one instrument: of the trades that were handed in; else of its signals or the built-in primary, by the labeler, but
 * for signals whose outcome was reported, which have that one.
 *
 * @throws {TrainingError} for a labeler that only knows given outcomes where none are. @throws {ConditionError} for trades that break a
 * rule, and for a reported one at which there is no signal of its side.
 */
export function labelInstrument(
  { bars, side, labels = null, told = null }: InstrumentBars,
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  if (labels !== null) return givenEvents(bars, labels);
  if (told === null || told.index.length === 0) return labelBars(bars, side, config, labeler);
  return withTold({ bars, side: untold(side, told), told }, config, labeler);
}

/** Nothing is known of the other side of a reported trade: such an event teaches, and no coin judges it. */
function withTold(
  { bars, side, told }: { readonly bars: BarSeries; readonly side: Int8Array; readonly told: GivenTrades },
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  const resolved = labelBars(bars, side, config, labeler);
  const reported = givenEvents(bars, told, riskUnitOf(labeler, config.labels));
  return {
    ...inOrder(resolved, reported),
    nUnresolved: resolved.nUnresolved,
    nWithoutRange: resolved.nWithoutRange + reported.nWithoutRange,
  };
}

/** (nBars,) the signals without those of reported trades. */
function untold(side: Int8Array | null, told: GivenTrades): Int8Array {
  if (side === null) throw new ConditionError('told', 'left out without signals of its own', told.index.length);
  const others = side.slice();
  for (let k = 0; k < told.index.length; k++) {
    const bar = told.index[k];
    if (side[bar] !== told.side[k])
      throw new ConditionError(`told.side[${k}]`, 'that of the signal at its bar', told.side[k]);
    others[bar] = 0;
  }
  return others;
}

/** Events of both, by their bars of entry, which differ. */
function inOrder(a: InstrumentEvents, b: InstrumentEvents): EventColumns {
  const order = Array.from({ length: a.t0.length + b.t0.length }, (_, row) => row);
  const entryOf = (row: number): number => (row < a.t0.length ? a.t0[row] : b.t0[row - a.t0.length]);
  order.sort((one, other) => entryOf(one) - entryOf(other));
  const rows = Int32Array.from(order);
  return {
    t0: merged(a.t0, b.t0, rows),
    t1: merged(a.t1, b.t1, rows),
    kind: merged(a.kind, b.kind, rows),
    side: merged(a.side, b.side, rows),
    label: merged(a.label, b.label, rows),
    ret: merged(a.ret, b.ret, rows),
    otherLabel: merged(a.otherLabel, b.otherLabel, rows),
    otherRet: merged(a.otherRet, b.otherRet, rows),
    otherT1: merged(a.otherT1, b.otherT1, rows),
    risk: merged(a.risk, b.risk, rows),
    volatility: merged(a.volatility, b.volatility, rows),
  };
}

/** The values of two columns, one behind the other, in an order; on shared memory. */
function merged<T extends Float64Array | Int32Array | Int8Array | Uint8Array>(a: T, b: T, rows: Int32Array): T {
  const memory = new SharedArrayBuffer(a.BYTES_PER_ELEMENT * rows.length);
  const both = new (a.constructor as new (memory: SharedArrayBuffer) => T)(memory);
  rows.forEach((row, k) => {
    both[k] = row < a.length ? a[row] : b[row - a.length];
  });
  return both;
}
