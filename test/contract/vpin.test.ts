import { expect, test } from 'vitest';
import { type Bar, BarSeries, TRADE_CLASSIFIERS, type VpinOptions } from '../../src/domain/index.ts';
import { vpin as measure } from '../../src/features/index.ts';
import { normalCdf } from '../../src/math/index.ts';
import { randomWalk } from '../support/random-walk.ts';

const options = (over: Partial<VpinOptions> = {}): VpinOptions => ({
  nBuckets: 50,
  bucketVolume: null,
  classifier: 'auto',
  ...over,
});

/** Toxicity and whether it is known. */
function vpin(bars: BarSeries, end: number, o: VpinOptions) {
  const { vpin: value, available } = measure(bars, end, o);
  return { vpin: value, available };
}

/** A window of 100 bars; bars not given have no volume. */
function window(bars: readonly Partial<Bar>[]): BarSeries {
  const flat = { open: 10, high: 12, low: 8, close: 10, volume: 0, takerBuyVolume: 0 };
  return BarSeries.fromBars(
    Array.from({ length: 100 }, (_, i) => ({ ...flat, ...bars[i - (100 - bars.length)], tsEvent: BigInt(i) })),
  );
}

// Buys and sells of reference table 4.4, window 4; bars of unequal volume poured into buckets give definition (a)/(b).
const BUYS = [100, 150, 200, 250, 300, 350, 400, 450, 500, 550];
const SELLS = [200, 150, 100, 50, 0, 550, 500, 450, 400, 350];

test('equal-volume bars that fill one bucket each: the mean of |B - S| / V', () => {
  const equal = [
    [300, 100],
    [200, 200],
    [50, 350],
    [400, 0],
  ] as const;
  const bars = window(equal.map(([buy, sell]) => ({ volume: buy + sell, takerBuyVolume: buy })));
  const expected = (200 + 0 + 300 + 400) / 400 / 4;
  expect(vpin(bars, 99, options({ bucketVolume: 400 }))).toEqual({ vpin: expected, available: true });
  expect(vpin(bars, 99, options({ nBuckets: 4 })).vpin).toBeCloseTo(expected, 14);
});

test('the first five bars of the reference table have equal volume, and so give its figures .3333 and .5', () => {
  const rows = (from: number, to: number): BarSeries =>
    window(BUYS.slice(from, to).map((buy, k) => ({ volume: buy + SELLS[from + k], takerBuyVolume: buy })));
  expect(vpin(rows(0, 4), 99, options({ nBuckets: 4 })).vpin).toBeCloseTo(1 / 3, 12);
  expect(vpin(rows(1, 5), 99, options({ nBuckets: 4 })).vpin).toBeCloseTo(0.5, 12);
  // The last four have equal volume as well: .11111111.
  expect(vpin(rows(6, 10), 99, options({ nBuckets: 4 })).vpin).toBeCloseTo(1 / 9, 12);
});

/** Pours unit by unit: slow, obvious, for whole volumes and whole bucket sizes. */
function slowVpin(bars: BarSeries, size: number): number {
  const buckets: { buy: number; sell: number }[] = [{ buy: 0, sell: 0 }];
  for (let i = 0; i < 100; i++) {
    const share = (bars.takerBuyVolume ?? [])[i] / bars.volume[i];
    for (let unit = 0; unit < bars.volume[i]; unit++) {
      const bucket = buckets[buckets.length - 1];
      bucket.buy += share;
      bucket.sell += 1 - share;
      if (Math.round(bucket.buy + bucket.sell) === size) buckets.push({ buy: 0, sell: 0 });
    }
  }
  buckets.pop();
  return buckets.reduce((sum, { buy, sell }) => sum + Math.abs(buy - sell) / size, 0) / buckets.length;
}

test('overflow goes to the next bucket: agrees with pouring unit by unit', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const walk = randomWalk(100, seed);
    const takerBuyVolume = walk.volume.map((v, i) => Math.floor((v * ((i * 37) % 100)) / 100));
    const bars = BarSeries.fromColumns({ ...walk, takerBuyVolume });
    for (const size of [137, 1000, 4001]) {
      expect(vpin(bars, 99, options({ bucketVolume: size })).vpin, `seed ${seed}, ${size}`).toBeCloseTo(
        slowVpin(bars, size),
        9,
      );
    }
  }
});

test('balanced flow is 0, one-sided flow is 1, and always within [0, 1]', () => {
  const walk = randomWalk(100, 3);
  const withTaker = (share: number): BarSeries =>
    BarSeries.fromColumns({ ...walk, takerBuyVolume: walk.volume.map((v) => v * share) });
  expect(vpin(withTaker(0.5), 99, options()).vpin).toBeCloseTo(0, 12);
  expect(vpin(withTaker(1), 99, options()).vpin).toBeCloseTo(1, 12);
  expect(vpin(withTaker(1), 99, options()).vpin).toBeLessThanOrEqual(1);
  for (const classifier of TRADE_CLASSIFIERS.filter((name) => name !== 'aggressor')) {
    const { vpin: value, available } = vpin(walk, 99, options({ classifier }));
    expect(available && value >= 0 && value <= 1, `${classifier}: ${value}`).toBe(true);
  }
});

test('all of the window is poured when its volume is cut into buckets: rounding does not lose the last', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const walk = randomWalk(100, seed);
    const volume = walk.volume.map((v) => v / 3);
    for (const nBuckets of [3, 7, 49, 50]) {
      expect(
        measure(BarSeries.fromColumns({ ...walk, volume }), 99, options({ nBuckets })).nBuckets,
        `seed ${seed}`,
      ).toBe(nBuckets);
    }
  }
});

test('no volume, or less than one bucket, is said to be unavailable', () => {
  expect(vpin(window([]), 99, options())).toEqual({ vpin: 0, available: false });
  expect(vpin(window([{ volume: 5, takerBuyVolume: 5 }]), 99, options({ bucketVolume: 6 }))).toEqual({
    vpin: 0,
    available: false,
  });
});

test('one huge bar among tiny buckets costs no time and counts in full', () => {
  const bars = window([{ volume: 1e12, takerBuyVolume: 1e12 }]);
  expect(vpin(bars, 99, options({ bucketVolume: 1e-3 })).vpin).toBeCloseTo(1, 9);
});

test('bulk classification is Φ of the change in units of its deviation, the first bar evenly', () => {
  const walk = randomWalk(100, 6);
  const changes = Array.from({ length: 99 }, (_, k) => walk.close[k + 1] - walk.close[k]);
  const mean = changes.reduce((a, b) => a + b / 99, 0);
  const sigma = Math.sqrt(changes.reduce((a, b) => a + (b - mean) ** 2 / 98, 0));
  const takerBuyVolume = walk.volume.map((v, i) => v * (i === 0 ? 0.5 : normalCdf(changes[i - 1] / sigma)));
  const known = BarSeries.fromColumns({ ...walk, takerBuyVolume });
  expect(vpin(walk, 99, options()).vpin).toBeCloseTo(vpin(known, 99, options()).vpin, 12);
});

test('the tick rule carries the last sign; close location splits a bar without range evenly', () => {
  const tick = [
    { close: 10, volume: 1 },
    { close: 11, volume: 1 },
    { close: 11, volume: 1 },
    { close: 9, volume: 1 },
  ];
  expect(vpin(window(tick), 99, options({ classifier: 'tick_rule', bucketVolume: 1 })).vpin).toBe((0 + 1 + 1 + 1) / 4);
  const located = [
    { close: 12, volume: 1 },
    { close: 9, volume: 1 },
    { open: 10, high: 10, low: 10, close: 10, volume: 1 },
  ];
  expect(vpin(window(located), 99, options({ classifier: 'close_location', bucketVolume: 1 })).vpin).toBeCloseTo(
    (1 + 0.5 + 0) / 3,
    14,
  );
});
