import { ConditionError } from '../../core/index.ts';
import { type BarSeries, frameNs, spanText } from '../../domain/index.ts';
import { computeElsewhere } from '../compute/compute-elsewhere.ts';
import { barsNeededOf } from '../compute/compute-rows.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { type FramedBars, resample } from './resample.ts';

/**
 * A feature of bars of a longer frame, made of those of the event. It reads closed frames only, and only such as lie whole in the bars
 * it needs, so that it is the same from a long file and from the window of a live signal.
 *
 * @param name - of the whole, e.g. `momentum@4h`. @param frame - see `isFrame`.
 * @throws {ConditionError} for a feature that needs the regime model, which is fitted on bars of the event's own length.
 */
export function framedFeature(feature: FeatureDefinition, name: string, frame: string): FeatureDefinition {
  checkFrameable(feature, name);
  const length = frameNs(frame);
  const nFrames = barsNeededOf(feature, length);
  const barsNeeded = (stepNs: bigint | null): number => {
    // The frame that is still open, those that are read, and one bar that shows that the first of them is not cut.
    return (nFrames + 1) * barsOfFrame(name, length, stepNs) + 1;
  };
  return Object.freeze<FeatureDefinition>({
    ...withoutColumn(feature),
    name,
    unit: feature.unit,
    barsNeeded,
    kernel: (tile, out, stride, offset) => {
      const { bars, rows, start, end, context } = tile;
      const framed = framesOf(bars, length);
      const needed = barsNeeded(context.stepNs ?? null);
      const at = new Int32Array(end - start);
      for (let k = start; k < end; k++) at[k - start] = wholeFrameAt(framed, rows[k], nFrames, needed);
      const within = { regime: null, vpin: context.vpin, stepNs: length };
      computeElsewhere(feature, framed.bars, at, tile, within, { out, stride, offset });
    },
  });
}

/** The last closed frame; -1 unless it and those before it are whole in the last `needed` bars of the row. */
function wholeFrameAt({ closed, first }: FramedBars, row: number, nFrames: number, needed: number): number {
  const last = closed[row];
  const oldest = last - nFrames + 1;
  return oldest >= 0 && first[oldest] - 1 >= row - needed + 1 ? last : -1;
}

/** Maximum number of bars that a frame holds. @throws {ConditionError} where the bars do not fill it evenly. */
function barsOfFrame(name: string, length: bigint, stepNs: bigint | null): number {
  if (stepNs !== null && stepNs > 0n && length % stepNs === 0n) return Number(length / stepNs);
  const rule = `made of bars whose common step divides ${spanText(length)}; take another frame, or other bars`;
  throw new ConditionError(name, rule, stepNs === null ? 'no common step' : spanText(stepNs));
}

function checkFrameable({ needs }: FeatureDefinition, name: string): void {
  if (!needs.includes('regime')) return;
  const rule = 'a feature without the regime model, which is fitted on the bars of the event as they are';
  throw new ConditionError('featureNames', rule, name);
}

/** The feature reads the column itself, of bars that it chooses. */
export function withoutColumn({ column: _read, ...feature }: FeatureDefinition): FeatureDefinition {
  return feature;
}

/** Made once for a series: kernels ask once a tile. */
const framesOfBars = new WeakMap<BarSeries, Map<bigint, FramedBars>>();

function framesOf(bars: BarSeries, length: bigint): FramedBars {
  const all = framesOfBars.get(bars) ?? new Map<bigint, FramedBars>();
  framesOfBars.set(bars, all);
  const framed = all.get(length) ?? resample(bars, length);
  all.set(length, framed);
  return framed;
}
