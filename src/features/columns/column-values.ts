import { type BarSeries, type ColumnValues, type FeatureName, NO_COLUMNS } from '../../domain/index.ts';

/**
 * Columns of bars at given rows, as a file has them: the row's own value, NaN where it has none.
 *
 * @param rows - (nRows,) indices of bars.
 * @param sent - (nBars,) of columns that came with the signals; they are read instead of those of the bars.
 * @returns one (nRows,) array a name.
 */
export function columnValuesAt(
  names: readonly FeatureName[],
  { columns }: BarSeries,
  rows: Int32Array,
  sent: ColumnValues = NO_COLUMNS,
): ColumnValues {
  if (names.length === 0) return NO_COLUMNS;
  return new Map(names.map((name) => [name, valuesAt(sent.get(name) ?? columns.get(name), rows)]));
}

function valuesAt(column: Float64Array | undefined, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length).fill(Number.NaN);
  if (column !== undefined) for (let k = 0; k < rows.length; k++) values[k] = column[rows[k]];
  return values;
}

/**
 * A column as a live signal knows it: what the signal brings, else the last value of its bars.
 *
 * @param sent - what came with the signal; one that is not finite is missing, whatever the bars have.
 * @param bars - none of them closed after the signal.
 * @returns NaN where it is missing.
 */
export function lastHeld(name: FeatureName, sent: Readonly<Record<string, number>> | null, bars: BarSeries): number {
  if (sent !== null && Object.hasOwn(sent, name)) return sent[name];
  const column = bars.columns.get(name);
  if (column === undefined) return Number.NaN;
  for (let i = column.length - 1; i >= 0; i--) if (Number.isFinite(column[i])) return column[i];
  return Number.NaN;
}
