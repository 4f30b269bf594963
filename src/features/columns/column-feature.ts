import type { FeatureName } from '../../domain/index.ts';
import type { FeatureDefinition } from '../feature-definition.ts';

/**
 * The feature that is a column of the caller. Its value is the column's at the event's row, and missing where that is not a number
 * that a float32 holds.
 *
 * @param isDirectional - whether the value is multiplied by the side of the trade.
 */
export function columnFeature(name: FeatureName, isDirectional: boolean): FeatureDefinition {
  return Object.freeze<FeatureDefinition>({
    name,
    unit: '',
    lookback: 1,
    directional: isDirectional,
    needs: [],
    range: null,
    column: name,
    kernel: ({ context, side, start, end }, out, stride, offset) => {
      const values = context.columns?.get(name);
      for (let k = start; k < end; k++) {
        const value = values === undefined ? Number.NaN : values[k];
        const isKnown = Number.isFinite(Math.fround(value));
        // + 0 turns -0 into 0, because text does not keep the sign of zero.
        out[k * stride + offset] = isKnown ? (isDirectional ? side[k] * value : value) + 0 : Number.NaN;
      }
    },
  });
}
