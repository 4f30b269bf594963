/** Points of a line, in time order. */
export interface Line {
  /** (nPoints,) UNIX milliseconds. */
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/**
 * Selects rows that draw a long line without a visible change: the first, lowest, highest and last of every stretch, so that no
 * peak, no trough and neither end is lost.
 *
 * @param nStretches - number of stretches, about the width of the line in pixels.
 * @returns rows, strictly increasing, at most four for each stretch; all rows when there are no more than that.
 * @see Jugel et al. (2014), M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 7(10).
 */
export function thinRows(value: Float64Array, nStretches: number): Int32Array {
  const n = value.length;
  if (n <= 4 * nStretches) return Int32Array.from(value.keys());
  const rows = new Set<number>();
  for (let s = 0; s < nStretches; s++) {
    const [from, to] = [Math.floor((s * n) / nStretches), Math.floor(((s + 1) * n) / nStretches)];
    let [low, high] = [from, from];
    for (let k = from; k < to; k++) {
      if (value[k] < value[low]) low = k;
      if (value[k] > value[high]) high = k;
    }
    for (const row of [from, low, high, to - 1]) rows.add(row);
  }
  return Int32Array.from(rows).sort();
}

/** Makes a line of the rows that {@link thinRows} selects. @param tsEvent - (nRows,) UNIX nanoseconds. */
export function thinLine(tsEvent: BigInt64Array, value: Float64Array, nStretches: number): Line {
  const rows = thinRows(value, nStretches);
  return {
    time: Float64Array.from(rows, (row) => milliseconds(tsEvent[row])),
    value: Float64Array.from(rows, (row) => value[row]),
  };
}

/** Adds a NaN in every gap that is much wider than a stretch, such as a weekend, so that no line is drawn across it. */
export function brokenAtHoles({ time, value }: Line, nStretches: number): Line {
  const widest = (MAX_STRETCHES * (time[time.length - 1] - time[0])) / nStretches;
  const [times, values]: [number[], number[]] = [[], []];
  for (let k = 0; k < time.length; k++) {
    if (k > 0 && time[k] - time[k - 1] > widest) {
      times.push(time[k - 1]);
      values.push(Number.NaN);
    }
    times.push(time[k]);
    values.push(value[k]);
  }
  return { time: Float64Array.from(times), value: Float64Array.from(values) };
}

/** Width from which a gap breaks a line, in stretches. */
const MAX_STRETCHES = 4;

/** UNIX milliseconds, the unit of the time axes, of UNIX nanoseconds. */
export function milliseconds(ns: bigint): number {
  return Number(ns / 1_000_000n);
}
