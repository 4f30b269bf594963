import { hashSeed, Rng } from '../../src/core/index.ts';
import { allocateBarColumns, BarSeries } from '../../src/domain/index.ts';
import { PricePath } from '../../src/simulation/price-path.ts';

/*
 * Markets whose price is a martingale: nobody knows its direction. They differ in what else there is to know: nothing,
 * volatility that clusters or wanders, the hour of the day.
 */

const MINUTE_NS = 60_000_000_000n;
const START_NS = 1_577_836_800_000_000_000n; // 2020-01-01
const START_PRICE = 100;
const MEAN_VOLUME = 1000;
/** Typical standard deviation of a bar's log move. */
const SIGMA = 0.001;

/** What a market does before and in bar `i`. */
interface Step {
  /** Standard deviation of the bar's log move. */
  readonly sigma: number;
  /** Standard deviation of the log move between the bars; 0 for none. */
  readonly gapSigma: number;
  readonly ts: bigint;
}

/** @param next - the step of bar `i`, from the log move of the bar before it (NaN for the first), beside its drift. */
function pathBars(nBars: number, seed: number, next: (i: number, lastMove: number) => Step): BarSeries {
  const columns = allocateBarColumns(nBars, true);
  const taker = columns.takerBuyVolume ?? new Float64Array(nBars);
  const path = new PricePath(new Rng(hashSeed(seed, 1)), new Rng(hashSeed(seed, 2)));
  const rng = new Rng(hashSeed(seed, 3));
  let price = START_PRICE;
  let lastMove = Number.NaN;
  for (let i = 0; i < nBars; i++) {
    const { sigma, gapSigma, ts } = next(i, lastMove);
    const open = price * Math.exp(gapSigma * rng.nextGaussian() - (gapSigma * gapSigma) / 2);
    const bar = path.drawBar(open, 0, sigma);
    lastMove = Math.log(bar.close / open) + (sigma * sigma) / 2;
    price = bar.close;
    columns.tsEvent[i] = ts;
    columns.open[i] = open;
    columns.high[i] = bar.high;
    columns.low[i] = bar.low;
    columns.close[i] = bar.close;
    columns.volume[i] = Math.ceil(MEAN_VOLUME * (sigma / SIGMA) * Math.exp(0.5 * rng.nextGaussian()));
    const buyShare = 1 / (1 + Math.exp(-(lastMove / sigma + rng.nextGaussian())));
    taker[i] = Math.round(columns.volume[i] * buyShare);
  }
  return BarSeries.fromColumns(columns);
}

const everyMinute = (i: number): bigint => START_NS + BigInt(i) * MINUTE_NS;

/** Independent normal moves of one volatility. */
export function independentMoves(nBars: number, seed: number): BarSeries {
  return pathBars(nBars, seed, (i) => ({ sigma: SIGMA, gapSigma: 0, ts: everyMinute(i) }));
}

/** GARCH(1,1): large moves follow large moves, of either sign. @see Bollerslev (1986), J. Econometrics 31(3). */
export function garch(nBars: number, seed: number): BarSeries {
  const [alpha, beta] = [0.08, 0.9];
  let variance = SIGMA * SIGMA;
  return pathBars(nBars, seed, (i, lastMove) => {
    if (i > 0) variance = (1 - alpha - beta) * SIGMA * SIGMA + alpha * lastMove * lastMove + beta * variance;
    return { sigma: Math.sqrt(variance), gapSigma: 0, ts: everyMinute(i) };
  });
}

/** Stochastic volatility: its logarithm is an AR(1) of its own. @see Taylor (1986), Modelling Financial Time Series, ch. 3. */
export function stochasticVolatility(nBars: number, seed: number): BarSeries {
  const [persistence, deviation] = [0.99, 0.07]; // a stationary standard deviation of 0.5
  const rng = new Rng(hashSeed(seed, 4));
  let log = 0.5 * rng.nextGaussian();
  return pathBars(nBars, seed, (i) => {
    log = persistence * log + deviation * rng.nextGaussian();
    return { sigma: SIGMA * Math.exp(log), gapSigma: 0, ts: everyMinute(i) };
  });
}

const SESSION_BARS = 390;
const DAY_NS = 86_400_000_000_000n;

/** Sessions of 390 minutes: volatility is three times as high at their ends as at noon, and the night is a gap. */
export function sessions(nBars: number, seed: number): BarSeries {
  return pathBars(nBars, seed, (i) => {
    const minute = i % SESSION_BARS;
    const fromNoon = (2 * minute) / (SESSION_BARS - 1) - 1;
    const day = BigInt(Math.floor(i / SESSION_BARS));
    const isNight = minute === 0 && i > 0;
    return {
      sigma: SIGMA * (0.5 + fromNoon * fromNoon),
      gapSigma: isNight ? 10 * SIGMA : 0,
      ts: START_NS + day * DAY_NS + BigInt(minute) * MINUTE_NS,
    };
  });
}
