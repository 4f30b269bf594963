import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { blockBootstrap, type CountedFigures } from './block-bootstrap.ts';

const meanOf =
  (values: Float64Array): CountedFigures =>
  (count) => {
    let [n, sum] = [0, 0];
    for (let k = 0; k < count.length; k++) {
      n += count[k];
      sum += count[k] * values[k];
    }
    return [sum / n];
  };

const everyTick = (n: number): Int32Array => Int32Array.from({ length: n }, (_, k) => k);

test('a block brings all rows of its time, so that rows of one tick are never drawn apart', () => {
  const tick = Int32Array.of(3, 3, 3, 10, 10, 40);
  const drawn: number[][] = [];
  blockBootstrap({ tick, nTicks: 60, meanBlock: 2 }, (count) => [drawn.push([...count])], { nResamples: 40 });
  expect(drawn[0]).toEqual([1, 1, 1, 1, 1, 1]);
  for (const [a, b, c, d, e] of drawn) expect([b, c, e]).toEqual([a, a, d]);
  expect(new Set(drawn.slice(1).map(String)).size).toBeGreaterThan(5);
});

test('a resample has as many ticks as the time has, however they fall', () => {
  const sizes: number[] = [];
  const onSize: CountedFigures = (count) => [sizes.push(count.reduce((a, b) => a + b, 0))];
  blockBootstrap({ tick: everyTick(200), nTicks: 200, meanBlock: 7 }, onSize, { nResamples: 50 });
  expect(new Set(sizes)).toEqual(new Set([200]));
});

/** Share of series whose interval holds the true mean, 0. @param draw - a series. */
function coverage(draw: (rng: Rng) => Float64Array, meanBlock: number, nSeries: number): number {
  let inside = 0;
  for (let seed = 0; seed < nSeries; seed++) {
    const values = draw(new Rng(seed));
    const rows = {
      tick: everyTick(values.length),
      nTicks: values.length,
      meanBlock,
      longestSpan: meanBlock === 1 ? 0 : 10,
    };
    const [{ low, high }] = blockBootstrap(rows, meanOf(values), { nResamples: 200, seed: seed + 1000 });
    if (low !== null && high !== null && low <= 0 && high >= 0) inside++;
  }
  return inside / nSeries;
}

/** Sums of ten neighbouring shocks, as returns of trades of ten bars that overlap. */
function overlapping(rng: Rng): Float64Array {
  const shocks = Float64Array.from({ length: 609 }, () => rng.nextGaussian());
  return Float64Array.from({ length: 600 }, (_, k) => shocks.subarray(k, k + 10).reduce((a, b) => a + b, 0));
}

test('intervals of trades that overlap hold the truth about as often as they say; blocks of one bar do not', () => {
  const byBlocks = coverage(overlapping, 20, 200);
  expect(byBlocks).toBeGreaterThan(0.9);
  expect(byBlocks).toBeLessThan(0.99);
  expect(coverage(overlapping, 1, 50)).toBeLessThan(0.7);
});

test('too few blocks, and a figure that resamples do not give, have no ends', () => {
  const values = Float64Array.from({ length: 90 }, (_, k) => k);
  const rows = (meanBlock: number) => ({ tick: everyTick(90), nTicks: 90, meanBlock });
  expect(blockBootstrap(rows(9.1), meanOf(values))).toEqual([{ value: 44.5, low: null, high: null }]);
  let call = 0;
  const often = blockBootstrap(rows(3), () => [call++ % 30 === 1 ? Number.NaN : 1], { nResamples: 300 });
  expect(often).toEqual([{ value: 1, low: null, high: null }]);
  call = 0;
  const seldom = blockBootstrap(rows(3), () => [call++ % 60 === 1 ? Number.NaN : 1], { nResamples: 300 });
  expect(seldom).toEqual([{ value: 1, low: 1, high: 1 }]);
  expect(blockBootstrap(rows(3), () => [Number.NaN])).toEqual([{ value: null, low: null, high: null }]);
});

test('rows out of order or beyond the time are refused', () => {
  const figures: CountedFigures = () => [0];
  expect(() => blockBootstrap({ tick: Int32Array.of(4, 3), nTicks: 10, meanBlock: 1 }, figures)).toThrow(
    'tick[1] must be in [4, 10), was 3',
  );
  expect(() => blockBootstrap({ tick: Int32Array.of(4, 10), nTicks: 10, meanBlock: 1 }, figures)).toThrow('tick[1]');
  expect(() => blockBootstrap({ tick: everyTick(10), nTicks: 10, meanBlock: 0.5 }, figures)).toThrow('meanBlock');
});
