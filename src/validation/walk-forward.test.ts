import { expect, test } from 'vitest';
import { expected } from '../../test/golden/validation/expected.ts';
import { Rng } from '../core/index.ts';
import { rocAucScore, type WalkForwardOptions, walkForwardFolds } from './index.ts';

const OPTIONS: WalkForwardOptions = { nFolds: 5, window: 'expanding', trainEvents: null, embargoBars: 0 };

test('where no label overlaps, the folds are those of scikit-learn’s TimeSeriesSplit', () => {
  for (const { n, n_folds: nFolds, folds } of expected.splits) {
    const t0 = Int32Array.from({ length: n }, (_, k) => 10 * k);
    const t1 = t0.map((bar) => bar + 3);
    const ours = walkForwardFolds(t0, t1, { ...OPTIONS, nFolds });
    expect(ours.map(({ train, test }) => [test[0], test[test.length - 1], train.length])).toEqual(folds);
    expect(ours.map(({ nPurged }) => nPurged)).toEqual(new Array(nFolds).fill(0));
  }
});

test('blocks differ by one event at most when the count does not divide, and every event is in a block', () => {
  for (let n = 6; n < 40; n++) {
    const t0 = Int32Array.from({ length: n }, (_, k) => k);
    const sizes = walkForwardFolds(t0, t0, OPTIONS).map(({ test }) => test.length);
    const first = walkForwardFolds(t0, t0, OPTIONS)[0].test[0];
    expect(first + sizes.reduce((a, b) => a + b, 0), `${n} events`).toBe(n);
    expect(Math.max(first, ...sizes) - Math.min(first, ...sizes), `${n} events`).toBeLessThanOrEqual(1);
  }
});

/** Asserts that no training span touches a test span, embargo included. @returns rows purged over all folds. */
function assertDisjoint(t0: Int32Array, t1: Int32Array, nFolds: number, embargoBars: number): number {
  let purged = 0;
  for (const { fold, train, test, nPurged } of walkForwardFolds(t0, t1, { ...OPTIONS, nFolds, embargoBars })) {
    purged += nPurged;
    for (const row of train) {
      for (const other of test) {
        const touches = t0[row] <= t1[other] && t0[other] <= t1[row] + embargoBars;
        expect(touches, `fold ${fold}: training row ${row} touches test row ${other}`).toBe(false);
      }
    }
    expect(train.length + nPurged, 'an expanding window contains all earlier events').toBe(test[0]);
  }
  return purged;
}

test('ten two-day events in two folds: no training span touches a test span (mlfinlab#295)', () => {
  const t0 = Int32Array.from({ length: 10 }, (_, k) => k);
  const t1 = t0.map((bar) => bar + 1);
  expect(assertDisjoint(t0, t1, 2, 0), 'one event before each block reaches into it').toBe(2);
  expect(assertDisjoint(t0, t1, 2, 1)).toBe(4);
});

test('no training span touches a test span, for any spans, order of their ends and embargo', () => {
  const rng = new Rng(3);
  let purged = 0;
  for (let k = 0; k < 60; k++) {
    const t0 = Int32Array.from({ length: 80 }, () => rng.nextInt(300)).sort();
    const t1 = t0.map((bar) => bar + rng.nextInt(40));
    purged += assertDisjoint(t0, t1, 1 + rng.nextInt(6), rng.nextInt(10));
  }
  expect(purged, 'the spans were long enough to matter').toBeGreaterThan(1000);
});

test('a rolling window trains on the latest usable events, by default as many as one block has', () => {
  const t0 = Int32Array.from({ length: 60 }, (_, k) => k * 10);
  const rows = (t1: Int32Array, trainEvents: number | null): number[][] =>
    walkForwardFolds(t0, t1, { ...OPTIONS, window: 'rolling', trainEvents }).map(({ train }) => [
      train[0],
      train.length,
    ]);
  expect(rows(t0, 15)).toEqual([
    [0, 10],
    [5, 15],
    [15, 15],
    [25, 15],
    [35, 15],
  ]);
  expect(rows(t0, null).map(([, size]) => size)).toEqual([10, 10, 10, 10, 10]);
  const overlapping = t0.map((bar) => bar + 25);
  expect(rows(overlapping, 15)[2], 'two purged rows are replaced by two older ones').toEqual([13, 15]);
});

test.each<[string, readonly number[], readonly number[], Partial<WalkForwardOptions>]>([
  ['events must be at least 6 for 5 folds, was 2', [1, 2], [1, 2], {}],
  ['t1 must be as long as t0 (2), was 1', [1, 2], [1], {}],
  ['t0[1] must be >= t0[0] (5), was 4', [5, 4, 6, 7, 8, 9], [9, 9, 9, 9, 9, 9], {}],
  ['t1[2] must be >= t0[2] (3), was 2', [1, 2, 3, 4, 5, 6], [9, 9, 2, 9, 9, 9], {}],
  ['nFolds must be an integer >= 1, was 0', [1, 2], [1, 2], { nFolds: 0 }],
  ['embargoBars must be an integer >= 0, was -1', [1, 2], [1, 2], { nFolds: 1, embargoBars: -1 }],
  ['trainEvents must be an integer >= 1, was 0', [1, 2], [1, 2], { nFolds: 1, trainEvents: 0 }],
])('refuses: %s', (message, t0, t1, options) => {
  expect(() => walkForwardFolds(Int32Array.from(t0), Int32Array.from(t1), { ...OPTIONS, ...options })).toThrow(message);
});

/** Pooled out-of-sample AUC of a model that predicts the label of the training event nearest in time. */
function nearestLabelAuc(purge: boolean): number {
  const label: number[] = [];
  const score: number[] = [];
  for (let seed = 0; seed < 20; seed++) {
    const rng = new Rng(100 + seed);
    const steps = Float64Array.from({ length: 1300 }, () => rng.nextGaussian());
    const t0 = Int32Array.from({ length: 1200 }, (_, k) => k);
    // Labels look 60 bars ahead on a random walk: neighbours share most of their future, and the past has no information.
    const ends = t0.map((bar) => bar + 60);
    const up = Uint8Array.from(t0, (bar) => (steps.subarray(bar + 1, bar + 61).reduce((a, b) => a + b, 0) > 0 ? 1 : 0));
    for (const { train, test } of walkForwardFolds(t0, ends, { ...OPTIONS, nFolds: 119, purge })) {
      if (train.length === 0) continue;
      for (const row of test) {
        label.push(up[row]);
        score.push(up[train[train.length - 1]]);
      }
    }
  }
  return rocAucScore(Uint8Array.from(label), Float64Array.from(score));
}

test('without the purge a known leak shows, with it there is none', () => {
  expect(nearestLabelAuc(false), 'the leak shows without the purge').toBeGreaterThan(0.65);
  expect(Math.abs(nearestLabelAuc(true) - 0.5), 'no leak with the purge').toBeLessThan(0.05);
});
