import { describe, expect, test } from 'vitest';
import { copyOfBars } from '../../../test/support/copy-of-bars.ts';
import { randomBars } from '../../../test/support/random-bars.ts';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { Rng } from '../../core/index.ts';
import { BarSeries, DEFAULT_VPIN_OPTIONS, FEATURE_NAMES, frameNs } from '../../domain/index.ts';
import {
  barsNeededOf,
  type ContextBars,
  computeFeatures,
  defineFeature,
  type FeatureContext,
  type FeatureDefinition,
  FeatureRegistry,
} from '../index.ts';

const MINUTE = 60_000_000_000n;
const OTHER = 'OTHER.VENUE';
const OWN = [
  defineFeature({
    name: 'long_range',
    lookback: 250,
    compute: ({ high, low }) => Math.max(...high) - Math.min(...low),
  }),
  defineFeature({ name: 'gap', lookback: 2, directional: true, compute: ({ open, close }) => open[1] / close[0] - 1 }),
];
const REGISTRY = new FeatureRegistry(
  { value: OWN, source: null },
  { columns: ['Funding.rate'], directional: ['Funding.rate'] },
);
const PLAIN = FEATURE_NAMES.filter((name) => name !== 'regime');
const DERIVED = [
  ...PLAIN.flatMap((name) => [`${name}@5m`, `${name}:${OTHER}`, `${name}@10m:${OTHER}`]),
  'long_range',
  'volatility(150)',
  'rsi(21)@5m',
  `frac_diff(130)@5m:${OTHER}`,
  'gap@15m',
  `gap@1h:${OTHER}`,
  'Funding.rate@5m',
  `Funding.rate:${OTHER}`,
  'time_of_day_sin',
  'time_of_day_cos',
  'day_of_week',
  'minutes_since_open',
  `minutes_since_open:${OTHER}`,
  `time_of_day_sin@1h:${OTHER}`,
];

const bits = (values: Float64Array): string => new BigUint64Array(values.slice().buffer).join();

interface Market {
  readonly bars: BarSeries;
  readonly other: ContextBars;
}

/** Bars with holes, nights and a column, and those of another instrument at other times. */
function market(n: number, seed: number): Market {
  const rng = new Rng(seed);
  const withHoles = (bars: BarSeries, stepNs: bigint, startNs: bigint): BarSeries => {
    let ts = startNs;
    const column = Float64Array.from(bars.close, (_, i) => (i % 7 === 3 ? Number.NaN : i / 8));
    const tsEvent = bars.tsEvent.map((_, i) => {
      ts += stepNs * BigInt(i % 400 === 399 ? 500 : rng.nextFloat() < 0.02 ? 1 + rng.nextInt(4) : 1);
      return ts;
    });
    return BarSeries.fromColumns({ ...bars, tsEvent, columns: new Map([['Funding.rate', column]]) });
  };
  return {
    bars: withHoles(randomBars(n, seed), MINUTE, 0n),
    other: { bars: withHoles(randomBars(n, seed + 1), MINUTE, -90n * MINUTE - 7n), stepNs: MINUTE },
  };
}

function contextOf({ other }: Pick<Market, 'other'>, stepNs: bigint): FeatureContext {
  return { regime: null, vpin: DEFAULT_VPIN_OPTIONS, stepNs, instruments: new Map([[OTHER, other]]), maxAgeBars: 5 };
}

/** The value from windows that end with the event and are as long as the feature says, as for a live signal. */
function live(
  feature: FeatureDefinition,
  { bars, other }: Market,
  row: number,
  side: number,
  stepNs: bigint,
): Float64Array {
  const own = copyOfBars(bars, row + 1 - Math.max(100, barsNeededOf(feature, stepNs)), row + 1);
  const needed = feature.contextBarsNeeded?.(other.stepNs) ?? 1;
  const end = other.bars.tsEvent.findLastIndex((ts) => ts <= bars.tsEvent[row]) + 1;
  const context = contextOf({ other: { ...other, bars: copyOfBars(other.bars, end - needed, end) } }, stepNs);
  return computeFeatures([feature], own, Int32Array.of(own.length - 1), Int8Array.of(side), context);
}

/** Bars after `from` with other prices and volumes. */
function perturbed(bars: BarSeries, from: number): BarSeries {
  const changed = copyOfBars(bars, 0, bars.length);
  for (let i = Math.max(0, from); i < bars.length; i++) {
    for (const field of ['open', 'high', 'low', 'close'] as const) changed[field][i] *= 3 + Math.sin(i);
    changed.high[i] = Math.max(changed.open[i], changed.close[i], changed.high[i]) * 1.5;
    changed.low[i] = Math.min(changed.open[i], changed.close[i], changed.low[i]) * 0.5;
    changed.volume[i] = changed.volume[i] * 7 + 1;
    for (const values of changed.columns.values()) values[i] = i;
  }
  return copyOfBars(changed, 0, changed.length);
}

/** Batch equals live, and neither later bars nor their absence change anything. @returns how many values are known. */
function checkFeature(name: string, given: Market, rows: Int32Array, stepNs: bigint): number {
  const { bars, other } = given;
  const [feature] = REGISTRY.resolve([name]);
  const side = Int8Array.from(rows, (row) => (row % 3) - 1);
  const batch = computeFeatures([feature], bars, rows, side, contextOf(given, stepNs));
  rows.forEach((row, k) => {
    const expected = bits(batch.subarray(k, k + 1));
    expect(bits(live(feature, given, row, side[k], stepNs)), `${name}: live differs at bar ${row}`).toBe(expected);
    const end = other.bars.tsEvent.findLastIndex((ts) => ts <= bars.tsEvent[row]) + 1;
    const [at, on] = [Int32Array.of(row), side.subarray(k, k + 1)];
    const changed = { ...other, bars: perturbed(other.bars, end) };
    const after = computeFeatures([feature], perturbed(bars, row + 1), at, on, contextOf({ other: changed }, stepNs));
    expect(bits(after), `${name}: later bars changed bar ${row}`).toBe(expected);
    const cut = { ...other, bars: copyOfBars(other.bars, 0, end) };
    const without = computeFeatures([feature], copyOfBars(bars, 0, row + 1), at, on, contextOf({ other: cut }, stepNs));
    expect(bits(without), `${name}: the absence of later bars changed bar ${row}`).toBe(expected);
  });
  return batch.filter((value) => !Number.isNaN(value)).length;
}

describe('batch equals live to the bit, and the future changes nothing', () => {
  const given = market(2000, 5);
  const rows = Int32Array.from([99, 260, 1203, 1441, 1460, 1603, 1700, 1858]);

  test.each(DERIVED)('%s on random bars', (name) => {
    expect(checkFeature(name, given, rows, MINUTE), 'something is known').toBeGreaterThan(2);
  });

  test('where bars come closer than their step, so that a window holds fewer frames than it may', () => {
    let ts = 0n;
    const tsEvent = given.bars.tsEvent.map((_, i) => {
      ts += i > 1300 && i < 1450 ? MINUTE / 4n : MINUTE;
      return ts;
    });
    const dense = { ...given, bars: BarSeries.fromColumns({ ...given.bars, tsEvent }) };
    expect(checkFeature('momentum@5m', dense, Int32Array.from([1290, 1400, 1449, 1500, 1700]), MINUTE)).toBeLessThan(5);
  });

  test('on real bars', { tags: ['real-data'] }, () => {
    const [bars, other] = ['binance_BTCUSDT_15m_2025.csv.gz', 'binance_ETHUSDT_15m_2025.csv.gz'].map((file) =>
      readTestBars(file, 4500),
    );
    const real = { bars, other: { bars: other, stepNs: frameNs('15m') } };
    const someRows = Int32Array.from({ length: 4 }, (_, k) => 2500 + k * 401);
    for (const name of ['volatility@1h', `vol_of_vol@4h:${OTHER}`, 'momentum@1d', `vpin@30m:${OTHER}`, 'gap@1d'])
      expect(checkFeature(name, real, someRows, frameNs('15m')), name).toBe(4);
  });
});

test('a frame reads what the same feature gives on bars of that frame', () => {
  const bars = randomBars(2500, 9);
  const hours = Array.from({ length: Math.floor(bars.length / 5) }, (_, f) => {
    const part = Array.from({ length: 5 }, (_, i) => bars.bar(5 * f + i));
    return {
      tsEvent: part[4].tsEvent,
      open: part[0].open,
      close: part[4].close,
      high: Math.max(...part.map(({ high }) => high)),
      low: Math.min(...part.map(({ low }) => low)),
      volume: part.reduce((sum, { volume }) => sum + volume, 0),
    };
  });
  const context = { regime: null, vpin: DEFAULT_VPIN_OPTIONS, stepNs: MINUTE };
  const five = BarSeries.fromBars(hours);
  const names = [
    'volatility',
    'momentum',
    'trend_strength',
    'normalized_atr',
    'mean_reversion',
    'volume_ratio',
  ] as const;
  for (const row of [999, 1000, 1003, 2404]) {
    const closed = Math.floor((row + 1) / 5) - 1;
    const expected = computeFeatures([...names], five, Int32Array.of(closed), Int8Array.of(-1), context);
    const framed = REGISTRY.resolve(names.map((name) => `${name}@5m`));
    expect(bits(computeFeatures(framed, bars, Int32Array.of(row), Int8Array.of(-1), context))).toBe(bits(expected));
  }
});

describe('a context instrument', () => {
  const bars = randomBars(300, 3);
  const at = (other: BarSeries | null, row: number, more: Partial<FeatureContext> = {}): number => {
    const instruments = other === null ? new Map() : new Map([[OTHER, { bars: other, stepNs: MINUTE }]]);
    const context = { regime: null, vpin: DEFAULT_VPIN_OPTIONS, stepNs: MINUTE, instruments, ...more };
    const [feature] = REGISTRY.resolve([`momentum:${OTHER}`]);
    return computeFeatures([feature], bars, Int32Array.of(row), Int8Array.of(1), context)[0];
  };
  const plain = (other: BarSeries, row: number): number =>
    computeFeatures(['momentum'], other, Int32Array.of(row), Int8Array.of(1), {
      regime: null,
      vpin: DEFAULT_VPIN_OPTIONS,
    })[0];

  test('is read at the last bar that closed with the event or before', () => {
    const other = randomBars(300, 4);
    expect(at(other, 200)).toBe(plain(other, 200));
    expect(at(other.slice(0, 200), 200), 'a bar late').toBe(plain(other, 199));
  });

  test('is missing without bars, with too few, and from the age on that the context says', () => {
    const other = randomBars(300, 4);
    expect(at(null, 200)).toBeNaN();
    expect(at(other.slice(181, 300), 200), '20 bars, of the 21 that momentum needs').toBeNaN();
    expect(at(other.slice(180, 300), 200)).toBe(plain(other, 200));
    expect(at(other.slice(0, 198), 200), '3 bars old').toBe(plain(other, 197));
    expect(at(other.slice(0, 197), 200), '4 bars old').toBeNaN();
    expect(at(other.slice(0, 197), 200, { maxAgeBars: 4 })).toBe(plain(other, 196));
  });
});

describe('the number of bars that a feature needs', () => {
  const needed = (name: string, stepNs: bigint | null): number => barsNeededOf(REGISTRY.resolve([name])[0], stepNs);

  test('follows from the step of the bars', () => {
    expect(needed('volatility', null)).toBe(21);
    expect(needed('long_range', null)).toBe(250);
    expect(needed('volatility@1h', 15n * MINUTE), '22 frames of 4 bars, and one before').toBe(89);
    expect(needed('volatility@1h', 60n * MINUTE)).toBe(23);
    expect(needed('long_range@1d', 60n * MINUTE)).toBe(251 * 24 + 1);
    expect(needed(`volatility@1h:${OTHER}`, null), 'of its own bars').toBe(1);
    const [feature] = REGISTRY.resolve([`volatility@1h:${OTHER}`]);
    expect(feature.contextBarsNeeded?.(15n * MINUTE)).toBe(89);
    expect(needed('minutes_since_open', MINUTE)).toBe(1441);
  });

  test.each<[string, bigint | null, string]>([
    [
      'volatility@1h',
      7n * MINUTE,
      'volatility@1h must be made of bars whose common step divides 1 h; take another frame, or other bars, was "7 min"',
    ],
    ['volatility@1h', 120n * MINUTE, 'was "2 h"'],
    ['volatility@1h', null, 'was "no common step"'],
    ['minutes_since_open', 1440n * MINUTE, 'bars with a common step below a day, which alone have sessions, was "1 d"'],
  ])('%s of bars of %s ns is refused', (name, stepNs, message) => {
    expect(() => needed(name, stepNs)).toThrow(message);
  });
});

describe('a name that is none is refused', () => {
  test.each([
    ['volatilty@1h', '(did you mean volatility@1h?), was "volatilty@1h"'],
    [`momentm@4h:${OTHER}`, `(did you mean momentum@4h:${OTHER}?)`],
    ['momentum@60m', 'a frame is a time that divides a day, in its largest unit: 30s, 5m'],
    ['gap(3)', 'must be without a parameter: gap has none'],
    [
      'regime@1h',
      'a feature without the regime model, which is fitted on the bars of the event as they are, was "regime@1h"',
    ],
    [`regime:${OTHER}`, "a feature without the regime model, which is fitted on the event's own instrument"],
  ])('%s', (name, message) => {
    expect(() => REGISTRY.resolve([name])).toThrow(message);
  });
});

test('a name always gives the same object; the time of day is two features, and a derived one counts as listed', () => {
  expect(REGISTRY.get('gap@1h')).toBe(REGISTRY.get('gap@1h'));
  expect(REGISTRY.schema(['time_of_day', 'gap@1h'])).toEqual([
    'time_of_day_sin',
    'time_of_day_cos',
    'gap@1h',
    'long_range',
    'Funding.rate',
  ]);
  expect(REGISTRY.resolve(['time_of_day']).map(({ name }) => name)).toEqual(['time_of_day_sin', 'time_of_day_cos']);
  expect([REGISTRY.isOwn('gap@1h'), REGISTRY.isOwn('vpin@1h'), REGISTRY.isOfColumn(`Funding.rate:${OTHER}`)]).toEqual([
    true,
    false,
    true,
  ]);
});
