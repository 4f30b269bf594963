import { DataError, formatIsoNanos, show } from '../../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { type GivenTrades, returnsPerMove } from '../../labeling/index.ts';
import { lowerBound } from '../../math/index.ts';
import type { LabelRows } from './label-rows.ts';

/** Labels of a file at their bars. */
export interface AlignedLabels {
  readonly trades: GivenTrades;
  /** Number of events left out because fewer than 100 bars end with theirs. */
  readonly nBeforeWindow: number;
  /** Number of identical rows that were left out. */
  readonly nDuplicates: number;
  /** Sentences on what looks wrong. */
  readonly warnings: readonly string[];
}

/** Returns this many times the moves of the close over the same spans are no fractions. */
const NO_FRACTION = 20;

/**
 * Finds the bars of labels. Events before the first full window are left out and counted.
 *
 * @param shiftNs - added to every time of the labels.
 * @throws {DataError} BAD_ROW for the first time that is no bar, with the bars beside it; EMPTY_FILE where no event is left.
 */
export function alignLabels(bars: BarSeries, labels: LabelRows, shiftNs = 0n): AlignedLabels {
  const entry = barsAt(bars, labels, 't0', shiftNs);
  const exit = barsAt(bars, labels, 't1', shiftNs);
  const from = lowerBound(entry.length, (k) => entry[k] < WINDOW_BARS - 1);
  if (from === entry.length) {
    const message = `${labels.where[0]}: no event has the ${WINDOW_BARS} bars that end with its own; add bars before the labels`;
    throw new DataError('EMPTY_FILE', message);
  }
  const trades = {
    index: entry.slice(from),
    exit: exit.slice(from),
    side: labels.side.slice(from),
    label: labels.label.slice(from),
    ret: labels.ret.slice(from),
  };
  return { trades, nBeforeWindow: from, nDuplicates: labels.nDuplicates, warnings: unitWarnings(bars, trades) };
}

function barsAt({ tsEvent }: BarSeries, labels: LabelRows, name: 't0' | 't1', shiftNs: bigint): Int32Array {
  const times = labels[name];
  const found = Int32Array.from(times, (ts) => lowerBound(tsEvent.length, (i) => tsEvent[i] < ts + shiftNs));
  const lost = Array.from(found.keys()).filter((k) => tsEvent[found[k]] !== times[k] + shiftNs);
  if (lost.length === 0) return found;
  const [first] = lost;
  const beside = [found[first] - 1, found[first]].filter((i) => i >= 0 && i < tsEvent.length);
  const near = beside.map((i) => formatIsoNanos(tsEvent[i])).join(' and ');
  const was = show(formatIsoNanos(times[first] + shiftNs));
  const many = lost.length === 1 ? '' : `; so are ${lost.length} of ${times.length}`;
  throw new DataError(
    'BAD_ROW',
    `${labels.where[first]}: ${name} must be the time of a bar, was ${was}, which is none${many}; the bars beside it are of ${near}: write the ts_event of a bar, and check --tz and --bar-stamp`,
  );
}

/** Percent, basis points and points are told from fractions by the moves of the close. */
function unitWarnings(bars: BarSeries, trades: GivenTrades): string[] {
  const ratio = returnsPerMove(bars, trades);
  if (!(ratio > NO_FRACTION)) return [];
  const times =
    ratio < Infinity ? `${ratio.toFixed(0)} times the moves of the close from t0 to t1` : 'not 0, and no close moved';
  return [`the returns given are ${times}: write fractions (0.01 for 1 %), gross, in the direction of the side`];
}
