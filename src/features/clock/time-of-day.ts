import type { BuiltInFeature, FeatureKernel } from '../feature-definition.ts';
import { MS_PER_DAY, msOfDay } from './utc.ts';

const RADIANS_PER_MS = (2 * Math.PI) / MS_PER_DAY;

const COMMON = {
  unit: 'position on the circle of a day',
  lookback: 1,
  directional: false,
  needs: [],
  range: [-1, 1],
  source: 'cyclical encoding: the minute before midnight is next to the minute after it',
} as const satisfies Partial<BuiltInFeature>;

/** Sine of the time of day at which the bar closes, UTC. With the cosine it says the time. */
export const timeOfDaySinFeature: BuiltInFeature = {
  ...COMMON,
  name: 'time_of_day_sin',
  formula: 'sin(2 pi t / 24 h), t the time since midnight UTC at the close of the bar',
  kernel: ofDay(Math.sin),
};

/** Cosine of the time of day at which the bar closes, UTC. */
export const timeOfDayCosFeature: BuiltInFeature = {
  ...COMMON,
  name: 'time_of_day_cos',
  formula: 'cos(2 pi t / 24 h), t the time since midnight UTC at the close of the bar',
  kernel: ofDay(Math.cos),
};

function ofDay(wave: (radians: number) => number): FeatureKernel {
  return ({ bars, rows, start, end }, out, stride, offset) => {
    for (let k = start; k < end; k++) {
      out[k * stride + offset] = wave(RADIANS_PER_MS * msOfDay(bars.tsEvent[rows[k]])) + 0;
    }
  };
}
