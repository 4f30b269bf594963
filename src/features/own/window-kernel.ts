import { atOnce, show } from '../../core/index.ts';
import type { RegimeModel, VpinOptions } from '../../domain/index.ts';
import type { FeatureContext, FeatureDefinition, FeatureKernel, FeatureTile } from '../feature-definition.ts';
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
 * A kernel that calls `compute` once a row, on a copy of the row's own window; rows that follow each other share the copy, unless the
 * function writes to it. Training and live signals run this code, so their bits agree. It throws a {@link FeatureError} where there is
 * no usable value.
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
  const [lowest, highest] = range ?? [-Infinity, Infinity];
  /** Windows that no call uses; a function that computes its own feature again needs another. */
  const free: MovingWindow[] = [];
  /** Whether the function has written to its window, so that each row needs a copy of its own. */
  let writes = false;
  return (tile, out, stride, offset) => {
    const window = free.pop() ?? new MovingWindow(lookback);
    window.setBars(tile.bars);
    try {
      const isAlone = writes || tile.end - tile.start === 1;
      if (isAlone || !computedTogether(window, tile, out, stride, offset))
        computeEach(window, true, tile, out, stride, offset);
    } finally {
      window.setBars(null);
      free.push(window);
    }
  };

  /** Computes rows on a copy that they share. False where the function writes to its window: what it said then is worth nothing. */
  function computedTogether(window: MovingWindow, ...to: Parameters<FeatureKernel>): boolean {
    try {
      computeEach(window, false, ...to);
      writes = window.wasWrittenTo();
    } catch (error) {
      writes = window.wasWrittenTo();
      if (!writes) throw error;
    }
    return !writes;
  }

  function computeEach(
    window: MovingWindow,
    isAlone: boolean,
    tile: FeatureTile,
    out: Float64Array,
    stride: number,
    offset: number,
  ): void {
    const { rows, side } = tile;
    const context = contextOf(tile.context);
    let k = tile.start;
    let value: unknown = 0;
    try {
      for (; k < tile.end; k++) {
        if (isAlone) window.moveAloneTo(rows[k]);
        else window.moveTo(rows[k]);
        value = compute(window, context);
        if (!isUsable(value)) break;
        // + 0 turns -0 into 0, because text does not keep the sign of zero.
        out[k * stride + offset] = (directional ? side[k] * value : value) + 0;
      }
    } catch (error) {
      throw new FeatureError(name, `failed: ${messageOf(error)}`, tile.bars, rows[k]);
    }
    if (k < tile.end) throw new FeatureError(name, faultOf(value), tile.bars, rows[k]);
  }

  function isUsable(value: unknown): value is number {
    return typeof value === 'number' && value >= lowest && value <= highest && Number.isFinite(Math.fround(value));
  }

  function faultOf(value: unknown): string {
    if (typeof value !== 'number' || !Number.isFinite(value)) return `is ${show(atOnce(value))}, not a finite number`;
    if (!Number.isFinite(Math.fround(value))) return `is ${value}, too large for a float32, which a model reads`;
    return `is ${value}, outside its range [${lowest}, ${highest}]`;
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
