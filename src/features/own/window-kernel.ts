import { atOnce, show } from '../../core/index.ts';
import type { BarSeries, RegimeModel, VpinOptions } from '../../domain/index.ts';
import type { FeatureContext, FeatureDefinition, FeatureKernel } from '../feature-definition.ts';
import { FeatureError } from './feature-error.ts';

/** The last bars before a trade, oldest first; the event's own bar is the last one. Copies, so that sorting one changes nothing else. */
export interface FeatureWindow {
  /** (n,) prices, > 0. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** (n,) >= 0. */
  readonly volume: Float64Array;
  /** (n,) volume of buyers that crossed the spread, >= 0; null where the bars do not carry it. */
  readonly takerBuyVolume: Float64Array | null;
  /** (n,) close times, UNIX ns. */
  readonly tsEvent: BigInt64Array;
  /** Number of bars: the feature's `lookback`. */
  readonly n: number;
}

/** What a feature needs besides bars; null for what it does not declare. */
export interface ComputeContext {
  /** Model of the regime, fitted on the training rows only; null also before it is fitted. */
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions | null;
}

/** Value of a feature at the last bar of a window: a finite number. */
export type ComputeFeature = (window: FeatureWindow, context: ComputeContext) => number;

/** Maximum number of characters of an exception's message in an answer. */
const MAX_MESSAGE = 200;

/**
 * A kernel that calls `compute` once a row, on a copy of the row's own window. Training and live signals run this code, so their
 * bits agree. It throws a {@link FeatureError} where there is no usable value.
 */
export function windowKernel(
  feature: Pick<FeatureDefinition, 'name' | 'lookback' | 'directional' | 'needs' | 'range'>,
  compute: ComputeFeature,
): FeatureKernel {
  const { name, lookback, directional, range } = feature;
  const [needsRegime, needsVpin] = [feature.needs.includes('regime'), feature.needs.includes('vpin')];
  const contextOf = ({ regime, vpin }: FeatureContext): ComputeContext => ({
    regime: needsRegime ? regime : null,
    vpin: needsVpin ? vpin : null,
  });
  return (tile, out, stride, offset) => {
    const { bars, rows, side } = tile;
    const context = contextOf(tile.context);
    for (let k = tile.start; k < tile.end; k++) {
      const row = rows[k];
      const value = valueAt(row, bars, context);
      // + 0 turns -0 into 0, because text does not keep the sign of zero.
      out[k * stride + offset] = (directional ? side[k] * value : value) + 0;
    }
  };

  function valueAt(row: number, bars: BarSeries, context: ComputeContext): number {
    let value: unknown;
    try {
      value = atOnce(compute(windowOf(bars, row, lookback), context));
    } catch (error) {
      throw new FeatureError(name, `failed: ${messageOf(error)}`, bars, row);
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new FeatureError(name, `is ${show(value)}, not a finite number`, bars, row);
    }
    if (!Number.isFinite(Math.fround(value))) {
      throw new FeatureError(name, `is ${value}, too large for a float32, which a model reads`, bars, row);
    }
    if (range !== null && !(value >= range[0] && value <= range[1])) {
      throw new FeatureError(name, `is ${value}, outside its range [${range[0]}, ${range[1]}]`, bars, row);
    }
    return value;
  }
}

function windowOf(bars: BarSeries, row: number, n: number): FeatureWindow {
  const [from, to] = [row - n + 1, row + 1];
  return {
    open: bars.open.slice(from, to),
    high: bars.high.slice(from, to),
    low: bars.low.slice(from, to),
    close: bars.close.slice(from, to),
    volume: bars.volume.slice(from, to),
    takerBuyVolume: bars.takerBuyVolume?.slice(from, to) ?? null,
    tsEvent: bars.tsEvent.slice(from, to),
    n,
  };
}

/** First line of what was thrown, shortened; a message that cannot even be read is left out. */
function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.split('\n', 1)[0].slice(0, MAX_MESSAGE);
  } catch {
    return 'it threw something without a message';
  }
}
