import { atOnce, show } from '../../core/index.ts';
import type { BarSeries, RegimeModel, VpinOptions } from '../../domain/index.ts';
import type { FeatureContext, FeatureDefinition, FeatureKernel } from '../feature-definition.ts';
import { FeatureError } from './feature-error.ts';
import type { FeatureWindow } from './feature-window.ts';
import { MovingWindow } from './moving-window.ts';

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
  /** Windows that no call uses; a function that computes its own feature again needs another. */
  const free: MovingWindow[] = [];
  return (tile, out, stride, offset) => {
    const { bars, rows, side } = tile;
    const context = contextOf(tile.context);
    const window = free.pop() ?? new MovingWindow(lookback);
    window.setBars(bars);
    try {
      for (let k = tile.start; k < tile.end; k++) {
        window.moveTo(rows[k]);
        const value = valueAt(window, rows[k], bars, context);
        // + 0 turns -0 into 0, because text does not keep the sign of zero.
        out[k * stride + offset] = (directional ? side[k] * value : value) + 0;
      }
    } finally {
      window.setBars(null);
      free.push(window);
    }
  };

  function valueAt(window: FeatureWindow, row: number, bars: BarSeries, context: ComputeContext): number {
    let value: unknown;
    try {
      value = atOnce(compute(window, context));
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

/** First line of what was thrown, shortened; a message that cannot even be read is left out. */
function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.split('\n', 1)[0].slice(0, MAX_MESSAGE);
  } catch {
    return 'it threw something without a message';
  }
}
