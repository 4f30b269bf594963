import { sharedBytes } from '../../math/index.ts';
import type { LabelSpans } from '../learner.ts';
import type { StopRows } from './stopping-rule.ts';

/** Share of the rows that decide when boosting stops: the last ones. */
const STOP_SHARE = 0.2;

/** Rows in the order of time. */
interface RowsInTime extends StopRows {
  readonly nFeatures: number;
}

/**
 * Divides rows to find the number of trees: the last fifth decides, and those before it are learned from, but for rows whose labels
 * reach into it.
 *
 * @returns the rows of each part, on shared memory; `learned` is null when purging leaves no row of any weight.
 */
export function stoppingRows(
  rows: RowsInTime,
  { start, end }: LabelSpans,
): { learned: StopRows | null; stop: StopRows } {
  const n = start.length;
  const first = n - Math.ceil(n * STOP_SHARE);
  const before = Int32Array.from({ length: first }, (_, k) => k).filter((k) => end[k] < start[first]);
  const learned = pickRows(rows, before);
  return {
    learned: learned.weight.some((weight) => weight > 0) ? learned : null,
    stop: pickRows(
      rows,
      Int32Array.from({ length: n - first }, (_, k) => first + k),
    ),
  };
}

function pickRows({ x, y, weight, nFeatures }: RowsInTime, rows: Int32Array): StopRows {
  const picked = new Float32Array(new SharedArrayBuffer(4 * rows.length * nFeatures));
  const labels = sharedBytes(rows.length);
  for (let k = 0; k < rows.length; k++) {
    picked.set(x.subarray(rows[k] * nFeatures, (rows[k] + 1) * nFeatures), k * nFeatures);
    labels[k] = y[rows[k]];
  }
  return { x: picked, y: labels, weight: Float64Array.from(rows, (row) => weight[row]) };
}
