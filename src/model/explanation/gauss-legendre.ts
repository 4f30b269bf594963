/** Points and weights by which an integral over [0, 1] is summed. */
export interface Quadrature {
  /** (n,) points inside (0, 1), increasing. */
  readonly points: Float64Array;
  /** (n,) weights, > 0, which sum to 1. */
  readonly weights: Float64Array;
}

/** Maximum number of Newton steps to a root; three are usual. */
const MAX_STEPS = 50;
const KNOWN: Quadrature[] = [];

/**
 * Gauss–Legendre quadrature on [0, 1], which is exact for polynomials of degree 2n − 1.
 *
 * @param n - number of points, >= 1.
 * @see Abramowitz and Stegun (1964), 25.4.29 and 25.4.30, where the interval is [−1, 1].
 */
export function gaussLegendre(n: number): Quadrature {
  KNOWN[n] ??= computed(n);
  return KNOWN[n];
}

function computed(n: number): Quadrature {
  const [points, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let step = 0; step < MAX_STEPS; step++) {
      const { value, slope } = legendre(n, x);
      const next = x - value / slope;
      if (Math.abs(next - x) < Number.EPSILON) break;
      x = next;
    }
    const { slope } = legendre(n, x);
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** Legendre polynomial of degree n and its derivative, |x| < 1. */
function legendre(n: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
