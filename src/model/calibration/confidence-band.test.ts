import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { stationaryResample } from '../../math/index.ts';
import { stepsAt } from './calibration-spread.ts';
import { calibrate, fitCalibrator } from './calibrator.ts';
import { calibratorRefit } from './calibrator-refit.ts';
import { confidenceBand } from './confidence-band.ts';

/** Scores around a base rate, and labels that follow them. */
function draw(n: number, seed: number, ties = Infinity) {
  const rng = new Rng(seed);
  const raw = Float64Array.from({ length: n }, () => {
    const score = 0.37 + 0.08 * rng.nextGaussian();
    return Math.fround(Number.isFinite(ties) ? Math.round(score * ties) / ties : score);
  });
  const truth = raw.map((score) => Math.min(0.95, Math.max(0.05, 0.37 + 0.5 * (score - 0.37))));
  return { raw, truth, label: Uint8Array.from(truth, (p) => (rng.nextFloat() < p ? 1 : 0)) };
}

/** Every row as often as its weight says. */
function expanded<T extends Float64Array | Uint8Array>(column: T, weight: Int32Array): number[] {
  return Array.from(column).flatMap((value, k) => new Array<number>(weight[k]).fill(value));
}

/** Runs that have every row as often as its weight says. */
function runsOf(weight: Int32Array): number[] {
  return Array.from(weight).flatMap((times, k) => Array.from({ length: times }, () => [k, k + 1]).flat());
}

test('a refit is the calibrator of the drawn rows, each as often as it was drawn', () => {
  for (const [n, ties] of [
    [700, Infinity],
    [2000, 100],
    [300, Infinity],
    [900, 20],
  ]) {
    for (let seed = 1; seed <= 10; seed++) {
      const { raw, label } = draw(n, seed, ties);
      const rng = new Rng(100 + seed);
      const refit = calibratorRefit(raw, label);
      for (const weight of [
        new Int32Array(n).fill(1),
        Int32Array.from(raw, () => rng.nextInt(3)),
        Int32Array.from(raw, () => (rng.nextInt(4) === 0 ? rng.nextInt(9) : 0)),
      ]) {
        const whole = fitCalibrator(Float64Array.from(expanded(raw, weight)), Uint8Array.from(expanded(label, weight)));
        const name = `${n} rows, seed ${seed}`;
        const ours = refit(runsOf(weight));
        expect(ours.kind, name).toBe(whole.kind);
        if (whole.kind !== 'platt') expect(ours, name).toEqual(whole);
        // Sums in another order end Newton's steps elsewhere: it stops where the loss no longer falls by its last digits.
        else expect(Math.abs(calibrate(ours, 0.4) - calibrate(whole, 0.4)), name).toBeLessThan(1e-7);
      }
    }
  }
});

test('rows of one label refit to the identity', () => {
  const refit = calibratorRefit(Float64Array.of(0.2, 0.6), Uint8Array.of(0, 1));
  expect(refit([1, 2, 1, 2, 1, 2])).toEqual({ kind: 'identity' });
  expect(refit([0, 1, 0, 1])).toEqual({ kind: 'identity' });
});

test('the band is the 5 % and 95 % quantiles of calibrators fitted on 200 resamples', () => {
  for (const n of [200, 800]) {
    const { raw, label } = draw(n, 5);
    const [meanBlock, seed] = [12.5, 77];
    const band = confidenceBand(raw, label, { meanBlock, seed });
    const rng = new Rng(seed);
    const fits = Array.from({ length: 200 }, () => {
      const rows = stationaryResample(rng, n, meanBlock);
      return fitCalibrator(
        Float64Array.from(rows, (row) => raw[row]),
        Uint8Array.from(rows, (row) => label[row]),
      );
    });
    for (const score of band.scores) {
      const values = fits.map((fit) => calibrate(fit, score)).sort((a, b) => a - b);
      const at = (share: number): number => {
        const below = Math.floor(share * 199);
        return values[below] + (share * 199 - below) * (values[below + 1] - values[below]);
      };
      const [low, high] = stepsAt(band, score);
      expect(low, `${n} rows, score ${score}`).toBeCloseTo(at(0.05), n < 500 ? 7 : 14);
      expect(high, `${n} rows, score ${score}`).toBeCloseTo(at(0.95), n < 500 ? 7 : 14);
    }
  }
});

test('it has at most 512 steps, whose ends never cross, and never fall where the calibrator is isotonic', () => {
  for (const [n, ties] of [
    [1, Infinity],
    [40, Infinity],
    [3000, Infinity],
    [3000, 10],
  ]) {
    const { raw, label } = draw(n, 6, ties);
    const { scores, low, high } = confidenceBand(raw, label, { meanBlock: 1, seed: 1 });
    expect(scores.length, `${n} rows`).toBeGreaterThan(0);
    expect(scores.length, `${n} rows`).toBeLessThanOrEqual(512);
    expect([low.length, high.length]).toEqual([scores.length, scores.length]);
    for (let k = 0; k < scores.length; k++) {
      expect(low[k] <= high[k], `${n} rows, step ${k}`).toBe(true);
      if (k === 0) continue;
      expect(scores[k] > scores[k - 1], `${n} rows, step ${k}`).toBe(true);
      if (n >= 500) expect(low[k] >= low[k - 1] && high[k] >= high[k - 1], `${n} rows, step ${k}`).toBe(true);
    }
  }
});

test('the true probability lies in it about as often as it says, and more rows make it narrower', () => {
  const shares = [850, 3000].map((n) => {
    let [inside, width, nScores] = [0, 0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const known = draw(n, seed);
      const fresh = draw(500, 1000 + seed);
      const band = confidenceBand(known.raw, known.label, { meanBlock: 1, seed });
      fresh.raw.forEach((score, k) => {
        const [low, high] = stepsAt(band, score);
        if (fresh.truth[k] >= low && fresh.truth[k] <= high) inside++;
        width += high - low;
        nScores++;
      });
    }
    return { inside: inside / nScores, width: width / nScores };
  });
  for (const { inside } of shares) {
    expect(inside, 'steps of an isotonic fit are not unbiased, so that a little is missing').toBeGreaterThan(0.8);
    expect(inside).toBeLessThan(0.97);
  }
  expect(shares[1].width).toBeLessThan(0.8 * shares[0].width);
});

test('labels that come in runs make it wider where blocks keep the runs together', () => {
  const rng = new Rng(8);
  let state = 0;
  const label = Uint8Array.from({ length: 2000 }, () => {
    if (rng.nextInt(25) === 0) state = 1 - state;
    return state;
  });
  const raw = Float64Array.from(label, () => Math.fround(0.4 + 0.05 * rng.nextGaussian()));
  const widthOf = (meanBlock: number): number => {
    const [low, high] = stepsAt(confidenceBand(raw, label, { meanBlock, seed: 3 }), 0.4);
    return high - low;
  };
  expect(widthOf(100)).toBeGreaterThan(2 * widthOf(1));
});
