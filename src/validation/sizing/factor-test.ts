import { type FactorClaim, SIZE_FACTORS, type SizeFactorName } from '../../decision/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { type ClaimTest, type JudgedTrades, MIN_EFFECTIVE, SIGNIFICANCE } from '../claims/claims.ts';
import { effectiveTrades } from '../claims/effective.ts';
import { afmlBetAt } from '../claims/knowledge-tests.ts';
import { takeAt, tradesInR } from '../claims/money-test.ts';
import { holmAdjusted } from '../significance/holm.ts';
import { meanTest, overlapLag } from '../significance/mean-test.ts';

/** Factors of a size by name: each (n,), NaN where it is not known. */
export type FactorColumns = Readonly<Record<SizeFactorName, Float64Array>>;

/**
 * Whether factors improve the bets of taken trades: the test of each, and by Holm's method whether it proves that, at 5 % for both
 * together.
 *
 * @param trades - counted events out of fold; those without both returns or without a risk take no part.
 * @param cost - (n,) of a round trip, units of R.
 */
export function factorClaims(
  trades: JudgedTrades,
  cost: Float64Array,
  factors: FactorColumns,
): Record<SizeFactorName, FactorClaim> {
  const tests = SIZE_FACTORS.map((name) => factorTest(trades, cost, factors[name]));
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  const claims = SIZE_FACTORS.map((name, k): [SizeFactorName, FactorClaim] => [
    name,
    { ...tests[k], isEarned: adjusted[k] < SIGNIFICANCE },
  ]);
  return Object.fromEntries(claims) as Record<SizeFactorName, FactorClaim>;
}

/**
 * Whether bets that are multiplied by a factor earn more than the bets alone at the same mean exposure: the covariance of factor and
 * return over the coin after costs, in R, over taken trades and weighted by AFML's bet, is above 0. A factor that is the same for all
 * trades improves nothing.
 *
 * @param factor - (n,) NaN where it is not known: such a trade takes no part.
 * @returns statistic 0 and p 1 under 30 effective trades: they prove nothing.
 */
export function factorTest(trades: JudgedTrades, cost: Float64Array, factor: Float64Array): ClaimTest {
  const { excess } = tradesInR(trades);
  const take = takeAt(trades, cost);
  const rows = rowsWhere(take.length, (k) => take[k] === 1 && Number.isFinite(excess[k] + factor[k]));
  const lag = overlapLag(pick(trades.t0, rows), pick(trades.end, rows));
  const nothing = { statistic: 0, pValue: 1, n: rows.length, lag };
  if (effectiveTrades(trades, trades.instrument, rows) < MIN_EFFECTIVE) return nothing;
  const bet = new Float64Array(rows.length);
  const net = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const k = rows[at];
    bet[at] = afmlBetAt(trades, k, cost[k]);
    net[at] = excess[k] - cost[k];
  }
  const { statistic, pValue, lag: lags } = meanTest(weightedComoments(bet, pick(factor, rows), net), lag);
  return { statistic, pValue, n: rows.length, lag: lags };
}

/** (n,) weight times the deviations of two columns from their weighted means; their mean is 0 where the two do not go together. */
function weightedComoments(weight: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  const [meanA, meanB] = [weightedMean(weight, a), weightedMean(weight, b)];
  const out = new Float64Array(weight.length);
  for (let k = 0; k < out.length; k++) out[k] = weight[k] * (a[k] - meanA) * (b[k] - meanB);
  return out;
}

function weightedMean(weight: Float64Array, values: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let k = 0; k < weight.length; k++) {
    sum += weight[k] * values[k];
    total += weight[k];
  }
  return sum / total;
}
