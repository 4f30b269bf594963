import type { BarSeries } from '../../domain/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import type { FeatureContext, FeatureDefinition } from '../feature-definition.ts';
import { ScratchTile } from '../feature-tile.ts';

/** Tiles that no call uses. A feature may compute others, and its call needs a tile beside the outer one's. */
const FREE_TILES: ScratchTile[] = [];

/** Number of the event's own bars that a feature needs, the event's included. @param stepNs - common step of the bars; null for none. */
export function barsNeededOf(feature: FeatureDefinition, stepNs: bigint | null): number {
  return feature.barsNeeded === undefined ? feature.lookback : feature.barsNeeded(stepNs);
}

/**
 * Computes features at given rows, without the checks of `computeFeatures`: the context is checked, every row has a full window, and
 * bars have the taker volume that is needed. A row with fewer bars than a feature needs has NaN there, in training as for a live signal.
 *
 * @param rows - (nRows,) bar indices, each in [0, nBars).
 * @param out - (nRows, nFeatures), row-major.
 */
export function computeRows(
  features: readonly FeatureDefinition[],
  bars: BarSeries,
  rows: Int32Array,
  side: Int8Array,
  context: FeatureContext,
  out: Float64Array,
): void {
  const nFeatures = features.length;
  const least = leastOf(rows);
  const tile = FREE_TILES.pop() ?? new ScratchTile();
  tile.open(bars, rows, side, context);
  try {
    for (let k = 0; k < rows.length; k = tile.end) {
      tile.moveTo(k);
      for (let j = 0; j < nFeatures; j++) {
        if (least + 1 >= barsNeededOf(features[j], context.stepNs ?? null)) features[j].kernel(tile, out, nFeatures, j);
      }
    }
  } finally {
    tile.close();
    FREE_TILES.push(tile);
  }
  for (let j = 0; j < nFeatures; j++) {
    const needed = barsNeededOf(features[j], context.stepNs ?? null);
    if (least + 1 < needed) computeKnown(features[j], needed, { bars, rows, side, context }, { out, nFeatures, j });
  }
}

interface RowInputs {
  readonly bars: BarSeries;
  readonly rows: Int32Array;
  readonly side: Int8Array;
  readonly context: FeatureContext;
}

/** Computes a feature at the rows that have enough bars, and says of the others that it is missing. */
function computeKnown(
  feature: FeatureDefinition,
  needed: number,
  { bars, rows, side, context }: RowInputs,
  { out, nFeatures, j }: { readonly out: Float64Array; readonly nFeatures: number; readonly j: number },
): void {
  for (let k = 0; k < rows.length; k++) out[k * nFeatures + j] = Number.NaN;
  const known = rowsWhere(rows.length, (k) => rows[k] + 1 >= needed);
  if (known.length === 0) return;
  const values = new Float64Array(known.length);
  // A column needs no more than the bar of its row, so that none of those of the call is read here.
  computeRows([feature], bars, pick(rows, known), pick(side, known), context, values);
  for (let i = 0; i < known.length; i++) out[known[i] * nFeatures + j] = values[i];
}

function leastOf(rows: Int32Array): number {
  const n = rows.length;
  let least = 2 ** 31 - 1;
  for (let k = 0; k < n; k++) least = Math.min(least, rows[k]);
  return least;
}
