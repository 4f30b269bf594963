import { describe, expect, test } from 'vitest';
import { gaussLegendre } from './gauss-legendre.ts';

describe('Gauss–Legendre quadrature on [0, 1]', () => {
  test('has the published points and weights', () => {
    // Abramowitz and Stegun (1964), table 25.4, on [−1, 1].
    const { points, weights } = gaussLegendre(3);
    for (const [i, x] of [0.112701665379258, 0.5, 0.887298334620742].entries()) {
      expect(points[i]).toBeCloseTo(x, 14);
      expect(weights[i]).toBeCloseTo(i === 1 ? 8 / 18 : 5 / 18, 14);
    }
    expect(gaussLegendre(1).points[0]).toBeCloseTo(0.5, 15);
    expect(gaussLegendre(1).weights).toEqual(Float64Array.of(1));
  });

  test('integrates powers up to the degree 2n − 1 exactly, and no higher one', () => {
    for (let n = 1; n <= 40; n++) {
      const { points, weights } = gaussLegendre(n);
      const integral = (power: number): number => points.reduce((sum, x, i) => sum + weights[i] * x ** power, 0);
      for (let power = 0; power < 2 * n; power++) {
        expect(Math.abs(integral(power) - 1 / (power + 1)), `${n} points, power ${power}`).toBeLessThan(1e-14);
      }
      if (n < 12) expect(Math.abs(integral(2 * n) - 1 / (2 * n + 1)), `${n} points`).toBeGreaterThan(1e-15);
    }
  });
});
