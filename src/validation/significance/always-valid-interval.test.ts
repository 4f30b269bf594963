import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { alwaysValidInterval, leastForInterval, meanTest, neededToTell } from '../index.ts';

/** Sums of `span` neighbouring draws: labels that overlap, with a true mean of 0. */
function drawOverlapping(seed: number, n: number, span: number): Float64Array {
  const rng = new Rng(seed);
  const steps = Float64Array.from({ length: n + span }, () => rng.nextGaussian());
  return Float64Array.from({ length: n }, (_, k) => steps.subarray(k, k + span).reduce((a, b) => a + b, 0));
}

test('the interval is that of the source, written out once more', () => {
  const values = drawOverlapping(3, 500, 4);
  const { mean, low, high, standardError } = alwaysValidInterval(values, 8);
  const found = meanTest(values, 8);
  const [alpha, t] = [0.1, 500];
  const rho = Math.sqrt((-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha)) + 1) / 1000);
  const sigma = found.standardError * Math.sqrt(t);
  const root = ((t * rho ** 2 + 1) / (t ** 2 * rho ** 2)) * Math.log((t * rho ** 2 + 1) / alpha ** 2);
  const half = sigma * Math.sqrt(root); // equation (2.6) of the source
  expect(standardError).toBe(found.standardError);
  expect(mean).toBe(found.mean);
  expect((high ?? 0) - (mean ?? 0)).toBeCloseTo(half, 12);
  expect((mean ?? 0) - (low ?? 0)).toBeCloseTo(half, 12);
});

test('too few values, or all alike, have no interval', () => {
  expect(leastForInterval(0)).toBe(30);
  expect(leastForInterval(9)).toBe(100);
  expect(alwaysValidInterval(drawOverlapping(1, 99, 5), 9)).toMatchObject({ low: null, high: null, n: 99 });
  expect(alwaysValidInterval(drawOverlapping(1, 100, 5), 9).low).not.toBeNull();
  expect(alwaysValidInterval(new Float64Array(50).fill(0.1), 0)).toMatchObject({ low: null, standardError: null });
  expect(alwaysValidInterval(new Float64Array(0), 0)).toMatchObject({ mean: null, low: null, n: 0 });
});

test('whoever looks again and again misses the true mean in one of ten cases at most; an interval for one look, in half of them', () => {
  const SEEDS = 150;
  let [missed, missedByOneLook] = [0, 0];
  for (let seed = 0; seed < SEEDS; seed++) {
    const values = drawOverlapping(700 + seed, 1500, 5);
    const looks = Array.from({ length: 29 }, (_, k) => values.subarray(0, 100 + 50 * k));
    const isOut = ({ low, high }: { low: number | null; high: number | null }): boolean =>
      low !== null && high !== null && (low > 0 || high < 0);
    if (looks.some((seen) => isOut(alwaysValidInterval(seen, 8)))) missed++;
    if (looks.some((seen) => Math.abs(meanTest(seen, 8).statistic) > 1.645)) missedByOneLook++;
  }
  // Of 150 at 10 %, 15 ± 3.7; 25 or more in one of 200 runs.
  expect(missed).toBeLessThan(25);
  expect(missedByOneLook, 'the comparison sees what repeated looks do').toBeGreaterThan(45);
});

test('the number needed is where the interval of the same spread first leaves 0 out', () => {
  const seen = alwaysValidInterval(drawOverlapping(5, 400, 1), 0);
  const needed = neededToTell(0.1, seen) ?? Number.NaN;
  const halfAt = (n: number): number => {
    const se = ((seen.standardError ?? 0) * Math.sqrt(400)) / Math.sqrt(n);
    const found = alwaysValidInterval(
      Float64Array.from({ length: n }, (_, k) => (k % 2 === 0 ? 1 : -1)),
      0,
    );
    return (se * ((found.high ?? 0) - (found.mean ?? 0))) / (found.standardError ?? 1);
  };
  const even = (n: number): number => 2 * Math.round(n / 2);
  expect(halfAt(even(needed))).toBeLessThan(0.1001);
  expect(halfAt(even(needed / 1.03))).toBeGreaterThan(0.1);
  expect(neededToTell(10, seen), 'no fewer than were seen').toBe(400);
  expect(neededToTell(1e-6, seen), 'beyond a million').toBeNull();
  expect(neededToTell(0, seen)).toBeNull();
  expect(neededToTell(0.1, { ...seen, standardError: null })).toBeNull();
});
