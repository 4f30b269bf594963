import { Rng } from '../../src/core/index.ts';

/** One run of the benchmark's market: days whose returns know their past, in one of three regimes. */
export interface Market {
  /** (nDays,) simple return of each day. */
  readonly r: Float64Array;
  /** (nDays,) 1 in a stretch with negated coefficients, else 0. */
  readonly regime: Uint8Array;
}

/** An event: a day with a return above 0, on which the primary buys. */
export interface MarketEvent {
  readonly day: number;
  /** Return of the next day, which the trade earns. */
  readonly next: number;
  /** 1 where that is not below 0. */
  readonly label: 0 | 1;
}

const N_STRETCHES = 333;
const STRETCH_DAYS = 30;
const COEFFICIENTS = [0.25, -0.2, 0.35] as const;
const NOISE = 0.014543365294448746;
/** Returns before each stretch: of lag 1, 2 and 3. */
const FIRST_LAGS = [0.032, 0.02, -0.042] as const;
const P_NEGATED = 0.2;
const DRIFT_NEGATED = -1e-4;
/** Days by which the regime is known late. */
export const REGIME_LAG = 5;

/**
 * Draws the market of the meta-labeling papers: an AR(3) process that a stretch may negate, or negate with twice the noise.
 *
 * @see Meyer, Barziy, Joubert (2023), Meta-Labeling: Calibration and Position Sizing, and Ensemble Meta-Labeling, JFDS; written from
 * the description in their papers, without their code.
 */
export function drawMarket(seed: number): Market {
  const rng = new Rng(seed);
  const r = new Float64Array(N_STRETCHES * STRETCH_DAYS);
  const regime = new Uint8Array(r.length);
  for (let stretch = 0; stretch < N_STRETCHES; stretch++) {
    const isNegated = rng.nextFloat() < P_NEGATED;
    const isWild = !isNegated && rng.nextFloat() < P_NEGATED;
    const isOdd = isNegated || isWild;
    const [sign, drift] = isOdd ? [-1, DRIFT_NEGATED] : [1, 0];
    let lags: readonly number[] = FIRST_LAGS;
    for (let step = 0; step < STRETCH_DAYS; step++) {
      const day = stretch * STRETCH_DAYS + step;
      const known = lags.reduce((sum, lag, j) => sum + sign * COEFFICIENTS[j] * lag, drift);
      r[day] = known + (isWild ? 2 : 1) * NOISE * rng.nextGaussian();
      regime[day] = isOdd ? 1 : 0;
      lags = [r[day], lags[0], lags[1]];
    }
  }
  return { r, regime };
}

/** The events of a market: every day with a return above 0 that has all its features and a next day. */
export function eventsOf({ r }: Market): MarketEvent[] {
  const events: MarketEvent[] = [];
  for (let day = REGIME_LAG; day + 1 < r.length; day++) {
    const next = r[day + 1];
    if (r[day] > 0) events.push({ day, next, label: next >= 0 ? 1 : 0 });
  }
  return events;
}
