import type { BarSeries } from '../../domain/index.ts';
import type { Events } from '../event-sampling.ts';
import { BARRIER_KINDS, type Labeler, type TradeColumns, type TradeExit, type TradeSide } from '../labeler.ts';
import { barRanges } from '../terms/bar-ranges.ts';

const TIME = BARRIER_KINDS.indexOf('vertical');

/** Exit at the close of the bar that comes `horizonBars` after the entry; null while it is not there. */
export function exitAtHorizon({ close, length }: BarSeries, entry: number, horizonBars: number): TradeExit | null {
  const bar = entry + horizonBars;
  return bar < length ? { bar, price: close[bar], kind: 'vertical' } : null;
}

/** The trades of all events by a labeler whose trades open at ATR(14) and end by {@link exitAtHorizon}. */
export function labelAtHorizon(
  { maxHoldingBars, outcome }: Pick<Labeler, 'maxHoldingBars' | 'outcome'>,
  bars: BarSeries,
  { index, side }: Events,
): TradeColumns {
  const ranges = barRanges(bars);
  const n = index.length;
  const columns = {
    target: new Float64Array(n),
    exit: new Int32Array(n).fill(-1),
    exitPrice: new Float64Array(n).fill(Number.NaN),
    kind: new Uint8Array(n),
    ret: new Float64Array(n).fill(Number.NaN),
    label: new Uint8Array(n),
  };
  for (let k = 0; k < n; k++) {
    const entry = index[k];
    columns.target[k] = ranges[entry];
    const exit = ranges[entry] > 0 ? exitAtHorizon(bars, entry, maxHoldingBars) : null;
    if (exit === null) continue;
    const { ret, label } = outcome(bars, entry, side[k] as TradeSide, exit);
    columns.exit[k] = exit.bar;
    columns.exitPrice[k] = exit.price;
    columns.kind[k] = TIME;
    columns.ret[k] = ret;
    columns.label[k] = label;
  }
  return columns;
}
