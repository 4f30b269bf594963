import { ConditionError } from '../../core/index.ts';
import { lowerBound } from '../../math/index.ts';
import { computeElsewhere } from '../compute/compute-elsewhere.ts';
import { barsNeededOf } from '../compute/compute-rows.ts';
import type { ContextBars, FeatureContext, FeatureDefinition } from '../feature-definition.ts';
import { withoutColumn } from '../frames/framed-feature.ts';

/** Age of a context bar, in steps of its own, from which on it is missing, where the context does not say; `feed.max_age_bars`. */
const MAX_AGE_BARS = 3;

/**
 * A feature of the bars of another instrument: of those that closed not after the event's own bar. It is missing where there are none,
 * too few, or the last is older than `maxAgeBars` steps of its own.
 *
 * @param feature - may be one of a frame. @param name - of the whole, e.g. `momentum@1h:BTCUSDT.BINANCE`.
 * @throws {ConditionError} for a feature that needs the regime model, which is fitted on bars of the event's own instrument.
 */
export function contextFeature(feature: FeatureDefinition, name: string, instrument: string): FeatureDefinition {
  checkElsewhere(feature, name);
  return Object.freeze<FeatureDefinition>({
    ...withoutColumn(feature),
    name,
    lookback: 1,
    needs: [],
    instrument,
    barsNeeded: () => 1,
    contextBarsNeeded: (stepNs: bigint | null) => barsNeededOf(feature, stepNs),
    kernel: (tile, out, stride, offset) => {
      const { bars, rows, start, end, context } = tile;
      const at = new Int32Array(end - start).fill(-1);
      const other = context.instruments?.get(instrument);
      if (other === undefined || lacksTaker(feature, other, context)) {
        for (let k = start; k < end; k++) out[k * stride + offset] = Number.NaN;
        return;
      }
      const rowAt = rowFinder(other, context, barsNeededOf(feature, other.stepNs));
      for (let k = start; k < end; k++) at[k - start] = rowAt(bars.tsEvent[rows[k]]);
      const within = { regime: null, vpin: context.vpin, stepNs: other.stepNs };
      computeElsewhere(feature, other.bars, at, tile, within, { out, stride, offset });
    },
  });
}

/** Finds the last context bar that had closed by a time; -1 for none that may be read. */
function rowFinder(
  { bars: { tsEvent }, stepNs }: ContextBars,
  { maxAgeBars = MAX_AGE_BARS }: FeatureContext,
  needed: number,
): (ts: bigint) => number {
  const maxAgeNs = BigInt(Math.round(maxAgeBars * Number(stepNs)));
  return (ts) => {
    const row = lowerBound(tsEvent.length, (i) => tsEvent[i] <= ts) - 1;
    return row + 1 >= needed && ts - tsEvent[row] <= maxAgeNs ? row : -1;
  };
}

/** Whether the feature splits volume by taker volumes that those bars do not have. */
function lacksTaker({ needs }: FeatureDefinition, { bars }: ContextBars, { vpin }: FeatureContext): boolean {
  if (bars.takerBuyVolume !== null) return false;
  return needs.includes('taker_buy_volume') || (needs.includes('vpin') && vpin.classifier === 'aggressor');
}

function checkElsewhere({ needs }: FeatureDefinition, name: string): void {
  if (!needs.includes('regime')) return;
  const rule = "a feature without the regime model, which is fitted on the event's own instrument";
  throw new ConditionError('featureNames', rule, name);
}
