import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { stationaryResample } from './stationary-bootstrap.ts';

test('rows follow each other inside blocks, the first behind the last, and new blocks begin anywhere', () => {
  const [n, meanBlock, nDraws] = [50, 8, 4000];
  const rng = new Rng(1);
  const counts = new Int32Array(n);
  let neighbours = 0;
  for (let draw = 0; draw < nDraws; draw++) {
    const rows = stationaryResample(rng, n, meanBlock);
    expect(rows).toHaveLength(n);
    rows.forEach((row, k) => {
      counts[row]++;
      if (k > 0 && row === (rows[k - 1] + 1) % n) neighbours++;
    });
  }
  const each = nDraws; // n draws of n rows, each row equally likely
  // Rows of a block come together, so that a count varies more than a binomial's: about 8 times in variance.
  for (const count of counts) expect(Math.abs(count / each - 1)).toBeLessThan(5 * Math.sqrt(16 / each));
  const share = neighbours / (nDraws * (n - 1));
  const expected = 1 - 1 / meanBlock + 1 / meanBlock / n; // a new block may happen to go on
  expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / (nDraws * (n - 1))));
});

/** Variance of the resampled mean in closed form: Politis, Romano (1994), lemma 1. */
function exactVariance(x: Float64Array, meanBlock: number): number {
  const n = x.length;
  const mean = x.reduce((a, b) => a + b, 0) / n;
  const autocovariance = (lag: number): number => {
    let sum = 0;
    for (let k = 0; k + lag < n; k++) sum += (x[k] - mean) * (x[k + lag] - mean);
    return sum / n;
  };
  const stay = 1 - 1 / meanBlock;
  let variance = autocovariance(0);
  for (let i = 1; i < n; i++) {
    const weight = (1 - i / n) * stay ** i + (i / n) * stay ** (n - i);
    variance += 2 * weight * autocovariance(i);
  }
  return variance / n;
}

test.each([1, 5, 20])('blocks of %d rows give the mean the variance of the published formula', (meanBlock) => {
  const rng = new Rng(2);
  let level = 0;
  const x = Float64Array.from({ length: 200 }, () => {
    level = 0.8 * level + rng.nextGaussian();
    return level;
  });
  const means = Float64Array.from({ length: 8000 }, () => {
    const rows = stationaryResample(rng, x.length, meanBlock);
    return rows.reduce((sum, row) => sum + x[row], 0) / x.length;
  });
  const centre = means.reduce((a, b) => a + b, 0) / means.length;
  const variance = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / means.length;
  expect(Math.abs(variance / exactVariance(x, meanBlock) - 1)).toBeLessThan(4 * Math.sqrt(2 / means.length));
});

test('the same seed draws the same rows, and blocks longer than the data are the data, turned', () => {
  expect(stationaryResample(new Rng(3), 100, 7)).toEqual(stationaryResample(new Rng(3), 100, 7));
  const rows = stationaryResample(new Rng(4), 100, 1e15);
  expect(rows).toEqual(Int32Array.from(rows.keys(), (k) => (rows[0] + k) % 100));
});

test('nothing to draw, and blocks shorter than a row, are refused', () => {
  expect(() => stationaryResample(new Rng(1), 0, 5)).toThrow('n must be an integer >= 1, was 0');
  for (const meanBlock of [0.5, Infinity, Number.NaN]) {
    expect(() => stationaryResample(new Rng(1), 10, meanBlock)).toThrow('meanBlock must be finite and >= 1');
  }
});
