import { describe, expect, test } from 'vitest';
import { flatBars, randomBars } from '../../../test/support/random-bars.ts';
import { BarSeries, BUILT_IN_FEATURE_NAMES } from '../../domain/index.ts';
import {
  computeFeatures,
  defineFeature,
  FEATURES,
  type FeatureDefinition,
  FeatureError,
  FeatureRegistry,
  type FeatureSpec,
  type FeatureWindow,
  logRatio,
} from '../index.ts';

const CONTEXT = { regime: null, vpin: { nBuckets: 50, bucketVolume: null, classifier: 'bvc' } } as const;
const SPEC: FeatureSpec = { name: 'mine', lookback: 3, compute: ({ close }) => close[0] };
const bits = (values: Float64Array): string => new BigUint64Array(values.buffer).join();

function compute(
  feature: FeatureDefinition | string,
  bars: BarSeries,
  rows: readonly number[],
  side = 1,
): Float64Array {
  return computeFeatures([feature], bars, Int32Array.from(rows), new Int8Array(rows.length).fill(side), CONTEXT);
}

describe('a definition', () => {
  test('is frozen, with its defaults', () => {
    const feature = defineFeature(SPEC);
    expect(feature).toMatchObject({ name: 'mine', lookback: 3, unit: '', directional: false, needs: [], range: null });
    expect(Object.isFrozen(feature) && Object.isFrozen(feature.needs)).toBe(true);
  });

  test.each<[Partial<Record<keyof FeatureSpec | 'lookBack', unknown>>, string]>([
    [{ name: 'Mine' }, 'name must be a name of lower-case letters, digits and _ that begins with a letter'],
    [{ name: '<img src=x>' }, 'name must be a name of lower-case letters'],
    [{ name: 'label' }, 'no column of a data set, was "label"'],
    [{ name: 'vpin' }, 'name must be another than that of a built-in feature, was "vpin"'],
    [{ lookback: 0 }, 'lookback must be an integer >= 1, was 0'],
    [{ lookback: 2.5 }, 'lookback must be an integer >= 1, was 2.5'],
    [{ unit: 1 }, 'unit must be a text, was 1'],
    [{ directional: 1 }, 'directional must be true or false, was 1'],
    [{ needs: 'regime' }, 'needs must be a list of regime, vpin, taker_buy_volume, was "regime"'],
    [{ needs: ['ticks'] }, 'needs must be one of regime, vpin, taker_buy_volume, was "ticks"'],
    [{ range: [1, 0] }, 'range must be [low, high] with low < high, was [1, 0]'],
    [{ range: [0, Number.NaN] }, 'range must be [low, high] with low < high'],
    [{ compute: 'close' }, 'compute must be a function, was "close"'],
    [{ lookBack: 3 }, 'lookBack must be a field of a feature (did you mean lookback?); its value is not shown'],
  ])('of %j is refused', (change, message) => {
    expect(() => defineFeature({ ...SPEC, ...change } as FeatureSpec)).toThrow(message);
  });
});

describe('compute', () => {
  const bars = randomBars(300, 7);

  test('sees exactly its lookback, the bar of the row last', () => {
    const seen: FeatureWindow[] = [];
    const copyOf = ({ takerBuyVolume, ...window }: FeatureWindow): FeatureWindow => ({
      ...structuredClone(window),
      takerBuyVolume: takerBuyVolume?.slice() ?? null,
    });
    const feature = defineFeature({ ...SPEC, compute: (window) => seen.push(copyOf(window)) });
    compute(feature, bars, [150]);
    const [{ n, ...columns }] = seen;
    expect(n).toBe(3);
    const fields = ['open', 'high', 'low', 'close', 'volume', 'takerBuyVolume', 'tsEvent'] as const;
    for (const name of fields) expect(columns[name], name).toEqual(bars[name]?.slice(148, 151));
    compute(feature, flatBars(200), [150]);
    expect(seen[1].takerBuyVolume, 'bars without it').toBeNull();
  });

  test('may sort its window, also where rows share a copy: the bars stay', () => {
    const before = bars.close.slice();
    const median = defineFeature({ ...SPEC, lookback: 21, compute: ({ close }) => close.sort()[10] });
    const rows = Array.from({ length: 60 }, (_, k) => 120 + k);
    const expected = rows.map((row) => before.slice(row - 20, row + 1).sort()[10]);
    expect(Array.from(compute(median, bars, rows))).toEqual(expected);
    expect(bars.close).toEqual(before);
  });

  test('that would fail on what another row wrote is asked again, each row by itself', () => {
    const rank = defineFeature({
      ...SPEC,
      compute: ({ close }) => {
        if (close[0] === -1 || close[1] === -1) throw new Error('a price below 0');
        return close.fill(-1).length;
      },
    });
    expect(Array.from(compute(rank, bars, [120, 121, 122]))).toEqual([3, 3, 3]);
  });

  test.each([
    ['one after the other', [120, 121, 125, 160, 161, 190]],
    ['backwards', [190, 161, 160, 121, 120]],
  ])('finds no way to a later bar behind its window, rows %s', (_, rows) => {
    const peek = defineFeature({ ...SPEC, compute: ({ close }) => new Float64Array(close.buffer)[2] });
    expect(() => compute(peek, bars, rows)).toThrow('a window has no buffer: later bars would lie in it');
    const longer = defineFeature({
      ...SPEC,
      compute: ({ close }) => close.subarray(0, 100)[2] + close.subarray(0, 100).length + (close.at(3) ?? 0),
    });
    expect(Array.from(compute(longer, bars, rows))).toEqual(rows.map((row) => bars.close[row] + 3));
  });

  test('that writes to its window finds it as the bars are at every row, also at the same one again', () => {
    const spoil = defineFeature({
      ...SPEC,
      compute: (window) => {
        const { close, volume, tsEvent } = window;
        const value = close[0] + volume[1] + Number(tsEvent[2] % 1000n);
        for (const column of [close, volume]) column.fill(-1);
        tsEvent.fill(0n);
        return window.close[0] === -1 ? value : Number.NaN; // within a call it is one window
      },
    });
    const rows = [120, 120, 121, 119];
    const expected = rows.map((row) => bars.close[row - 2] + bars.volume[row - 1] + Number(bars.tsEvent[row] % 1000n));
    expect(Array.from(compute(spoil, bars, rows))).toEqual(expected);
    const other = randomBars(200, 8);
    expect(compute(spoil, other, [119])[0], 'bars of another call').toBe(
      other.close[117] + other.volume[118] + Number(other.tsEvent[119] % 1000n),
    );
  });

  test('may compute its own feature of other bars: each call has a window of its own', () => {
    let depth = 0;
    const nested = defineFeature({
      ...SPEC,
      lookback: 100,
      compute: (window) => {
        if (depth > 0) return window.close[99];
        depth++;
        const other = compute(nested, flatBars(150), [120])[0];
        depth--;
        return window.close[99] - other;
      },
    });
    expect(compute(nested, bars, [150])[0]).toBe(bars.close[150] - flatBars(150).close[120]);
  });

  test('may compute built-in features of bars of its own', () => {
    const nested = defineFeature({
      ...SPEC,
      lookback: 100,
      compute: (window) => compute('volatility', BarSeries.fromColumns(window), [99])[0],
    });
    const rows = Int32Array.from({ length: 9 }, (_, k) => 120 + k);
    const sides = new Int8Array(rows.length).fill(1);
    const [got, expected] = [nested, 'volatility'].map((first) =>
      computeFeatures([first, 'momentum', 'trend_strength'], bars, rows, sides, CONTEXT),
    );
    expect(bits(got)).toBe(bits(expected));
  });

  test('of a copy of momentum gives the bits of momentum; Math.log does not', () => {
    const copy = (log: (now: number, then: number) => number) =>
      defineFeature({
        name: 'copy',
        lookback: 21,
        directional: true,
        compute: ({ close, n }) => log(close[n - 1], close[0]),
      });
    const rows = Array.from({ length: 201 }, (_, k) => 99 + k);
    for (const side of [1, 0, -1]) {
      const expected = bits(compute(FEATURES.momentum, bars, rows, side));
      expect(bits(compute(copy(logRatio), bars, rows, side)), `side ${side}`).toBe(expected);
    }
    const byLog = compute(
      copy((now, then) => Math.log(now / then)),
      bars,
      rows,
    );
    const builtIn = compute('momentum', bars, rows);
    expect(bits(byLog), 'Math.log loses the last digits of small moves').not.toBe(bits(builtIn));
    expect(Math.max(...byLog.map((value, k) => Math.abs(value - builtIn[k])))).toBeLessThan(1e-15);
  });

  test('is multiplied by the side only where directional, and never gives -0', () => {
    const of = (directional: boolean, value: number, side: number) =>
      compute(defineFeature({ ...SPEC, directional, compute: () => value }), bars, [120], side)[0];
    expect([of(true, 2, 1), of(true, 2, -1), of(true, 2, 0)]).toEqual([2, -2, 0]);
    expect([of(false, 2, 1), of(false, 2, -1), of(false, 2, 0)]).toEqual([2, 2, 2]);
    for (const value of [of(true, 0, -1), of(true, -2, 0), of(false, -0, 1)]) expect(Object.is(value, 0)).toBe(true);
  });

  test.each<[string, FeatureSpec['compute'], string]>([
    ['NaN', () => Number.NaN, 'mine is NaN, not a finite number'],
    ['an infinity', () => -Infinity, 'mine is -Infinity, not a finite number'],
    ['a number that no float32 holds', () => 1e39, 'mine is 1e+39, too large for a float32'],
    ['nothing', () => undefined as never, 'mine is undefined, not a finite number'],
    ['a promise', (async () => 1) as never, 'mine is an empty object, not a finite number'],
    ['a value outside its range', () => 1.5, 'mine is 1.5, outside its range [0, 1]'],
    ['an exception', () => (null as never)[0], 'mine failed: Cannot read properties of null'],
    ['a long exception', () => thrown(new Error(`${'x'.repeat(300)}\nline`)), `mine failed: ${'x'.repeat(200)}`],
    ['a thrown text', () => thrown('no data'), 'mine failed: no data'],
    ['a thrown riddle', () => thrown(Object.create(null)), 'mine failed: it threw something without a message'],
  ])('that gives %s is an error that names feature and bar', (_, wrong, reason) => {
    const feature = defineFeature({ ...SPEC, range: [0, 1], compute: wrong });
    const call = () => compute(feature, bars, [120]);
    expect(call).toThrow(FeatureError);
    expect(call).toThrow(expect.objectContaining({ code: 'FEATURE_FAILED', reason: expect.stringContaining(reason) }));
    expect(call).toThrow('at bar 120 (1970-01-01T02:01:00Z)');
    expect(compute('momentum', bars, [120]).every(Number.isFinite), 'the next call is as before').toBe(true);
  });

  test('gets what it declares to need, and only that', () => {
    const seen: unknown[] = [];
    const declaring = (needs: FeatureSpec['needs'] & {}) =>
      defineFeature({ ...SPEC, needs, compute: (_, context) => seen.push(context) });
    const regime = { calmVariance: 1e-6, turbulentVariance: 1e-5, stayCalm: 0.9, stayTurbulent: 0.9 };
    for (const needs of [[], ['regime'], ['vpin']] as const)
      computeFeatures([declaring(needs)], bars, Int32Array.of(120), Int8Array.of(1), { ...CONTEXT, regime });
    expect(seen).toEqual([
      { regime: null, vpin: null },
      { regime, vpin: null },
      { regime: null, vpin: CONTEXT.vpin },
    ]);
    const withTaker = declaring(['taker_buy_volume']);
    expect(() => compute(withTaker, flatBars(200), [120])).toThrow(
      'bars must be with takerBuyVolume, which mine needs',
    );
    const splits = { regime: null, vpin: { ...CONTEXT.vpin, classifier: 'aggressor' as const } };
    const call = (needs: FeatureSpec['needs'] & {}) => () =>
      computeFeatures([declaring(needs)], flatBars(200), Int32Array.of(120), Int8Array.of(1), splits);
    expect(call(['vpin'])).toThrow('vpin.classifier must be other than aggressor');
    expect(call([])).not.toThrow();
  });
});

function thrown(what: unknown): never {
  throw what;
}

describe('the registry', () => {
  const own = (names: readonly string[]) => names.map((name) => defineFeature({ ...SPEC, name }));
  const registry = new FeatureRegistry({ value: own(['mine', 'other']), source: null });

  test('knows the built-in features and those of the caller', () => {
    expect(registry.names).toEqual([...Object.keys(FEATURES), 'mine', 'other']);
    expect(registry.resolve(['other', 'vpin']).map(({ name }) => name)).toEqual(['other', 'vpin']);
    expect([registry.isOwn('mine'), registry.isOwn('vpin'), registry.isOwn('none')]).toEqual([true, false, false]);
    expect(registry.hash).toBeNull();
  });

  test('names the nearest feature for an unknown one, of the caller too', () => {
    expect(() => new FeatureRegistry().resolve(['vpin', 'volatilty'])).toThrow(
      `featureNames.1 must be one of ${BUILT_IN_FEATURE_NAMES.join(', ')}, or your own, handed in as { features } (did you mean volatility?), was "volatilty"`,
    );
    expect(() => registry.resolve(['miner'])).toThrow('(did you mean mine?), was "miner"');
  });

  test('appends the features that the settings do not list', () => {
    expect(registry.schema(['vpin', 'other'])).toEqual(['vpin', 'other', 'mine']);
    expect(new FeatureRegistry().schema(['vpin'])).toEqual(['vpin']);
  });

  test.each<[unknown, string]>([
    [[SPEC], 'features must be a list of features made by defineFeature, was an object with name, lookback, compute'],
    [[null], 'features must be a list of features made by defineFeature, was null'],
    [{ mine: SPEC }, 'features must be a list of features made by defineFeature, was an object with mine'],
    [own(['mine', 'mine']), 'features must be of different names, was "mine"'],
    [[FEATURES.vpin], 'features must be of different names, was "vpin"'],
  ])('refuses %j', (value, message) => {
    expect(() => new FeatureRegistry({ value: value as FeatureDefinition[], source: null })).toThrow(message);
  });
});
