import { afmlBet } from '../../decision/index.ts';
import { meanOf } from '../metrics.ts';
import { meanTest } from '../significance/mean-test.ts';
import type { ClaimTest, JudgedTrades } from './claims.ts';
import { takeAt, tradesInR } from './money-test.ts';

/** Test of a mean over events. */
export function claimTest(values: Float64Array, lag: number): ClaimTest {
  const { statistic, pValue, lag: lags } = meanTest(values, lag);
  return { statistic, pValue, n: values.length, lag: lags };
}

/**
 * Whether the probabilities know which side is better: mean of (p − b)(y − y′)/2 > 0, with y′ the label that the other side
 * would have got. Volatility, ticks and costs, which move both labels alike, cancel.
 *
 * @param lag - see `overlapLag`.
 */
export function informationTest(
  trades: Pick<JudgedTrades, 'probability' | 'baseRate' | 'label' | 'otherLabel'>,
  lag: number,
): ClaimTest {
  const { probability, baseRate, label, otherLabel } = trades;
  const values = new Float64Array(probability.length);
  for (let k = 0; k < values.length; k++) {
    values[k] = ((probability[k] - baseRate[k]) * (label[k] - otherLabel[k])) / 2;
  }
  return claimTest(values, lag);
}

/**
 * Whether the better side is told by the differences of the probabilities, and not only by their level: the covariance of p − b and
 * (y − y′)/2 is > 0.
 *
 * @param lag - see `overlapLag`.
 */
export function informationSpread(
  { probability, baseRate, label, otherLabel }: Pick<JudgedTrades, 'probability' | 'baseRate' | 'label' | 'otherLabel'>,
  lag: number,
): ClaimTest {
  const above = new Float64Array(probability.length);
  const better = new Float64Array(label.length);
  for (let k = 0; k < above.length; k++) {
    above[k] = probability[k] - baseRate[k];
    better[k] = (label[k] - otherLabel[k]) / 2;
  }
  return claimTest(comoments(above, better), lag);
}

/**
 * The plain encompassing test that probabilities know more than the base rate: mean of (y − b)(p − b)/(b(1 − b)) > 0. It
 * also finds what moves the labels of both sides.
 *
 * @param trades - base rates in (0, 1). @param lag - see `overlapLag`.
 * @see Harvey, Leybourne, Newbold (1998), JBES 16(2); Clark, West (2007), Journal of Econometrics 138(1).
 */
export function probabilitySkill(
  { probability, baseRate, label }: Pick<JudgedTrades, 'probability' | 'baseRate' | 'label'>,
  lag: number,
): ClaimTest {
  const values = new Float64Array(probability.length);
  for (let k = 0; k < values.length; k++) {
    const b = baseRate[k];
    values[k] = ((label[k] - b) * (probability[k] - b)) / (b * (1 - b));
  }
  return claimTest(values, lag);
}

/** What stands for *take*, and the test. */
export interface SelectionClaim {
  readonly test: ClaimTest;
  readonly selectedBy: 'take' | 'bet';
}

/** Share of taken trades above which the bet is judged, because too few are left out to compare with. */
const NEARLY_ALL = 0.95;

/**
 * Whether trades taken earn more over the coin than trades left: mean of (take − mean take)(excess − mean excess) > 0, the
 * excess in R. Where more than 95 % are taken, the bet stands for take.
 *
 * @param cost - (n,) of a round trip, units of R. @param lag - see `overlapLag`.
 */
export function selectionTest(trades: JudgedTrades, cost: Float64Array, lag: number): SelectionClaim {
  const take = Float64Array.from(takeAt(trades, cost));
  const selectedBy = meanOf(take) > NEARLY_ALL ? 'bet' : 'take';
  const choice = selectedBy === 'take' ? take : take.map((taken, k) => taken * afmlBetAt(trades, k, cost[k]));
  return { selectedBy, test: claimTest(comoments(choice, tradesInR(trades).excess), lag) };
}

/** AFML's bet of an event at a cost in R; NaN where too little is known. */
export function afmlBetAt(trades: JudgedTrades, k: number, cost: number): number {
  return afmlBet(trades.probability[k], breakEvenAt(trades, k, cost));
}

/**
 * Probability above which an event pays a cost in R. The expected return tells it: p* = p − (E − c)/(beta · (w + l)).
 *
 * @returns NaN where too little is known.
 */
export function breakEvenAt(
  { probability, expectedR, beta, win, loss }: JudgedTrades,
  k: number,
  cost: number,
): number {
  return probability[k] - (expectedR[k] - cost) / (beta[k] * (win[k] + loss[k]));
}

/** (n,) products of the deviations of two columns from their means; their mean is the covariance. */
function comoments(a: Float64Array, b: Float64Array): Float64Array {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const products = new Float64Array(a.length);
  for (let k = 0; k < products.length; k++) products[k] = (a[k] - meanA) * (b[k] - meanB);
  return products;
}
