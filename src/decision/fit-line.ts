/** A straight line, and the mean of what it was fitted to. */
export interface LineFit {
  readonly intercept: number;
  readonly slope: number;
  readonly mean: number;
}

/** Relative spread below which values are equal but for rounding. */
const ROUNDING = 1e-12;

/** Least squares of y on x; the slope is 0 where x does not vary. */
export function fitLine(x: Float64Array, y: Float64Array): LineFit {
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let xy = 0;
  for (let k = 0; k < x.length; k++) {
    const distance = x[k] - meanX;
    xx += distance * distance;
    xy += distance * (y[k] - meanY);
  }
  const varies = xx > x.length * (ROUNDING * Math.max(1, Math.abs(meanX))) ** 2;
  const slope = varies ? xy / xx : 0;
  return { intercept: meanY - slope * meanX, slope, mean: meanY };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return values.length === 0 ? 0 : sum / values.length;
}
