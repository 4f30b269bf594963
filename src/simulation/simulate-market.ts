import { ConditionError, checkInRange, checkInteger, hashSeed, Rng } from '../core/index.ts';
import { allocateBarColumns, BarSeries } from '../domain/index.ts';

export interface SimulationOptions {
  /** >= 1. */
  readonly nBars: number;
  /**
   * Drift planted in every bar, in units of the bar's own volatility, along or against the EMA12–EMA26 trend by turns;
   * in [-1, 1]. 0.1 to 0.2 gives an edge that is clear on 20,000 bars (AUC about 0.57 to 0.66); 0 is a market in which
   * nothing can be known. A negative edge makes the turbulent state the one in which trends go on.
   */
  readonly edge: number;
  /**
   * Bar from which the volatility regime no longer tells which way the drift goes; null for never. Above an edge of 0.15
   * the price path alone begins to tell it (AUC about 0.54 at 0.2): plant less where a break must leave no skill.
   */
  readonly breakAt: number | null;
  /** Bar from which calm and turbulence swap what they tell, so that a model learned before is wrong; null for never. */
  readonly flipAt?: number | null;
  /** Any integer. */
  readonly seed: number;
  /** Close of the first bar, UNIX ns. */
  readonly startNs?: bigint;
  /** Length of a bar, ns; > 0. */
  readonly barNs?: bigint;
}

/** What a simulated market hides from whoever trades it. */
export interface MarketTruth {
  /** (nBars,) 1 where the drift goes with the trend, 0 where it goes against it. */
  readonly trending: Uint8Array;
  /** (nBars,) 1 where volatility is high. */
  readonly turbulent: Uint8Array;
}

export interface SimulatedMarket {
  readonly bars: BarSeries;
  readonly truth: MarketTruth;
}

const START_NS = 1_577_836_800_000_000_000n; // 2020-01-01
const BAR_NS = 60_000_000_000n;
const START_PRICE = 100;
const CALM_SIGMA = 0.0008;
const TURBULENT_SIGMA = 0.002;
/** Mean bars a state lasts. */
const MEAN_STAY = 250;
const STEPS_A_BAR = 8;
const FAST_ALPHA = 2 / 13;
const SLOW_ALPHA = 2 / 27;
const MEAN_VOLUME = 1000;

/**
 * A market whose truth is known because it was planted: volatility regimes, volume and its aggressor side, an optional
 * edge, an optional break.
 *
 * A hidden state says whether drift goes with the trend or against it. While the edge can be seen, the trending state is
 * calm and the other turbulent, so whoever watches volatility can tell good signals of a trend follower from bad ones.
 * From `breakAt` on volatility follows a state of its own with the same law: signals pay as often as before, and nothing
 * tells which.
 *
 * @throws {ConditionError} for options out of range.
 */
export function simulateMarket(options: SimulationOptions): SimulatedMarket {
  const { nBars, edge, seed, breakAt, flipAt = null, startNs = START_NS, barNs = BAR_NS } = options;
  checkInteger('nBars', nBars, 1);
  checkInRange('edge', edge, -1, 1);
  if (breakAt !== null) checkInteger('breakAt', breakAt, 0);
  if (flipAt !== null) checkInteger('flipAt', flipAt, 0);
  checkInteger('seed', seed, Number.MIN_SAFE_INTEGER);
  if (barNs <= 0n) throw new ConditionError('barNs', '> 0', barNs);
  const trending = stateSequence(nBars, hashSeed(seed, 1));
  const other = stateSequence(nBars, hashSeed(seed, 2));
  const turbulent = trending.map((isTrending, i) => {
    if (i >= (breakAt ?? nBars)) return other[i];
    return i < (flipAt ?? nBars) ? 1 - isTrending : isTrending;
  });
  const columns = allocateBarColumns(nBars, true);
  const taker = columns.takerBuyVolume ?? new Float64Array(nBars);
  const rng = new Rng(hashSeed(seed, 3));
  let price = START_PRICE;
  let fast = price;
  let slow = price;
  for (let i = 0; i < nBars; i++) {
    const sigma = turbulent[i] === 1 ? TURBULENT_SIGMA : CALM_SIGMA;
    const drift = edge * sigma * (trending[i] === 1 ? 1 : -1) * Math.sign(fast - slow);
    columns.tsEvent[i] = startNs + BigInt(i) * barNs;
    columns.open[i] = price;
    let [high, low] = [price, price];
    for (let step = 0; step < STEPS_A_BAR; step++) {
      price *= Math.exp(drift / STEPS_A_BAR + (sigma / Math.sqrt(STEPS_A_BAR)) * rng.nextGaussian());
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    columns.high[i] = high;
    columns.low[i] = low;
    columns.close[i] = price;
    const move = Math.log(price / columns.open[i]) / sigma;
    columns.volume[i] = Math.ceil(MEAN_VOLUME * (1 + turbulent[i]) * Math.exp(0.5 * rng.nextGaussian()));
    const buyShare = 1 / (1 + Math.exp(-(move + rng.nextGaussian())));
    taker[i] = Math.round(columns.volume[i] * buyShare);
    fast += FAST_ALPHA * (price - fast);
    slow += SLOW_ALPHA * (price - slow);
  }
  return { bars: BarSeries.fromColumns(columns), truth: { trending, turbulent } };
}

/** A two-state Markov chain, each state lasting 250 bars on average. */
function stateSequence(n: number, seed: number): Uint8Array {
  const rng = new Rng(seed);
  let state = rng.nextInt(2);
  return Uint8Array.from({ length: n }, () => {
    if (rng.nextFloat() < 1 / MEAN_STAY) state = 1 - state;
    return state;
  });
}
