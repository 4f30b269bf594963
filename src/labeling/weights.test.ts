import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import {
  averageUniqueness,
  balancedClassWeights,
  numConcurrentEvents,
  sampleWeights,
  sequentialDrawProbabilities,
} from './index.ts';

// The indicator matrix of AFML ch. 4.5: columns [111000], [001100], [000011].
const T0 = Int32Array.of(0, 2, 4);
const T1 = Int32Array.of(2, 3, 5);
const close = (values: Float64Array, expected: readonly number[]): void => {
  expected.forEach((value, k) => {
    expect(values[k]).toBeCloseTo(value, 14);
  });
};

test('uniqueness of the example in AFML: 5/6, 3/4, 1', () => {
  close(averageUniqueness(T0, T1), [5 / 6, 3 / 4, 1]);
  expect([...numConcurrentEvents(T0, T1).counts]).toEqual([1, 1, 2, 1, 1, 1]);
});

test('sequential bootstrap of the example in AFML: 5/14, 3/14, 6/14 after label 2; 5/11, 3/11, 3/11 after labels 2 and 3', () => {
  close(sequentialDrawProbabilities(T0, T1, [1]), [5 / 14, 3 / 14, 6 / 14]);
  close(sequentialDrawProbabilities(T0, T1, [1, 2]), [5 / 11, 3 / 11, 3 / 11]);
});

test('uniqueness agrees with the indicator matrix written out, wherever the spans lie', () => {
  const rng = new Rng(11);
  for (let seed = 0; seed < 50; seed++) {
    const n = 1 + rng.nextInt(40);
    const offset = rng.nextInt(1000);
    const t0 = Int32Array.from({ length: n }, () => offset + rng.nextInt(100));
    const t1 = t0.map((start) => start + rng.nextInt(12));
    const uniqueness = averageUniqueness(t0, t1);
    for (let k = 0; k < n; k++) {
      const shares: number[] = [];
      for (let bar = t0[k]; bar <= t1[k]; bar++) {
        shares.push(1 / [...t0.keys()].filter((j) => t0[j] <= bar && bar <= t1[j]).length);
      }
      const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
      expect(Math.abs(uniqueness[k] - mean), `case ${seed}, event ${k}`).toBeLessThan(1e-14);
    }
  }
  expect(averageUniqueness(new Int32Array(0), new Int32Array(0)).length).toBe(0);
});

test('|return| and time decay multiply uniqueness', () => {
  const ret = Float64Array.of(0.01, -0.03, 0.02);
  const plain = { returnWeighted: false, timeDecay: 1 };
  close(sampleWeights(T0, T1, ret, plain), [5 / 6, 3 / 4, 1]);
  close(sampleWeights(T0, T1, ret, { ...plain, returnWeighted: true }), [5 / 12, 9 / 8, 1]);
  const total = 5 / 6 + 3 / 4 + 1;
  const decay = (cumulative: number): number => 0.5 + (0.5 * cumulative) / total;
  close(sampleWeights(T0, T1, ret, { ...plain, timeDecay: 0.5 }), [
    (5 / 6) * decay(5 / 6),
    (3 / 4) * decay(19 / 12),
    1,
  ]);
});

/** AFML snippet 4.11, for a decay that leaves every event a weight. */
function snippetTimeDecay(uniqueness: readonly number[], lastW: number): number[] {
  const total = uniqueness.reduce((sum, u) => sum + u, 0);
  const slope = (1 - lastW) / total;
  const constant = 1 - slope * total;
  return uniqueness.map((_, k) => constant + slope * uniqueness.slice(0, k + 1).reduce((sum, u) => sum + u, 0));
}

test('weights are finite and positive, and decay as in AFML', () => {
  const rng = new Rng(5);
  for (let seed = 0; seed < 30; seed++) {
    const n = 1 + rng.nextInt(60);
    const t0 = Int32Array.from({ length: n }, (_, k) => 500 + 2 * k);
    const t1 = t0.map((start) => start + 1 + rng.nextInt(10));
    const ret = Float64Array.from({ length: n }, () => 0.01 * rng.nextGaussian());
    const timeDecay = rng.nextFloat();
    const plain = averageUniqueness(t0, t1);
    const meanReturn = ret.reduce((sum, r) => sum + Math.abs(r), 0) / n;
    const weight = sampleWeights(t0, t1, ret, { returnWeighted: true, timeDecay });
    const factors = snippetTimeDecay([...plain], timeDecay);
    for (let k = 0; k < n; k++) {
      const expected = (plain[k] * factors[k] * Math.abs(ret[k])) / meanReturn;
      expect(weight[k] > 0 && weight[k] < Infinity, `case ${seed}, event ${k}: ${weight[k]}`).toBe(true);
      expect(Math.abs(weight[k] / expected - 1), `case ${seed}, event ${k}`).toBeLessThan(1e-12);
    }
  }
});

test('returns that are all zero leave the weights to uniqueness, and decay past [0, 1] is refused', () => {
  const zero = new Float64Array(3);
  close(sampleWeights(T0, T1, zero, { returnWeighted: true, timeDecay: 1 }), [5 / 6, 3 / 4, 1]);
  expect(() => sampleWeights(T0, T1, zero, { returnWeighted: false, timeDecay: -0.5 })).toThrow(
    'timeDecay must be a number in [0, 1], was -0.5',
  );
});

test('balanced classes weigh the same in total', () => {
  const label = Uint8Array.of(1, 0, 0, 0);
  const weight = Float64Array.of(1, 1, 0.5, 0.5);
  const [zero, one] = balancedClassWeights(label, weight);
  expect(one * 1).toBeCloseTo(zero * 2, 14);
  expect([zero, one], 'half of all weight for each: 1.5 / 2 and 1.5 / 1').toEqual([0.75, 1.5]);
});

test('balanced weights are scikit-learn’s n / (2 · count); a class that is missing has a finite one', () => {
  const equal = new Float64Array(10).fill(1);
  const label = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
  expect(balancedClassWeights(label, equal)).toEqual([10 / 14, 10 / 6].map((weight) => expect.closeTo(weight, 14)));
  expect(balancedClassWeights(new Uint8Array(4), equal.subarray(0, 4))).toEqual([0.5, 1]);
  expect(balancedClassWeights(new Uint8Array(4).fill(1), equal.subarray(0, 4))).toEqual([1, 0.5]);
});

test('a span that ends before it starts is refused', () => {
  expect(() => averageUniqueness(Int32Array.of(5), Int32Array.of(4))).toThrow('t1[0] must be >= t0 (5), was 4');
});

test('concurrent spans are counted from the first start to the last end; of none there is no count', () => {
  const { first, counts } = numConcurrentEvents(Int32Array.of(12, 10), Int32Array.of(13, 12));
  expect([first, ...counts]).toEqual([10, 1, 1, 2, 1]);
  expect(numConcurrentEvents(new Int32Array(0), new Int32Array(0))).toEqual({ first: 0, counts: new Int32Array(0) });
});

test('columns of different length are refused by name', () => {
  expect(() => averageUniqueness(T0, T1.subarray(1))).toThrow('t1 must be as long as t0 (3), was 2');
  const options = { returnWeighted: true, timeDecay: 1 };
  expect(() => sampleWeights(T0, T1, new Float64Array(2), options)).toThrow('ret must be as long as t0 (3), was 2');
});
