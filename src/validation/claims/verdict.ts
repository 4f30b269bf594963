import { counted } from '../../core/index.ts';
import type { Verdict } from '../../domain/index.ts';
import { bp, isTested, pText } from './claim-texts.ts';
import {
  type Claims,
  type ClaimTest,
  type CoinKnowledge,
  type CostClaim,
  MIN_EFFECTIVE,
  SIGNIFICANCE,
} from './claims.ts';
import { coinWords } from './words/coin-words.ts';

/** Whether a test proves what it asks. */
export function isProven({ pValue }: Pick<ClaimTest, 'pValue'>): boolean {
  return pValue < SIGNIFICANCE;
}

/** The verdict of a fixed sequence: a test counts only where all before it passed, the first by its spread too. */
export function verdictOf({ tests, informationSpread }: Pick<Claims, 'tests' | 'informationSpread'>): Verdict {
  const { information, selection, money } = tests;
  if (!isProven(information) || !isProven(informationSpread)) return 'none';
  if (!isProven(selection)) return 'information';
  return isProven(money) ? 'edge' : 'selection';
}

/** What a reason depends on. */
export interface ReasonFacts {
  readonly verdict: Verdict;
  readonly tests: Claims['tests'];
  readonly informationSpread: ClaimTest;
  readonly informationBy: Claims['informationBy'];
  readonly coin: CoinKnowledge;
  readonly cost: Pick<CostClaim, 'bps'>;
  readonly nTaken: number;
  readonly nEffectiveTaken: number;
}

/** Reason of a verdict in one sentence, with the figures of the test that decided. */
export function reasonOf(facts: ReasonFacts): string {
  const { verdict, tests, informationSpread, informationBy, coin, cost, nTaken, nEffectiveTaken } = facts;
  const { information, selection, money } = tests;
  const { rival, knows } = coinWords(coin);
  const by =
    informationBy === 'own_side'
      ? '; outcomes came without the other side, so this is skill against the base rate'
      : '';
  const pays = `pay ${bp(cost.bps)} a round trip, as booked and over ${rival}`;
  switch (verdict) {
    case 'none':
      if (isProven(information))
        return `The probabilities lie above the base rate while the market moved to the side of most trades (p ${pText(information.pValue)}); that the higher ones tell the better side is not shown (${figures(informationSpread)}).`;
      return `The probabilities are not shown to know ${knows} (${figures(information)}${by}).`;
    case 'information':
      if (nTaken === 0)
        return `The probabilities know ${knows} (p ${pText(information.pValue)}${by}), but no trade is expected to earn the ${bp(cost.bps)} of a round trip, so none is chosen.`;
      return `The probabilities know ${knows} (p ${pText(information.pValue)}${by}), but the trades chosen are not shown to beat the others (${figures(selection)}).`;
    case 'selection':
      return nEffectiveTaken < MIN_EFFECTIVE
        ? `The trades chosen beat the others (p ${pText(selection.pValue)}), but too few are taken to show that they ${pays}: ${nTaken}, worth ${nEffectiveTaken.toFixed(1)} independent ones.`
        : `The trades chosen beat the others (p ${pText(selection.pValue)}), but are not shown to ${pays} (${figures(money)}).`;
    case 'edge':
      return `The probabilities know ${knows} (p ${pText(information.pValue)}), the trades chosen beat the others (p ${pText(selection.pValue)}), and they ${pays} (${figures(money)}).`;
  }
}

function figures(test: ClaimTest): string {
  const { statistic, pValue, n, lag } = test;
  if (!isTested(test)) return `${counted(n, 'trade')}, by which it cannot be tested`;
  return `t ${statistic.toFixed(2)}, p ${pText(pValue)}, ${counted(n, 'trade')}, Newey–West with ${counted(lag, 'lag')}`;
}
