import { allocateBarColumns, BAR_COLUMNS, BarSeries, type ColumnValues, NO_COLUMNS } from '../domain/index.ts';
import { sharedFloats } from '../math/index.ts';

/** Bars on shared memory, which worker threads read without a copy: the same ones where they lie there, else one copy of them. */
export function sharedBars(bars: BarSeries): BarSeries {
  if (BAR_COLUMNS.every((name) => isShared(bars[name])) && [...bars.columns.values()].every(isShared)) return bars;
  const copy = allocateBarColumns(bars.length, bars.takerBuyVolume !== null, true);
  copy.tsEvent.set(bars.tsEvent);
  for (const name of BAR_COLUMNS) if (name !== 'tsEvent') copy[name]?.set(bars[name] ?? []);
  return BarSeries.fromChecked({ ...copy, columns: sharedColumns(bars.columns) });
}

function isShared(column: { readonly buffer: ArrayBufferLike } | null): boolean {
  return column === null || column.buffer instanceof SharedArrayBuffer;
}

function sharedColumns(columns: ColumnValues): ColumnValues {
  if (columns.size === 0) return NO_COLUMNS;
  return new Map(Array.from(columns, ([name, values]) => [name, sharedColumn(values)]));
}

function sharedColumn(values: Float64Array): Float64Array {
  const copy = sharedFloats(values.length);
  copy.set(values);
  return copy;
}
