import { readRows } from '../../math/index.ts';
import type { CoinKnowledge } from '../claims/claims.ts';
import { pickRows, rowsWithBothSides } from '../judged-rows.ts';
import { type Attribution, attributionOf } from './attribution.ts';
import { decideTrades, type FactoredTrades } from './decided-trades.ts';
import { type MoneyAtCost, moneyByCost } from './money-by-cost.ts';
import { type KeptPromises, keptPromises } from './promise-figures.ts';
import { type FiguresBySide, figuresBySide } from './side-figures.ts';
import { type ThresholdFigures, thresholdFigures } from './threshold-figures.ts';

/**
 * What the decisions of a training came to: out of fold, of the counted folds, each decided by what was known then, as under
 * `sizing.trust: expected`.
 */
export interface DecisionFigures {
  readonly thresholds: ThresholdFigures;
  readonly sides: FiguresBySide;
  readonly promises: KeptPromises;
  /** With AFML's bet. */
  readonly attribution: Attribution;
  readonly moneyByCost: readonly MoneyAtCost[];
}

/**
 * Counts what came of decisions.
 *
 * @param trades - in time order; those without both returns or without a risk take no part.
 * @param costBps - cost of a round trip of each instrument, basis points.
 * @param coin - whether the other side is known; else nothing is said of what a coin earns.
 */
export function decisionFigures(
  trades: FactoredTrades,
  costBps: readonly number[],
  coin: CoinKnowledge = 'known',
): DecisionFigures {
  const rows = rowsWithBothSides(trades);
  const judged: FactoredTrades = {
    ...pickRows(trades, rows),
    regimeWeight: readRows(trades.regimeWeight, rows),
    toxicity: readRows(trades.toxicity, rows),
  };
  const decided = decideTrades(judged, costBps);
  return {
    thresholds: thresholdFigures(judged, decided),
    sides: figuresBySide(judged, decided),
    promises: keptPromises(judged, decided),
    attribution: attributionOf(judged, decided, coin),
    moneyByCost: moneyByCost(judged, costBps.length, coin),
  };
}
