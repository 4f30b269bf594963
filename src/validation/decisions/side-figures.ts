import { rowsWhere } from '../../math/index.ts';
import type { JudgedTrades } from '../claims/claims.ts';
import type { DecidedTrades } from './decided-trades.ts';
import { type Hits, hitsOf, winRate } from './hits.ts';
import { type PromiseFigures, promisesOf } from './promise-figures.ts';

/** What was decided of the trades of one side. */
export interface SideFigures extends Hits {
  readonly nJudged: number;
  /** Share of the side's trades that won; null for none. */
  readonly baseRate: number | null;
  /** Of the taken trades. */
  readonly promises: PromiseFigures;
}

/** Long and short apart. */
export interface FiguresBySide {
  readonly long: SideFigures;
  readonly short: SideFigures;
}

/** Splits decisions by side: an edge of one side alone may be a market that rose. */
export function figuresBySide(trades: JudgedTrades, decided: DecidedTrades): FiguresBySide {
  return { long: sideFigures(trades, decided, 1), short: sideFigures(trades, decided, -1) };
}

function sideFigures(trades: JudgedTrades, decided: DecidedTrades, side: 1 | -1): SideFigures {
  const { label } = trades;
  const rows = rowsWhere(label.length, (k) => trades.side[k] === side);
  const isTaken = (row: number): boolean => decided.take[row] === 1;
  return {
    nJudged: rows.length,
    baseRate: winRate(label, rows),
    ...hitsOf(label, rows, isTaken),
    promises: promisesOf(
      trades,
      decided,
      rowsWhere(label.length, (k) => trades.side[k] === side && decided.take[k] === 1),
    ),
  };
}
