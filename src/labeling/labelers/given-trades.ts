import { ConditionError, checkSameLength } from '../../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import type { Events } from '../event-sampling.ts';
import { tradeReturn } from '../meta-label.ts';

/** Trades whose labels a user brings, in columns over events; what the other side would have returned is unknown. */
export interface GivenTrades extends Events {
  /** (nEvents,) bar at which each label ended, after its entry; spans may overlap. */
  readonly exit: Int32Array;
  /** (nEvents,) 1 where following the signal paid, else 0. */
  readonly label: Uint8Array;
  /** (nEvents,) gross simple return in the direction of the side, finite. */
  readonly ret: Float64Array;
}

/**
 * Checks given trades against their bars.
 *
 * @throws {ConditionError} for the first row that breaks a rule, columns of other lengths, or no row at all.
 */
export function checkGivenTrades(bars: BarSeries, trades: GivenTrades): void {
  const { index, exit, side, label, ret } = trades;
  for (const [name, column] of Object.entries({ exit, side, label, ret })) {
    checkSameLength(`labels.${name}`, column, 'labels.index', index);
  }
  if (index.length === 0) throw new ConditionError('labels', 'at least one event', 0);
  for (let k = 0; k < index.length; k++) {
    const least = k === 0 ? WINDOW_BARS - 1 : index[k - 1] + 1;
    checkBar(`labels.index[${k}]`, index[k], least, bars.length - 1);
    checkBar(`labels.exit[${k}]`, exit[k], index[k] + 1, bars.length - 1);
    if (Math.abs(side[k]) !== 1) throw new ConditionError(`labels.side[${k}]`, '-1 or 1', side[k]);
    if (label[k] !== 0 && label[k] !== 1) throw new ConditionError(`labels.label[${k}]`, '0 or 1', label[k]);
    if (!Number.isFinite(ret[k])) throw new ConditionError(`labels.ret[${k}]`, 'a finite number', ret[k]);
  }
}

/**
 * Size of the given returns in moves of the close over the same spans: about 1 for fractions, 100 for percent.
 *
 * @returns >= 0; Infinity where nothing moved, NaN where nothing was returned either.
 */
export function returnsPerMove({ close }: BarSeries, { index, exit, side, ret }: GivenTrades): number {
  let [given, moved] = [0, 0];
  for (let k = 0; k < index.length; k++) {
    given += Math.abs(ret[k]);
    moved += Math.abs(tradeReturn(close[index[k]], close[exit[k]], side[k]));
  }
  return given / moved;
}

function checkBar(name: string, bar: number, least: number, last: number): void {
  if (bar >= least && bar <= last) return;
  throw new ConditionError(name, `a bar in [${least}, ${last}]`, bar);
}
