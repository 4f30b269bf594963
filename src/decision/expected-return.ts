import { checkSameLength } from '../core/index.ts';
import { pick, rowsWhere } from '../math/index.ts';
import { fitLine } from './fit-line.ts';
import { logWithin } from './fit-payoffs.ts';
import type { Keeping, Payoffs, VolatilityLine } from './payoff.ts';

/** What trades pay at one event, units of R. */
export interface EventPayoff {
  /** Mean gross win, > 0. */
  readonly win: number;
  /** Mean gross loss, a magnitude > 0. */
  readonly loss: number;
  /** Mean return of the coin, >= 0. */
  readonly coin: number;
}

/** Fewest promises that tell how promises turn out. */
const MIN_PROMISES = 500;

/**
 * Reads what trades pay at an event: by its instrument where that has payoffs of its own, else by all of them.
 *
 * @param instrument - name of the instrument; any text for a model of a single one.
 * @param volatility - feature `volatility` at the event; moved into the range of the fit.
 * @returns null where too few wins or losses are known.
 */
export function payoffAt(payoffs: Payoffs, instrument: string, volatility: number): EventPayoff | null {
  const { byInstrument } = payoffs;
  const own = Object.hasOwn(byInstrument, instrument) ? byInstrument[instrument] : payoffs.all;
  const { win, loss, coin, logVolatility } = own;
  if (win === null || loss === null || coin === null) return null;
  const x = logWithin(volatility, logVolatility);
  const at = ({ intercept, slope, floor }: VolatilityLine): number => Math.max(floor, intercept + slope * x);
  return { win: at(win), loss: at(loss), coin: at(coin) };
}

/** Return over the coin that a probability promises by the payoffs alone, units of R, before costs. */
export function promisedReturn(probability: number, { win, loss, coin }: EventPayoff): number {
  return probability * win - (1 - probability) * loss - coin;
}

/**
 * Fits how promises turned out: least squares of what was realised on what was promised. A slope outside [0, 1] is moved
 * to its nearer end; the level then follows from the means. Promises that do not vary have the slope 0.
 *
 * @param promised - (n,) {@link promisedReturn} made at the time, units of R; a row that is not finite is left out.
 * @param realised - (n,) gross return minus the mean coin known at the time, units of R.
 * @returns alpha 0 and beta 1 under 500 rows.
 * @throws {ConditionError} when the lengths differ.
 */
export function fitKeeping(promised: Float64Array, realised: Float64Array): Keeping {
  checkSameLength('realised', realised, 'promised', promised);
  const known = rowsWhere(promised.length, (k) => Number.isFinite(promised[k] + realised[k]));
  if (known.length < MIN_PROMISES) return { alpha: 0, beta: 1, n: known.length };
  const x = pick(promised, known);
  const { slope, intercept, mean } = fitLine(x, pick(realised, known));
  const beta = Math.min(1, Math.max(0, slope));
  const alpha = beta === slope ? intercept : mean - (beta * x.reduce((a, b) => a + b, 0)) / x.length;
  return { alpha, beta, n: x.length };
}

/**
 * Return over the coin that is expected of a trade, units of R, before costs: alpha + beta · promised.
 *
 * @returns NaN where beta is 0: promises that say nothing justify no trade.
 */
export function expectedReturn(probability: number, payoff: EventPayoff, { alpha, beta }: Keeping): number {
  return beta > 0 ? alpha + beta * promisedReturn(probability, payoff) : Number.NaN;
}

/**
 * Probability at which the expected return is the cost. It may leave [0, 1]: a trade below 0 always pays, one of 1 or
 * more never does.
 *
 * @param cost - of a round trip in this event, units of R.
 * @returns null where beta is 0.
 */
export function breakEven({ win, loss, coin }: EventPayoff, { alpha, beta }: Keeping, cost: number): number | null {
  return beta > 0 ? (loss + coin + (cost - alpha) / beta) / (win + loss) : null;
}
