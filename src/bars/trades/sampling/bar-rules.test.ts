import { describe, expect, test } from 'vitest';
import { Rng } from '../../../core/index.ts';
import { BarSeries } from '../../../domain/index.ts';
import { writeImbalance } from '../../../features/vpin/classify.ts';
import { allocateTrades, type TradeBatch } from '../trade-batch.ts';
import { BarSampler } from './bar-sampler.ts';
import { type BarSpec, ruleOf, timesLarger } from './bar-spec.ts';
import { BulkVolume } from './bulk-volume.ts';
import { weightedMean } from './imbalance-rule.ts';
import { WindowMean } from './window-mean.ts';

const SEED = 11;
const SECOND = 1_000_000_000n;
const IMBALANCE = { of: 'volume', expectedTicks: 20, expectedBars: 3, window: 50, ticksBetween: [5, 30] } as const;
const SPECS: readonly BarSpec[] = [
  { kind: 'time', lengthNs: 60n * SECOND },
  { kind: 'tick', threshold: 7 },
  { kind: 'volume', threshold: 40 },
  { kind: 'dollar', threshold: 4000 },
  { kind: 'imbalance', imbalance: IMBALANCE },
];

/** Trades of a random walk, some at one time. */
function walk(n: number, seed = SEED): TradeBatch {
  const rng = new Rng(seed);
  const trades = allocateTrades(n);
  let [ts, price] = [1_700_000_000n * SECOND, 100];
  for (let i = 0; i < n; i++) {
    if (rng.nextFloat() < 0.7) ts += BigInt(Math.floor(rng.nextFloat() * 2e10));
    price = Math.max(1, price + Math.round(4 * rng.nextFloat() - 2) / 4);
    trades.tsEvent[i] = ts;
    trades.price[i] = price;
    trades.size[i] = Math.ceil(rng.nextFloat() * 80) / 8;
    trades.side[i] = rng.nextFloat() < 0.5 ? 1 : -1;
  }
  trades.n = n;
  return trades;
}

function slice(trades: TradeBatch, from: number, to: number): TradeBatch {
  const { tsEvent, price, size, side, id, place } = trades;
  const cut = <T extends { slice(a: number, b: number): T }>(column: T): T => column.slice(from, to);
  return {
    n: to - from,
    tsEvent: cut(tsEvent),
    price: cut(price),
    size: cut(size),
    side: cut(side),
    id: cut(id),
    place: cut(place),
  };
}

interface Made {
  readonly closeTs: bigint;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly bought: number;
  readonly value: number;
  readonly nTrades: number;
}

function barsOf(spec: BarSpec, parts: readonly TradeBatch[], isPartialKept = false): Made[] {
  const made: Made[] = [];
  const sampler = new BarSampler(
    ruleOf(spec),
    ({ open, high, low, close, volume, takerBuyVolume: bought, value, nTrades }, closeTs) =>
      made.push({ closeTs, open, high, low, close, volume, bought, value, nTrades }),
  );
  for (const part of parts) sampler.add(part);
  if (isPartialKept) sampler.finishPartial();
  return made;
}

describe.each(SPECS)('bars by $kind', (spec) => {
  const trades = walk(3000);
  const bars = barsOf(spec, [trades]);

  test('are the same however the trades are cut into files', () => {
    const cuts = [0, 1, 2, 333, 334, 1500, 2999, 3000];
    const parts = cuts.slice(1).map((to, k) => slice(trades, cuts[k], to));
    expect(barsOf(spec, parts)).toEqual(bars);
  });

  test('see no trade behind their close: without the trades that follow they are what they were', () => {
    expect(bars.length).toBeGreaterThan(20);
    for (const n of [100, 777, 2000]) {
      const before = barsOf(spec, [slice(trades, 0, n)]);
      expect(before, `of the first ${n} trades`).toEqual(bars.slice(0, before.length));
      const last = before.at(-1)?.closeTs ?? 0n;
      const nSeen = before.reduce((sum, bar) => sum + bar.nTrades, 0);
      expect(trades.tsEvent[nSeen - 1] <= last, 'a bar closes at its last trade or behind it').toBe(true);
    }
  });

  test('hold every trade once, and close one after the other', () => {
    const all = barsOf(spec, [trades], true);
    const sum = (of: (bar: Made) => number): number => all.reduce((total, bar) => total + of(bar), 0);
    expect(sum((bar) => bar.nTrades)).toBe(3000);
    expect(sum((bar) => bar.volume)).toBe(trades.size.reduce((a, b) => a + b, 0));
    expect(sum((bar) => bar.bought)).toBe(trades.size.reduce((a, b, i) => a + (trades.side[i] > 0 ? b : 0), 0));
    for (const [k, bar] of all.entries()) {
      if (k > 0) expect(bar.closeTs).toBeGreaterThan(all[k - 1].closeTs);
      expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close, bar.low));
      expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
      expect(bar.bought <= bar.volume).toBe(true);
    }
  });
});

test('a bar by time has the trades from its start on and before its end, and stamps its end', () => {
  const trades = walk(4);
  [60, 60, 119, 120].forEach((second, i) => {
    trades.tsEvent[i] = BigInt(1_700_000_040 - 60 + second) * SECOND - (i === 1 ? 1n : 0n);
  });
  trades.tsEvent.sort();
  // 1,700,000,040 is a whole minute.
  expect(barsOf(SPECS[0], [trades], true).map(({ closeTs, nTrades }) => [closeTs / SECOND, nTrades])).toEqual([
    [1_700_000_040n, 1],
    [1_700_000_100n, 2],
    [1_700_000_100n, 1],
  ]);
});

test('the mean of a window is that of its definition, before it is full and behind', () => {
  const rng = new Rng(SEED);
  const values = Array.from({ length: 500 }, () => 20 * rng.nextFloat() - 10);
  const mean = new WindowMean(37);
  expect(mean.mean()).toBeNaN();
  for (const [i, value] of values.entries()) {
    mean.add(value);
    const latest = values.slice(Math.max(0, i - 36), i + 1);
    expect(Math.abs(mean.mean() - weightedMean(latest, latest.length)), `value ${i}`).toBeLessThan(1e-12);
  }
});

test('bulk volume is what VPIN puts on the last bar of a window, and exact volume is itself', () => {
  const rng = new Rng(SEED);
  const closes = Array.from({ length: 300 }, () => 100 + rng.nextFloat());
  const bars = BarSeries.fromBars(
    closes.map((close, i) => ({ tsEvent: BigInt(i), open: close, high: close, low: close, close, volume: 8 })),
  );
  const [bulk, own] = [new BulkVolume(), new BulkVolume()];
  let [wrong, n] = [0, 0];
  const shares = new Float64Array(100);
  for (let i = 0; i < 300; i++) {
    if (i >= 99) writeImbalance('bvc', bars, i - 99, shares);
    const exact = 8 * rng.nextFloat();
    bulk.add({ close: bars.close[i], volume: 8, takerBuyVolume: exact });
    own.add({ close: bars.close[i], volume: 8, takerBuyVolume: 4 * (1 + shares[99]) });
    if (i < 99) continue;
    wrong += Math.abs(4 * (1 + shares[99]) - exact);
    n++;
  }
  expect(bulk.figures(1)?.volumeRight).toBeCloseTo(1 - wrong / (8 * n), 12);
  const itself = own.figures(4);
  expect(itself).toMatchObject({ factor: 4, nBars: 201, sideRight: 1 });
  expect([itself?.correlation, itself?.volumeRight].map((x) => x?.toFixed(12))).toEqual([
    '1.000000000000',
    '1.000000000000',
  ]);
  expect(Math.abs(bulk.figures(1)?.correlation ?? 1)).toBeLessThan(0.25);
  expect(new BulkVolume().figures(1)).toBeNull();
});

test('where nothing is expected no trade makes an imbalance bar', () => {
  const trades = walk(200);
  trades.side.fill(0);
  expect(barsOf({ kind: 'imbalance', imbalance: IMBALANCE }, [trades])).toEqual([]);
});

test('larger bars are multiples, and imbalance bars have no size', () => {
  expect(SPECS.map((spec) => timesLarger(spec, 4))).toEqual([
    { kind: 'time', lengthNs: 240n * SECOND },
    { kind: 'tick', threshold: 28 },
    { kind: 'volume', threshold: 160 },
    { kind: 'dollar', threshold: 16_000 },
    null,
  ]);
});
