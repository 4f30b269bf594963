import { describe, expect, test } from 'vitest';
import { coinSides } from '../../bench/truth/coin-sides.ts';
import { garch, independentMoves, sessions, stochasticVolatility } from '../../bench/truth/martingales.ts';
import { mirrorBars, mirrorByCoin } from '../../bench/truth/mirrored.ts';
import { TICK, tickGrid } from '../../bench/truth/tick-grid.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BAR_COLUMNS, type BarColumns, BarSeries, findBarFault } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { findEvents } from '../../src/training/index.ts';

const N_BARS = 12_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const bytes = (bars: BarColumns): unknown[] => BAR_COLUMNS.map((name) => bars[name]);

/** What a trader who looks at the past might hold in the next step; of (n,) values those of [0, i] are looked at. */
const STRATEGIES: Readonly<Record<string, (values: ArrayLike<number>, i: number) => number>> = {
  'holds it': () => 1,
  'follows the last move': (values, i) => Math.sign(values[i] - values[i - 1]),
  'follows the last ten moves': (values, i) => Math.sign(values[i] - values[i - 10]),
  'holds it after a large move': (values, i) =>
    Math.abs(values[i] - values[i - 1]) > Math.abs(values[i - 1] - values[i - 2]) ? 1 : 0,
};

/** t statistic of what a strategy earns on a martingale: independent of its length, because its gains have no memory. */
function earned(
  series: readonly ArrayLike<number>[],
  position: (values: ArrayLike<number>, i: number) => number,
): number {
  let [sum, squares] = [0, 0];
  for (const values of series) {
    for (let i = 10; i < values.length - 1; i++) {
      const gain = (position(values, i) * (values[i + 1] - values[i])) / values[i];
      sum += gain;
      squares += gain * gain;
    }
  }
  return sum / Math.sqrt(squares);
}

describe('a martingale: no strategy earns anything', () => {
  const markets: readonly [string, (seed: number) => ArrayLike<number>][] = [
    ['independent', (seed) => independentMoves(N_BARS, seed).close],
    ['GARCH', (seed) => garch(N_BARS, seed).close],
    ['stochastic volatility', (seed) => stochasticVolatility(N_BARS, seed).close],
    ['sessions', (seed) => sessions(N_BARS, seed).close],
    ['the value behind a grid of ticks', (seed) => tickGrid(N_BARS, seed, 1).value],
    ['a trend that is mirrored by a coin', (seed) => mirrorByCoin(rising(), seed).close.map(Math.log)],
  ];
  for (const [name, market] of markets) {
    const series = SEEDS.map(market);
    test.each(Object.entries(STRATEGIES))(`${name}: who %s`, (_, position) => {
      expect(Math.abs(earned(series, position)), `seeds ${SEEDS.join()}, ${N_BARS} bars each`).toBeLessThan(3.5);
    });
  }

  test('and it would be seen: a planted edge pays who follows the last moves of its trending state', () => {
    const trending = SEEDS.map((seed) => {
      const { bars, truth } = simulateMarket({ nBars: N_BARS, edge: 0.15, breakAt: null, seed });
      let price = 100;
      const moves = bars.close.map((close, i) => (truth.trending[i] === 1 ? close / bars.open[i] : 1));
      return moves.map((move) => (price *= move));
    });
    expect(earned(trending, STRATEGIES['follows the last ten moves'])).toBeGreaterThan(3.5);
  });
});

/** A market that only rises. */
function rising(): BarSeries {
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed: 1 });
  const raised = (column: Float64Array): Float64Array => column.map((price, i) => price * Math.exp(0.002 * i));
  const close = raised(bars.close);
  const open = bars.open.map((_, i) => close[Math.max(0, i - 1)]);
  const high = raised(bars.high).map((price, i) => Math.max(price, open[i]));
  const low = raised(bars.low).map((price, i) => Math.min(price, open[i]));
  return BarSeries.fromColumns({ ...bars, open, high, low, close });
}

describe('every null', () => {
  test.each([
    ['independent', independentMoves],
    ['GARCH', garch],
    ['stochastic volatility', stochasticVolatility],
    ['sessions', sessions],
    ['a grid of ticks', (nBars: number, seed: number) => tickGrid(nBars, seed, 1).bars],
  ] as const)('%s: a function of its seed, with valid bars', (_, market) => {
    const bars = market(500, 1);
    expect(findBarFault(bars)).toBeNull();
    expect(bytes(market(500, 1))).toEqual(bytes(bars));
    expect(market(500, 2).close).not.toEqual(bars.close);
  });

  test('volatility clusters with GARCH and stochastic volatility, not with independent moves', () => {
    const clustering = ({ close }: BarSeries): number => {
      const size = Array.from(close, (price, i) => Math.abs(Math.log(price / close[Math.max(0, i - 1)])));
      const mean = size.reduce((sum, x) => sum + x, 0) / size.length;
      const at = (lag: number): number =>
        size.reduce((sum, x, i) => sum + (i < lag ? 0 : (x - mean) * (size[i - lag] - mean)), 0);
      return at(5) / at(0);
    };
    expect(Math.abs(clustering(independentMoves(N_BARS, 1)))).toBeLessThan(0.04);
    expect(clustering(garch(N_BARS, 1))).toBeGreaterThan(0.05);
    expect(clustering(stochasticVolatility(N_BARS, 1))).toBeGreaterThan(0.1);
  });

  test('sessions are 390 minutes long, wildest at their ends, with a gap in time and price at night', () => {
    const { tsEvent, open, high, low, close } = sessions(390 * 30, 1);
    const meanRange = (from: number, to: number): number => {
      const inside = [...close.keys()].filter((i) => i % 390 >= from && i % 390 < to);
      return inside.reduce((sum, i) => sum + (high[i] - low[i]) / close[i], 0) / inside.length;
    };
    expect(meanRange(0, 20) / meanRange(185, 205)).toBeGreaterThan(2);
    expect(Number(tsEvent[390] - tsEvent[389]) / 60e9).toBe(24 * 60 - 389);
    expect(open[390]).not.toBe(close[389]);
    expect(open[391]).toBe(close[390]);
  });

  test('prices on a grid bounce: they lie on it, around the value, and come back', () => {
    const { bars, value } = tickGrid(N_BARS, 1, 1);
    expect(bars.close.every((price) => Number.isInteger(price / TICK))).toBe(true);
    expect(bars.close.every((price, i) => Math.abs(price - value[i]) <= TICK)).toBe(true);
    const followed = earned([bars.close], STRATEGIES['follows the last move']);
    expect(followed, 'who follows the last move loses to the bounce').toBeLessThan(-3.5);
  });
});

describe('mirrored bars', () => {
  const three = BarSeries.fromBars([
    { tsEvent: 1n, open: 10, high: 12, low: 9, close: 10, volume: 5, takerBuyVolume: 1 },
    { tsEvent: 2n, open: 11, high: 16, low: 8, close: 12.5, volume: 7, takerBuyVolume: 3 },
    { tsEvent: 3n, open: 12.5, high: 25, low: 10, close: 20, volume: 9, takerBuyVolume: 4 },
  ]);

  test('by hand: moves from the last close are negated, high and low exchanged, buys are sells', () => {
    const { open, high, low, close, takerBuyVolume, volume, tsEvent } = mirrorBars(three, Int8Array.of(-1, -1, 1));
    expect([...close], '10; 10 / 1.25; 8 · 1.6').toEqual([10, 8, 12.8]);
    expect([...high], '12; 10 / 0.8; 8 · 2').toEqual([12, 12.5, 16]);
    expect([...low], '9; 10 / 1.6; 8 · 0.8').toEqual([9, 6.25, 6.4]);
    expect(open[1]).toBeCloseTo(10 / 1.1, 12);
    expect(open[2]).toBe(8);
    expect([...(takerBuyVolume ?? [])]).toEqual([1, 4, 4]);
    expect([volume, tsEvent]).toEqual([three.volume, three.tsEvent]);
  });

  test('not mirrored they are the same, and mirrored twice too', () => {
    const { bars } = simulateMarket({ nBars: 300, edge: 0.15, breakAt: null, seed: 2 });
    const every = (sign: number): Int8Array => new Int8Array(300).fill(sign);
    for (const again of [mirrorBars(bars, every(1)), mirrorBars(mirrorBars(bars, every(-1)), every(-1))]) {
      for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
        const ratios = again[name].map((value, i) => value / bars[name][i]);
        expect(Math.min(...ratios), name).toBeCloseTo(1, 10);
        expect(Math.max(...ratios), name).toBeCloseTo(1, 10);
      }
    }
  });
});

test('coins stand at the events of the default settings, half of them on each side', () => {
  const config = OrchestratorConfig();
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed: 1 });
  const side = coinSides(bars, config, 7);
  const events = findEvents(bars, side, config).index;
  expect(events).toEqual(findEvents(bars, null, config).index);
  const long = events.filter((entry) => side[entry] === 1).length;
  expect(Math.abs(long - events.length / 2), 'four standard deviations').toBeLessThan(2 * Math.sqrt(events.length));
  expect(coinSides(bars, config, 8)).not.toEqual(side);
});
