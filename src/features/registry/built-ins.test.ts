import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BarSeries, type BuiltInFeatureName, DEFAULT_VPIN_OPTIONS } from '../../domain/index.ts';
import { computeFeatures, FEATURES } from '../index.ts';

const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
/** Features without a library: VPIN and the regime have tests of their own. */
const WITHOUT_LIBRARY = ['regime', 'vpin'];

interface Golden {
  readonly features: readonly {
    readonly base: BuiltInFeatureName;
    readonly n: number;
    readonly lookback: number;
    readonly values: readonly number[];
  }[];
}
type Column = 'open' | 'high' | 'low' | 'close' | 'volume' | 'taker_buy_volume';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/built-ins/${name}.json`, import.meta.url), 'utf8'));

const { rows, bars: given } = read<{ rows: number[]; bars: Record<Column, number[]> }>('bars');
const bars = BarSeries.fromColumns({
  tsEvent: BigInt64Array.from(given.close, (_, i) => BigInt(i)),
  open: Float64Array.from(given.open),
  high: Float64Array.from(given.high),
  low: Float64Array.from(given.low),
  close: Float64Array.from(given.close),
  volume: Float64Array.from(given.volume),
  takerBuyVolume: Float64Array.from(given.taker_buy_volume),
});
const cases = ['indicators', 'spreads', 'mlfinpy'].flatMap((group) => read<Golden>(group).features);

describe('the reference libraries, on the same window', () => {
  test.each(cases)('$base($n)', ({ base, n, lookback, values }) => {
    const feature = FEATURES[base].withParameter?.(n) ?? FEATURES[base];
    expect(feature.lookback).toBe(lookback);
    const ours = computeFeatures([feature], bars, Int32Array.from(rows), Int8Array.of(1, 1, 1), CONTEXT);
    const size = Math.max(...values.map(Math.abs));
    values.forEach((value, k) => {
      expect(Math.abs(ours[k] - value), `at bar ${rows[k]}`).toBeLessThanOrEqual(
        1e-9 * Math.max(size, Number.MIN_VALUE),
      );
    });
  });

  test('speak of every built-in feature that has a parameter, the usual one too', () => {
    for (const { name, parameter } of Object.values(FEATURES)) {
      if (parameter === undefined || WITHOUT_LIBRARY.includes(name)) continue;
      const tried = cases.filter(({ base }) => base === name).map(({ n }) => n);
      expect(tried, name).toContain(parameter.usual);
      expect(tried.length, name).toBeGreaterThan(1);
    }
  });
});
