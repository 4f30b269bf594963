import { describe, expect, test } from 'vitest';
import { flatBars, randomBars } from '../../../test/support/random-bars.ts';
import { Rng } from '../../core/index.ts';
import { type BarSeries, DEFAULT_VPIN_OPTIONS, TRADE_CLASSIFIERS, type VpinOptions } from '../../domain/index.ts';
import { normalCdf } from '../../math/index.ts';
import { createVpinScratch, vpin } from '../index.ts';
import { type BucketCount, fillBuckets, sumVolume } from './buckets.ts';

function fill(imbalance: readonly number[], volume: readonly number[], size: number): BucketCount {
  const out = { vpin: -1, nBuckets: -1 };
  const v = Float64Array.from(volume);
  fillBuckets(Float64Array.from(imbalance), v, 0, sumVolume(v, 0, v.length), size, out);
  return out;
}

/** VPIN by its definition: every bucket takes the volume that it needs from the bars in turn. */
function referenceVpin(bars: BarSeries, end: number, options: VpinOptions): BucketCount {
  const window = bars.slice(end - 99, end + 1);
  const volume = [...window.volume];
  const total = volume.reduce((a, b) => a + b, 0);
  const size = options.bucketVolume ?? total / options.nBuckets;
  const share = buyShares(window, options);
  const imbalances: number[] = [];
  let bar = 0;
  for (;;) {
    let missing = size;
    let buys = 0;
    let sells = 0;
    while (bar < 100 && missing > 1e-9 * size) {
      const take = Math.min(missing, volume[bar]);
      buys += take * share[bar];
      sells += take * (1 - share[bar]);
      volume[bar] -= take;
      missing -= take;
      if (volume[bar] <= 0) bar++;
    }
    if (missing > 1e-9 * size) break;
    imbalances.push(Math.abs(buys - sells) / size);
  }
  const nBuckets = imbalances.length;
  return { nBuckets, vpin: nBuckets === 0 ? 0 : imbalances.reduce((a, b) => a + b, 0) / nBuckets };
}

function buyShares(window: BarSeries, { classifier }: VpinOptions): number[] {
  const changes = Array.from({ length: 99 }, (_, i) => window.close[i + 1] - window.close[i]);
  const mean = changes.reduce((a, b) => a + b, 0) / 99;
  const sigma = Math.sqrt(changes.reduce((a, b) => a + (b - mean) ** 2, 0) / 98);
  let last = 0.5;
  return Array.from({ length: 100 }, (_, i) => {
    const change = i === 0 ? 0 : changes[i - 1];
    if (change !== 0) last = change > 0 ? 1 : 0;
    if (classifier === 'tick_rule') return last;
    if (classifier === 'bvc') return i === 0 || sigma === 0 ? 0.5 : normalCdf(change / sigma);
    const range = window.high[i] - window.low[i];
    if (classifier === 'close_location') return range === 0 ? 0.5 : (window.close[i] - window.low[i]) / range;
    return window.volume[i] === 0 ? 0.5 : (window.takerBuyVolume?.[i] ?? Number.NaN) / window.volume[i];
  });
}

describe('bucket arithmetic', () => {
  test('a published table, recomputed for windows of four bars in buckets of 300', () => {
    const buys = [100, 150, 200, 250, 300, 350, 400, 450, 500, 550];
    const sells = [200, 150, 100, 50, 0, 550, 500, 450, 400, 350];
    const expected = [0.33333333, 0.5, 0.44444444, 0.33333333, 0.2, 0.11111111, 0.11111111];
    expected.forEach((value, i) => {
      const volume = buys.map((b, k) => b + sells[k]).slice(i, i + 4);
      const imbalance = buys.map((b, k) => (b - sells[k]) / (b + sells[k])).slice(i, i + 4);
      const found = fill(imbalance, volume, 300);
      expect(found.vpin, `window ${i}`).toBeCloseTo(value, 7);
      expect(found.nBuckets).toBe(volume.reduce((a, b) => a + b, 0) / 300);
    });
  });

  test('by hand: overflow goes into the next bucket, an incomplete bucket does not count', () => {
    // Buckets of 10: 6 bought + 4 sold = |2|; 6 sold + 4 bought = |2|; 3 bought stay incomplete.
    expect(fill([1, -1, 1], [6, 10, 7], 10)).toEqual({ vpin: 0.2, nBuckets: 2 });
    expect(fill([1], [35], 10), 'one bar fills three buckets and a half').toEqual({ vpin: 1, nBuckets: 3 });
    expect(fill([1, -1], [4, 5], 10)).toEqual({ vpin: 0, nBuckets: 0 });
  });

  test('balanced gives 0, one-sided gives 1', () => {
    expect(fill([0, 0, 0], [5, 5, 5], 3).vpin).toBe(0);
    expect(fill([-1, -1, -1], [5, 5, 5], 3).vpin).toBe(1);
  });

  test('a bucket that is short by rounding is complete, one that is short by more is not', () => {
    expect(fill([1, -1], [10, 10 * (1 - 5e-10)], 10).nBuckets).toBe(2);
    expect(fill([1, -1], [10, 10 * (1 - 2e-9)], 10).nBuckets).toBe(1);
  });

  test('the smallest and largest bucket sizes give finite results', () => {
    for (const size of [5e-324, 1e-300, 1e300, Number.MAX_VALUE]) {
      const found = fill([0.5, -0.5], [3, 4], size);
      expect(Number.isFinite(found.vpin) && Number.isFinite(found.nBuckets), `bucket of ${size}`).toBe(true);
    }
    expect(fill([0.5, -0.5], [1e308, 1.7e308], 1).nBuckets, 'a volume that overflows').toBe(0);
  });
});

describe('vpin', () => {
  const bars = randomBars(1500, 8);

  test.each(TRADE_CLASSIFIERS.filter((name) => name !== 'auto'))('%s agrees with the definition', (classifier) => {
    const rng = new Rng(9);
    for (let k = 0; k < 150; k++) {
      const bucketVolume = k % 3 === 0 ? 0.5 + 20 * rng.nextFloat() : null;
      const options = { nBuckets: 1 + rng.nextInt(120), bucketVolume, classifier };
      const end = 99 + rng.nextInt(bars.length - 99);
      const found = vpin(bars, end, options);
      const expected = referenceVpin(bars, end, options);
      expect(found.nBuckets, `case ${k}`).toBe(expected.nBuckets);
      expect(Math.abs(found.vpin - expected.vpin), `case ${k}`).toBeLessThan(1e-11);
      expect(found.vpin >= 0 && found.vpin <= 1).toBe(true);
    }
  });

  test('auto is the exact split for bars with takerBuyVolume, else bulk classification', () => {
    const as = (series: BarSeries, classifier: VpinOptions['classifier']): number =>
      vpin(series, 500, { ...DEFAULT_VPIN_OPTIONS, classifier }).vpin;
    const without = randomBars(1500, 8, false);
    expect(as(bars, 'auto')).toBe(as(bars, 'aggressor'));
    expect(as(without, 'auto')).toBe(as(without, 'bvc'));
    expect(as(bars, 'aggressor')).not.toBe(as(bars, 'bvc'));
  });

  test('a VPIN that cannot be computed is not available, and 0', () => {
    const none = { vpin: 0, available: false, nBuckets: 0 };
    expect(vpin(flatBars(100), 99, DEFAULT_VPIN_OPTIONS)).toEqual(none);
    expect(vpin(bars, 99, { ...DEFAULT_VPIN_OPTIONS, bucketVolume: 1e9 })).toEqual(none);
    const exact: VpinOptions = { ...DEFAULT_VPIN_OPTIONS, classifier: 'aggressor' };
    expect(vpin(flatBars(100, 1), 99, exact), 'bars without takerBuyVolume').toEqual(none);
  });

  test.each(['bvc', 'tick_rule', 'close_location'] as const)(
    'flat prices with volume are balanced: %s',
    (classifier) => {
      const found = vpin(flatBars(100, 2), 99, { ...DEFAULT_VPIN_OPTIONS, classifier });
      expect(found).toEqual({ vpin: 0, available: true, nBuckets: 50 });
    },
  );

  test('scratch is reused without traces of the window before', () => {
    const scratch = createVpinScratch();
    for (const end of [99, 700, 1499]) {
      const found = vpin(bars, end, DEFAULT_VPIN_OPTIONS, scratch);
      expect(found).toBe(scratch.result);
      expect({ ...found }).toEqual(vpin(bars, end, DEFAULT_VPIN_OPTIONS));
    }
    vpin(flatBars(100), 99, DEFAULT_VPIN_OPTIONS, scratch);
    expect(scratch.result.available).toBe(false);
  });

  test('options and indices are checked', () => {
    expect(() => vpin(bars, 98, DEFAULT_VPIN_OPTIONS)).toThrow('endIndex must be in [99, 1499], was 98');
    expect(() => vpin(bars, 1500, DEFAULT_VPIN_OPTIONS)).toThrow('endIndex must be in [99, 1499], was 1500');
    expect(() => vpin(bars, 99, { ...DEFAULT_VPIN_OPTIONS, nBuckets: 0 })).toThrow(
      'vpin.nBuckets must be an integer >= 1',
    );
    expect(() => vpin(bars, 99, { ...DEFAULT_VPIN_OPTIONS, bucketVolume: 0 })).toThrow(
      'vpin.bucketVolume must be null or',
    );
  });
});
