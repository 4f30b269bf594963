import { describe, expect, test } from 'vitest';
import { BAR_COLUMNS, type BarColumns, findBarFault } from '../domain/index.ts';
import { averageTrueRange, volatility } from '../features/index.ts';
import { metaLabels, primarySides, sampleEvents, tripleBarrier } from '../labeling/index.ts';
import { type SimulatedMarket, type SimulationOptions, simulateMarket } from './index.ts';

const PLAIN: SimulationOptions = { nBars: 20_000, edge: 0, breakAt: null, seed: 1 };
const EDGE = 0.15;
const CALM = 0;
const TURBULENT = 1;

const bytes = (bars: BarColumns): unknown[] => BAR_COLUMNS.map((name) => bars[name]);

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

/** Labels of the default signals (ema_cross, cusum, barriers of 2 and 1 ATR, 10 bars), by a hidden state at their bar. */
class Outcomes {
  readonly #paid: [number[], number[]] = [[], []];

  add(market: SimulatedMarket, state: Uint8Array, fromBar = 0): this {
    const { bars } = market;
    const sampling = { sampling: 'cusum', threshold: volatility(bars), windowBars: 100 } as const;
    const events = sampleEvents(bars, primarySides(bars, 'ema_cross'), sampling);
    const options = { ptMultiplier: 2, slMultiplier: 1, maxHoldingBars: 10 };
    const barriers = tripleBarrier(bars, events, averageTrueRange(bars), options);
    const { label } = metaLabels(bars, events, barriers, { minReturn: 0 });
    events.index.forEach((i, k) => {
      if (barriers.exit[k] >= 0 && i >= fromBar) this.#paid[state[i] === 1 ? 1 : 0].push(label[k]);
    });
    return this;
  }

  rate(state: number): number {
    return mean(this.#paid[state]);
  }

  get baseRate(): number {
    return mean(this.#paid.flat());
  }
}

/** Outcomes pooled over several seeds, to average out chance. */
function pooled(options: Partial<SimulationOptions>, state: 'trending' | 'turbulent', fromBar = 0): Outcomes {
  const outcomes = new Outcomes();
  for (let seed = 1; seed <= 8; seed++) {
    const market = simulateMarket({ ...PLAIN, ...options, seed });
    outcomes.add(market, market.truth[state], fromBar);
  }
  return outcomes;
}

describe('a pure function of its options', () => {
  test('the same seed gives the same bytes, another seed another market', () => {
    const options = { ...PLAIN, nBars: 3000, edge: EDGE, breakAt: 1000 };
    const first = simulateMarket(options);
    const again = simulateMarket(options);
    expect(bytes(again.bars)).toEqual(bytes(first.bars));
    expect(again.truth).toEqual(first.truth);
    const other = simulateMarket({ ...options, seed: 2 });
    expect(other.bars.close).not.toEqual(first.bars.close);
    expect(other.truth.trending).not.toEqual(first.truth.trending);
  });

  test('a longer market begins with the shorter one', () => {
    const short = simulateMarket({ ...PLAIN, nBars: 500, edge: EDGE });
    const long = simulateMarket({ ...PLAIN, nBars: 900, edge: EDGE });
    expect(bytes(long.bars.slice(0, 500))).toEqual(bytes(short.bars));
    expect(long.truth.turbulent.slice(0, 500)).toEqual(short.truth.turbulent);
  });

  test('by default bars are a minute long and start with the year 2020', () => {
    const { bars } = simulateMarket({ ...PLAIN, nBars: 2 });
    expect([...bars.tsEvent]).toEqual([1_577_836_800_000_000_000n, 1_577_836_860_000_000_000n]);
    const own = simulateMarket({ ...PLAIN, nBars: 3, startNs: 1_700_000_000_000_000_001n, barNs: 7n });
    expect([...own.bars.tsEvent].map((ts) => ts - 1_700_000_000_000_000_001n)).toEqual([0n, 7n, 14n]);
  });

  test('a long market begins as much earlier as it takes to end before 2026', () => {
    const weekNs = 7n * 86_400_000_000_000n;
    const { bars } = simulateMarket({ ...PLAIN, nBars: 1000, barNs: weekNs });
    expect(bars.tsEvent[999] + weekNs).toBe(1_767_225_600_000_000_000n);
    const longer = simulateMarket({ ...PLAIN, nBars: 4000, barNs: weekNs });
    expect(longer.bars.tsEvent[0], 'but never before 1970').toBe(0n);
  });

  test.each<[Partial<SimulationOptions>, string]>([
    [{ nBars: 0 }, 'nBars must be an integer >= 1, was 0'],
    [{ edge: 1.5 }, 'edge must be a number in [-1, 1], was 1.5'],
    [{ edge: Number.NaN }, 'edge must be a number in [-1, 1], was NaN'],
    [{ breakAt: -1 }, 'breakAt must be an integer >= 0, was -1'],
    [{ seed: 0.5 }, 'seed must be an integer >= -9007199254740991, was 0.5'],
    [{ barNs: 0n }, 'barNs must be > 0, was 0'],
  ])('options out of range are refused: %#', (options, message) => {
    expect(() => simulateMarket({ ...PLAIN, ...options })).toThrow(message);
  });
});

describe('a market like a market', () => {
  test.each([0, EDGE, 1, -1])('every bar is valid and opens at the close before it, edge %d', (edge) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { bars } = simulateMarket({ ...PLAIN, nBars: 5000, edge, seed });
      expect(findBarFault(bars)).toBeNull();
      expect(bars.open.slice(1), 'no gaps').toEqual(bars.close.slice(0, -1));
      expect(bars.open[0]).toBe(100);
    }
  });

  test('regimes last about 250 bars, occur half of the time, and have their own volatility', () => {
    const { bars, truth } = simulateMarket({ ...PLAIN, nBars: 200_000 });
    const changes = truth.turbulent.reduce((n, state, i, all) => n + (i > 0 && state !== all[i - 1] ? 1 : 0), 0);
    expect(changes, '200,000 bars of 250 a stay; five standard deviations').toBeGreaterThan(800 - 5 * Math.sqrt(800));
    expect(changes).toBeLessThan(800 + 5 * Math.sqrt(800));
    expect(Math.abs(mean(truth.turbulent) - 0.5)).toBeLessThan(0.1);
    for (const [state, sigma] of [0.0008, 0.002].entries()) {
      const squares = bars.close.map((close, i) => Math.log(close / bars.open[i]) ** 2);
      const inState = squares.filter((_, i) => truth.turbulent[i] === state);
      expect(Math.sqrt(mean(inState)) / sigma, `state ${state}: measured over planted`).toBeCloseTo(1, 1);
    }
  });

  test('turbulent bars trade twice the volume, and aggressors push the way the price moves', () => {
    const { bars, truth } = simulateMarket(PLAIN);
    const volumeIn = (state: number): number => mean(bars.volume.filter((_, i) => truth.turbulent[i] === state));
    expect(volumeIn(TURBULENT) / volumeIn(CALM)).toBeCloseTo(2, 1);
    const taker = bars.takerBuyVolume ?? new Float64Array(0);
    const share = taker.map((buys, i) => buys / bars.volume[i]);
    const up = mean(share.filter((_, i) => bars.close[i] > bars.open[i]));
    const down = mean(share.filter((_, i) => bars.close[i] < bars.open[i]));
    expect(up).toBeGreaterThan(0.6);
    expect(up + down, 'no side is favoured').toBeCloseTo(1, 1);
  });
});

describe('the hidden states', () => {
  test('an edge changes only the drift, by edge times sigma in each bar; regimes and volume are the same', () => {
    const without = simulateMarket({ ...PLAIN, nBars: 3000 });
    const withEdge = simulateMarket({ ...PLAIN, nBars: 3000, edge: EDGE });
    expect(withEdge.truth).toEqual(without.truth);
    expect(withEdge.bars.volume).toEqual(without.bars.volume);
    const side = primarySides(withEdge.bars, 'ema_cross');
    const move = ({ bars }: SimulatedMarket, i: number): number => Math.log(bars.close[i] / bars.open[i]);
    // The market's averages start at its first price, not its first close; after 200 bars this makes no difference.
    for (let i = 200; i < 3000; i++) {
      const sigma = withEdge.truth.turbulent[i] === 1 ? 0.002 : 0.0008;
      const direction = (withEdge.truth.trending[i] === 1 ? 1 : -1) * side[i - 1];
      const drift = move(withEdge, i) - move(without, i);
      expect(
        Math.abs(drift - EDGE * sigma * direction),
        `bar ${i}: drift follows the trend of earlier closes`,
      ).toBeLessThan(1e-12);
    }
  });

  test('volatility shows the state before the break and not after it; bars before the break are unchanged', () => {
    const breakAt = 10_000;
    const whole = simulateMarket({ ...PLAIN, edge: EDGE });
    const broken = simulateMarket({ ...PLAIN, edge: EDGE, breakAt });
    expect(whole.truth.turbulent).toEqual(whole.truth.trending.map((state) => 1 - state));
    expect(broken.truth.trending).toEqual(whole.truth.trending);
    expect(bytes(broken.bars.slice(0, breakAt))).toEqual(bytes(whole.bars.slice(0, breakAt)));
    const long = simulateMarket({ ...PLAIN, nBars: 400_000, breakAt: 0 }).truth;
    const agree = mean(long.trending.map((state, i) => (state === long.turbulent[i] ? 1 : 0)));
    expect(Math.abs(agree - 0.5), 'two independent chains').toBeLessThan(0.08);
  });

  test('without an edge signals pay equally often in both regimes', () => {
    const outcomes = pooled({ edge: 0 }, 'turbulent');
    expect(Math.abs(outcomes.rate(CALM) - outcomes.rate(TURBULENT))).toBeLessThan(0.025);
    expect(Math.abs(outcomes.baseRate - 0.366), 'a driftless walk between barriers').toBeLessThan(0.01);
  });

  test('with an edge signals pay in the trending state, which is the calm one', () => {
    const byState = pooled({ edge: EDGE }, 'trending');
    expect(byState.rate(1) - byState.rate(0)).toBeGreaterThan(0.18);
    const byVolatility = pooled({ edge: EDGE }, 'turbulent');
    expect(byVolatility.rate(CALM)).toBe(byState.rate(1));
  });

  test('after a break signals pay as often as before, and volatility no longer separates them', () => {
    const before = pooled({ edge: EDGE }, 'turbulent');
    const after = pooled({ edge: EDGE, breakAt: 4000 }, 'turbulent', 4000);
    expect(Math.abs(after.baseRate - before.baseRate), 'the base rate is unchanged').toBeLessThan(0.02);
    expect(before.rate(CALM) - before.rate(TURBULENT)).toBeGreaterThan(0.18);
    expect(Math.abs(after.rate(CALM) - after.rate(TURBULENT)), 'the skill is gone').toBeLessThan(0.04);
    const hidden = pooled({ edge: EDGE, breakAt: 4000 }, 'trending', 4000);
    expect(hidden.rate(1) - hidden.rate(0), 'the hidden state still separates them').toBeGreaterThan(0.18);
  });
});

test('bars lie on shared memory, as those of a file do, so that a training copies none', () => {
  const { bars } = simulateMarket({ ...PLAIN, nBars: 10 });
  for (const name of BAR_COLUMNS) expect(bars[name]?.buffer, name).toBeInstanceOf(SharedArrayBuffer);
});
