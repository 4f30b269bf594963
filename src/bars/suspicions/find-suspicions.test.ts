import { describe, expect, test } from 'vitest';
import { sharedData } from '../../../test/support/shared-data.ts';
import { readBars } from '../index.ts';
import { findSuspicions } from './find-suspicions.ts';

const N = 200;
const MIDDLE = 100;

/** Bars that move by 0.1 % up and down, each price multiplied. @param factor - of one price of one bar. */
function prices(factor: (bar: number, price: 'open' | 'high' | 'low' | 'close') => number = () => 1) {
  const of = (price: 'open' | 'high' | 'low' | 'close', at: (i: number) => number): Float64Array =>
    Float64Array.from({ length: N }, (_, i) => at(i) * factor(i, price));
  const close = (i: number): number => 100 + 0.1 * (i % 2);
  return {
    open: of('open', (i) => close(i + 1)),
    high: of('high', () => 100.1),
    low: of('low', () => 100),
    close: of('close', close),
  };
}

/** Every price from a bar on. */
const from =
  (first: number, by: number) =>
  (bar: number): number =>
    bar >= first ? by : 1;

describe('a step', () => {
  test.each([0.1, 0.5, 2 / 3, 0.8, 1 / 15, 1 / 30, 2, 8, 100])('that stays, to %f of the price', (by) => {
    expect(findSuspicions(prices(from(MIDDLE, by)))).toEqual([
      { kind: 'step', bar: MIDDLE, ratio: expect.closeTo(by, 2) },
    ]);
  });

  test.each([1, 2, N - 2, N - 1])('at bar %i, near an end', (bar) => {
    expect(findSuspicions(prices(from(bar, 0.1))).map((each) => each.bar)).toContain(bar);
  });

  test('within a bar whose open is the close before it', () => {
    const found = findSuspicions(
      prices((bar, price) => (bar > MIDDLE || (bar === MIDDLE && price !== 'open' && price !== 'high') ? 0.1 : 1)),
    );
    expect(found.map(({ kind, bar }) => [kind, bar])).toEqual([['step', MIDDLE]]);
  });

  test('is none where prices move as much all the time', () => {
    const wild = prices((bar) => 1.3 ** (bar % 2));
    expect(findSuspicions(wild)).toEqual([]);
  });
});

describe('a bad print', () => {
  test.each([
    ['high', 100],
    ['high', 1.03],
    ['low', 0.01],
    ['low', 0.97],
  ] as const)('is a %s times %f', (name, by) => {
    const found = findSuspicions(prices((bar, price) => (bar === MIDDLE && price === name ? by : 1)));
    expect(found).toEqual([{ kind: 'print', bar: MIDDLE, ratio: expect.closeTo(by, 2) }]);
  });

  test.each([1, 2, 3])('of %i bars is found at its first', (nBars) => {
    const found = findSuspicions(prices((bar) => (bar >= MIDDLE && bar < MIDDLE + nBars ? 10 : 1)));
    expect(found.map(({ kind, bar }) => [kind, bar])).toEqual([['print', MIDDLE]]);
  });

  test('is none where prices fall as far bar by bar, and come back', () => {
    const crash = prices((bar) => 1 - 0.2 * Math.max(0, 1 - Math.abs(bar - MIDDLE) / 10));
    expect(findSuspicions(crash)).toEqual([]);
  });
});

describe('on real bars', { tags: ['real-data'] }, () => {
  test.each([
    ['00_canonical.csv', []],
    ['nosplit.csv.gz', []],
    ['coarse_ticks.csv.gz', []],
    ['52_split_10for1.csv', [{ kind: 'step', bar: 750, ratio: expect.closeTo(0.1, 3) }]],
    ['split.csv.gz', [{ kind: 'step', bar: 600, ratio: expect.closeTo(0.1, 3) }]],
    ['54_spike_x100.csv', [{ kind: 'print', bar: 699, ratio: expect.closeTo(99.9, 0) }]],
    ['badbar.csv.gz', [{ kind: 'print', bar: 600, ratio: expect.closeTo(9.99, 1) }]],
  ])('%s', async (name, expected) => {
    const { bars } = await readBars([sharedData(`../cases/bars/${name}`)]);
    expect(findSuspicions(bars)).toEqual(expected);
  });

  test.each([
    ['binance_BTCUSDT_15m_2025', 0],
    ['binance_BTCUSDT_1h_2022_2025Q3', 0],
    ['binance_DOGEUSDT_15m_2025', 0],
    ['binance_ETHUSDT_15m_2025', 0],
    ['binance_ETHUSDT_1h_2022_2025Q3', 0],
    ['binance_SOLUSDT_15m_2025', 0],
    ['bitmex_XBTUSD_1m_2018H2', 0],
    ['bitmex_XBTUSD_1m_raw_ohlc_violations_2018-12-01_07', 0],
    ['cme_6EH4_1m_2024-01', 0],
    ['cme_ESZ3_1m_2013-10', 0],
    ['fxcm_GBPUSD_1m_bid_2012-02', 0],
    ['lean_oanda_EURUSD_1h_2013_on', 0],
    // Prints that no other bar knows: IBM at 88.00 between 114 and 117, SPY at 144.12 between 113 and 115.
    ['lean_IBM_1h_2000_2012', 5],
    ['lean_SPY_1h_1998_2012', 29],
    ['us_equity_BKNG_1m_2024', 1],
    ['us_equity_SW_1m_2024', 6],
    ['us_equity_TDG_1m_2024', 1],
  ])('%s has %i, no step among them, and one bar length', async (name, nFound) => {
    const { bars, report } = await readBars([sharedData(`${name}.csv.gz`)], { allowOhlcRepair: true });
    const found = findSuspicions(bars);
    expect(found.length).toBe(nFound);
    expect(found.filter(({ kind }) => kind === 'step')).toEqual([]);
    expect(report.warnings.filter(({ code }) => code === 'STEP_CHANGE')).toEqual([]);
  });
});
