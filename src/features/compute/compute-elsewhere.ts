import type { BarSeries } from '../../domain/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { columnValuesAt } from '../columns/column-values.ts';
import type { FeatureContext, FeatureDefinition, FeatureTile } from '../feature-definition.ts';
import { computeRows } from './compute-rows.ts';

/** Where the values of a tile's rows are written. */
export interface TileOutput {
  readonly out: Float64Array;
  readonly stride: number;
  readonly offset: number;
}

/**
 * Writes a feature of other bars for the rows of a tile.
 *
 * @param bars - of another frame, or another instrument. @param at - (tile.end - tile.start,) the row in them; -1 where there is none,
 * and the feature missing. @param context - of those bars.
 */
export function computeElsewhere(
  feature: FeatureDefinition,
  bars: BarSeries,
  at: Int32Array,
  tile: Pick<FeatureTile, 'side' | 'start'>,
  context: FeatureContext,
  { out, stride, offset }: TileOutput,
): void {
  const place = (i: number): number => (tile.start + i) * stride + offset;
  for (let i = 0; i < at.length; i++) out[place(i)] = Number.NaN;
  const known = rowsWhere(at.length, (i) => at[i] >= 0);
  if (known.length === 0) return;
  const rows = pick(at, known);
  const side = pick(tile.side.subarray(tile.start), known);
  const columns = columnValuesAt(feature.column === undefined ? [] : [feature.column], bars, rows);
  const values = new Float64Array(known.length);
  computeRows([feature], bars, rows, side, { ...context, columns }, values);
  for (let i = 0; i < known.length; i++) out[place(known[i])] = values[i];
}
