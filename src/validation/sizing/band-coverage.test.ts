import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { calibrate, confidenceBand, fitCalibrator, stepsAt } from '../../model/index.ts';
import { bandCoverage } from '../index.ts';

/** Labels that do not overlap. */
function apart(n: number): { t0: Int32Array; end: Int32Array; instrument: Int32Array } {
  const t0 = Int32Array.from({ length: n }, (_, k) => k);
  return { t0, end: t0, instrument: new Int32Array(n) };
}

/** (n,) the same value. */
const all = (n: number, value: number): Float64Array => new Float64Array(n).fill(value);

test('by hand: 200 events are two groups by their probability, of which one hit rate lies within the band', () => {
  const probability = Float64Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? 0.3 : 0.5));
  // Of the low ones 30 of 100 win, of the high ones 70 of 100.
  const label = Uint8Array.from({ length: 200 }, (_, k) => (Math.floor(k / 2) < (k % 2 === 0 ? 30 : 70) ? 1 : 0));
  const [low, high] = [probability.map((p) => p - 0.05), probability.map((p) => p + 0.05)];
  const { nGroups, nInside, nExpected } = bandCoverage({ probability, low, high, label, ...apart(200) });
  expect([nGroups, nInside]).toEqual([2, 1]);
  // Half widths of 0.05 are 0.05 / hypot(0.05 / 1.645, 0.0458) = 0.9093 and 0.05 / hypot(0.0304, 0.05) = 0.8545 standard errors.
  expect(nExpected).toBeCloseTo(0.6368 + 0.6072, 3);
});

test('events that overlap are fewer independent ones, whose hit rate has more chance', () => {
  const label = Uint8Array.from({ length: 100 }, (_, k) => (k < 40 ? 1 : 0));
  const band = { probability: all(100, 0.4), low: all(100, 0.35), high: all(100, 0.45), label };
  const { t0, instrument } = apart(100);
  // Groups of four that end together are 25 independent events; 0.05 / hypot(0.0304, 0.098) = 0.4874 standard errors.
  const four = { t0: t0.map((k) => 10 * (k >> 2)), end: t0.map((k) => 10 * (k >> 2) + 5), instrument };
  expect(bandCoverage({ ...band, ...four }).nExpected).toBeCloseTo(0.374, 3);
  expect(bandCoverage({ ...band, ...apart(100) }).nExpected).toBeCloseTo(0.614, 3);
  const elsewhere = { ...four, instrument: t0.map((k) => k & 3) };
  expect(bandCoverage({ ...band, ...elsewhere }).nExpected, 'in four markets').toBeCloseTo(0.614, 3);
});

test('the ends of the band belong to it, and a band without width holds nothing but its point', () => {
  const label = Uint8Array.from({ length: 128 }, (_, k) => (k < 48 ? 1 : 0));
  const at = (low: number, high: number): number =>
    bandCoverage({ probability: all(128, 0.375), low: all(128, low), high: all(128, high), label, ...apart(128) })
      .nInside;
  expect([at(0.375, 0.5), at(0.25, 0.375), at(0.4375, 0.5), at(0.25, 0.3125)]).toEqual([1, 1, 0, 0]);
  const point = { probability: all(128, 0.375), low: all(128, 0.25), high: all(128, 0.25), label, ...apart(128) };
  expect(bandCoverage(point)).toEqual({ nGroups: 1, nInside: 0, nExpected: 0 });
});

test('under 100 events tell nothing, and there are at most ten groups', () => {
  const of = (n: number): ReturnType<typeof bandCoverage> =>
    bandCoverage({ probability: all(n, 0.4), low: all(n, 0), high: all(n, 1), label: new Uint8Array(n), ...apart(n) });
  expect(of(99)).toEqual({ nGroups: 0, nInside: 0, nExpected: 0 });
  expect(of(100).nGroups).toBe(1);
  expect(of(5000)).toMatchObject({ nGroups: 10, nInside: 10 });
});

test('a band that is right holds what is expected of it, and one of a drifted market less', () => {
  const sharesAt = (drift: number): { share: number; expected: number } => {
    let [groups, inside, expected] = [0, 0, 0];
    for (let seed = 1; seed <= 15; seed++) {
      const rng = new Rng(seed);
      const draw = (n: number, shift: number) => {
        const raw = Float64Array.from({ length: n }, () => Math.fround(0.37 + 0.08 * rng.nextGaussian()));
        return { raw, label: Uint8Array.from(raw, (s) => (rng.nextFloat() < 0.37 + (s - 0.37) / 2 + shift ? 1 : 0)) };
      };
      const [known, fresh] = [draw(2000, 0), draw(800, drift)];
      const band = confidenceBand(known.raw, known.label, { meanBlock: 1, seed });
      const fit = fitCalibrator(known.raw, known.label);
      const ends = Array.from(fresh.raw, (score) => stepsAt(band, score));
      const coverage = bandCoverage({
        probability: fresh.raw.map((score) => calibrate(fit, score)),
        low: Float64Array.from(ends, ([low]) => low),
        high: Float64Array.from(ends, ([, high]) => high),
        label: fresh.label,
        ...apart(800),
      });
      groups += coverage.nGroups;
      inside += coverage.nInside;
      expected += coverage.nExpected;
    }
    return { share: inside / groups, expected: expected / groups };
  };
  const [right, drifted] = [sharesAt(0), sharesAt(0.1)];
  // Of 120 groups at about 50 %, the share has a standard error of 0.046.
  expect(Math.abs(right.share - right.expected)).toBeLessThan(0.1);
  expect(drifted.share).toBeLessThan(drifted.expected - 0.15);
});
