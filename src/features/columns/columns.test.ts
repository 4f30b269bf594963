import { describe, expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { BarSeries, DEFAULT_VPIN_OPTIONS } from '../../domain/index.ts';
import { columnFeature, columnValuesAt, computeFeatures, FeatureRegistry, lastHeld, missingFeature } from '../index.ts';

const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
const bars = BarSeries.fromColumns({
  ...randomBars(300, 5),
  columns: new Map([['funding', Float64Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? Number.NaN : i / 8))]]),
});

describe('a column as a feature', () => {
  const rows = Int32Array.of(121, 122, 123);
  const columns = columnValuesAt(['funding'], bars, rows);
  const computed = (isDirectional: boolean, side: number, of = columns) =>
    Array.from(
      computeFeatures([columnFeature('funding', isDirectional)], bars, rows, new Int8Array(3).fill(side), {
        ...CONTEXT,
        columns: of,
      }),
    );

  test('is the value of its own row, and missing where there is none', () => {
    expect(computed(false, -1)).toEqual([121 / 8, 122 / 8, Number.NaN]);
    expect(computed(true, -1)).toEqual([-121 / 8, -122 / 8, Number.NaN]);
    expect(computed(false, 1, columnValuesAt(['other'], bars, rows))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('is missing where no float32 holds it', () => {
    const of = new Map([['funding', Float64Array.of(1e39, Infinity, -3)]]);
    expect(computed(false, 1, of)).toEqual([Number.NaN, Number.NaN, -3]);
  });

  test('has no sign of zero', () => {
    const of = new Map([['funding', Float64Array.of(-0, 0, 0)]]);
    for (const value of [...computed(true, 1, of), ...computed(true, -1, of)]) expect(Object.is(value, 0)).toBe(true);
  });

  test('that is missing is named', () => {
    const features = [columnFeature('a', false), columnFeature('b', false)];
    expect(missingFeature(features, Float64Array.of(1, 2, 3, Number.NaN), 0)).toBeNull();
    expect(missingFeature(features, Float64Array.of(1, 2, 3, Number.NaN), 1)?.name).toBe('b');
  });
});

describe('the last held value', () => {
  test('is that of the signal, else the newest of the bars that is a number', () => {
    expect(lastHeld('funding', { funding: 7 }, bars)).toBe(7);
    expect(lastHeld('funding', null, bars)).toBe(299 / 8);
    expect(lastHeld('funding', { other: 7 }, bars.slice(0, 299))).toBe(298 / 8);
    expect(lastHeld('funding', {}, bars.slice(0, 298)), 'the bar 297 has none').toBe(296 / 8);
    expect(lastHeld('other', null, bars)).toBeNaN();
    expect(lastHeld('toString', {}, bars)).toBeNaN();
  });

  test('is missing where the signal says so', () => {
    expect(lastHeld('funding', { funding: Number.NaN }, bars)).toBeNaN();
  });
});

describe('a registry with columns', () => {
  const choice = { columns: ['funding', 'Spread.bps'], directional: ['funding'] };
  const registry = new FeatureRegistry(undefined, choice);

  test('puts them after all others', () => {
    expect(registry.schema(['vpin'])).toEqual(['vpin', 'funding', 'Spread.bps']);
    expect(registry.resolve(['Spread.bps', 'funding']).map(({ directional }) => directional)).toEqual([false, true]);
    expect(['funding', 'vpin'].map((name) => registry.isColumn(name))).toEqual([true, false]);
  });

  test('a column may have the name of a built-in feature that is not read beside it', () => {
    const own = new FeatureRegistry(undefined, { columns: ['rsi'], directional: [] });
    expect(own.schema(['momentum'])).toEqual(['momentum', 'rsi']);
    expect(own.get('rsi')?.column).toBe('rsi');
    expect(() => own.schema(['rsi'])).toThrow(
      'columns.0 must be another name than that of a built-in feature in feature_names; rename the column, or leave the feature out, was "rsi"',
    );
  });

  test.each([
    [['vpin'], [], 'columns.0 must be a name of letters, digits, _, . and - that begins'],
    [['a', 'a'], [], 'columns.1 must be another name than that of a feature, was "a"'],
    [['close@1h'], [], 'columns.0 must be a name of letters'],
    [['t0'], [], 'columns.0 must be a name of letters'],
    [['funding'], ['fundig'], 'directional.0 must be one of the columns funding (did you mean funding?), was "fundig"'],
  ])('refuses %j with the directional %j', (columns, directional, message) => {
    expect(() => new FeatureRegistry(undefined, { columns, directional })).toThrow(message);
  });
});
