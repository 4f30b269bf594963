import { describe, expect, test } from 'vitest';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { hasSharedData } from '../../../test/support/shared-data.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { defineFeature, FEATURES, type FeatureDefinition, type FeatureSpec, logRatio } from '../../features/index.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';
import { ordinaryBars } from './feature-bars.ts';
import { featureContract } from './feature-contract.ts';

const OWN = [
  defineFeature({
    name: 'my_momentum',
    lookback: 21,
    directional: true,
    compute: ({ close, n }) => logRatio(close[n - 1], close[0]),
  }),
  defineFeature({
    name: 'whole_window',
    lookback: WINDOW_BARS,
    range: [0, WINDOW_BARS],
    compute: ({ close, n }) => close.filter((price) => price > close[n - 1]).length,
  }),
  defineFeature({ name: 'long_range', lookback: 260, compute: ({ high }) => Math.max(...high) / high[0] }),
  defineFeature({ name: 'own_bar', lookback: 1, compute: ({ high, low }) => high[0] - low[0] }),
  defineFeature({
    name: 'taker_share',
    lookback: 1,
    needs: ['taker_buy_volume'],
    range: [0, 1],
    compute: ({ takerBuyVolume, volume }) => (volume[0] > 0 ? (takerBuyVolume?.[0] ?? Number.NaN) / volume[0] : 0.5),
  }),
  defineFeature({
    name: 'calm_share',
    lookback: 2,
    needs: ['regime', 'vpin'],
    compute: ({ close }, { regime, vpin }) =>
      regime === null ? 0 : logRatio(close[1], close[0]) ** 2 / regime.calmVariance / (vpin?.nBuckets ?? Number.NaN),
  }),
];

/** Without volume it is missing, and says so by NaN; a function of the caller has no such word. */
const WITHOUT_VOLUME = 'amihud_illiquidity: is finite, also where nothing moves';
const casesOf = (feature: FeatureDefinition, bars?: BarSeries): readonly ContractCase[] =>
  featureContract(feature, bars).filter(({ name }) => name !== WITHOUT_VOLUME);

/** Sessions need bars of a common step, which the contract does not say; they have tests of their own. */
const BUILT_IN = Object.values(FEATURES).filter(({ name }) => name !== 'minutes_since_open');

describe.each([...BUILT_IN, ...OWN])('$name', (feature) => {
  for (const { name, run } of casesOf(feature)) test(name, run);
});

describe.runIf(hasSharedData)('on real bars', () => {
  const bars = readTestBars('binance_BTCUSDT_15m_2025.csv.gz', 800);
  for (const feature of BUILT_IN) {
    for (const { name, run } of casesOf(feature, bars)) test(name, run);
  }
});

test('too few bars are refused', () => {
  expect(() => featureContract(FEATURES.momentum, ordinaryBars(199, 1))).toThrow('bars must be at least 200 bars');
});

const wrong = (spec: Partial<FeatureSpec> & Pick<FeatureSpec, 'compute'>): FeatureDefinition =>
  defineFeature({ name: 'wrong', lookback: 5, ...spec });
/** A kernel of somebody's own, which has the bars themselves where `compute` has a copy of its window. */
const wrongKernel = (valueAt: (close: Float64Array, row: number) => number): FeatureDefinition => ({
  ...wrong({ compute: () => 0 }),
  kernel: ({ bars, rows, start, end }, out, stride, offset) => {
    for (let k = start; k < end; k++) out[k * stride + offset] = valueAt(bars.close, rows[k]);
  },
});
let calls = 0;
let carried = 0;

/** An average that goes on from where it was left. */
function carry(price: number): number {
  carried = 0.9 * carried + 0.1 * price;
  return carried;
}

/** What somebody gets wrong, the case that must notice, and what it says. */
const WRONG: readonly [what: string, broken: string, FeatureDefinition, message: string][] = [
  ['a number of the calls', 'is pure', wrong({ compute: () => calls++ }), 'give the same bits twice'],
  ['chance', 'is pure', wrong({ compute: () => Math.random() }), 'give the same bits twice'],
  ['bars it writes to', 'is pure', wrongKernel((close) => close.fill(close[0]).length), 'it wrote to them'],
  [
    'the bar behind its window',
    'does not look ahead',
    wrongKernel((close, row) => close[row + 1] ?? 0),
    'not look ahead',
  ],
  [
    'the memory behind its window, by force',
    'gives the same bits live as in a training',
    wrong({ compute: ({ close, n }) => behind(close, n) }),
    'the two differ',
  ],
  [
    'the length of the series',
    'does not look ahead',
    wrongKernel((close) => close.length),
    'without the bars behind it',
  ],
  [
    'the bar before its window',
    'sees no more than its lookback',
    wrongKernel((close, row) => close[row - 5]),
    'see no more than its lookback of 5 bars',
  ],
  [
    'a value carried from bar to bar',
    'gives the same bits live as in a training',
    wrong({ compute: ({ close, n }) => carry(close[n - 1]) }),
    'at bar',
  ],
  [
    'the index in the series',
    'gives the same bits live as in a training',
    wrongKernel((_, row) => row),
    'the two differ',
  ],
  [
    'a division by a range of 0',
    'is finite, also where nothing moves',
    wrong({ compute: ({ high, low }) => 1 / (Math.max(...high) - Math.min(...low)) }),
    'wrong is Infinity, not a finite number',
  ],
  [
    'a logarithm of a volume of 0',
    'is finite, also where nothing moves',
    wrong({ compute: ({ volume, n }) => Math.log(volume[n - 1]) }),
    'wrong is -Infinity, not a finite number',
  ],
  [
    'undeclared taker volume',
    'is finite, also where nothing moves',
    wrong({ compute: ({ takerBuyVolume }) => (takerBuyVolume as Float64Array)[0] }),
    'wrong failed: ',
  ],
  ['no number', 'is finite, also where nothing moves', wrong({ compute: () => '1' as never }), 'is "1", not a finite'],
  ['an exception', 'is pure', wrong({ compute: () => JSON.parse('{') }), 'wrong failed: '],
  [
    'a range that is too narrow',
    'stays within its range',
    wrong({ range: [0, 1], compute: ({ close, n }) => close[n - 1] / close[0] }),
    'outside its range [0, 1]',
  ],
  [
    'a built-in with a range that is too narrow',
    'stays within its range',
    { ...FEATURES.volume_ratio, range: [0, 1] },
    'stay within [0, 1]',
  ],
  [
    'a direction that is not declared',
    'flips with the side where it is directional',
    { ...FEATURES.momentum, directional: false },
    'not depend on the side',
  ],
  [
    'a direction that it has not',
    'flips with the side where it is directional',
    { ...FEATURES.volatility, directional: true },
    'flip with the side',
  ],
  [
    'a long lookback',
    'declares a name and a lookback',
    { ...FEATURES.volatility, lookback: 100_001 },
    'look back 1 to 100000 bars',
  ],
  ['a hostile name', 'declares a name and a lookback', { ...FEATURES.volatility, name: '<b>' }, 'it is "<b>"'],
];

test.each(WRONG)('%s breaks "%s"', async (_, broken, feature, message) => {
  const found = featureContract(feature).find(({ name }) => name === `${feature.name}: ${broken}`);
  const failure = await (found ?? expect.unreachable()).run().then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ContractError);
  expect(String(failure)).toContain(message);
});

test('every promise has a feature that breaks it', () => {
  const promises = featureContract(FEATURES.momentum).map(({ name }) => name.replace('momentum: ', ''));
  expect(promises.filter((promise) => !WRONG.some(([, broken]) => broken === promise))).toEqual([]);
});

test.each<[string, FeatureDefinition | readonly FeatureDefinition[], number]>([
  ['a feature', OWN[0], 1],
  ['a list of features', OWN, OWN.length],
])('%s of a module is checked as one that is handed over', async (_, value, n) => {
  const source = { module: 'file:///my-features.ts', exportName: 'default', hash: '0'.repeat(64) };
  const cases = featureContract({ value, source });
  expect(cases.map(({ name }) => name)).toEqual(
    OWN.slice(0, n).flatMap((feature) => featureContract(feature).map(({ name }) => name)),
  );
  for (const { run } of cases) await run();
});

/** What lies behind the values of a window in its buffer, which a view hides: where there is a later bar, it is that one. */
function behind(values: Float64Array, n: number): number {
  const get = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Float64Array.prototype), 'buffer')?.get;
  return new Float64Array(get?.call(values))[values.byteOffset / 8 + n] ?? 0;
}
