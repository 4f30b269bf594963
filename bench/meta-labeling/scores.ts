import type { MarketEvent } from './market.ts';

/** What a choice among events is worth. */
export interface Scores {
  /** Share of the chosen events with label 1; NaN where none was chosen. */
  readonly precision: number;
  /** A year's Sharpe ratio of position · next return over all days from the first event to the last. */
  readonly sharpe: number;
  /** Share of the events that were chosen. */
  readonly taken: number;
}

const DAYS_A_YEAR = 252;

/** Scores of holding one stake for the day after each chosen event, and nothing else. @param events - in time order. */
export function scoresOf(events: readonly MarketEvent[], isChosen: readonly boolean[]): Scores {
  const chosen = events.filter((_, k) => isChosen[k]);
  const nDays = events[events.length - 1].day - events[0].day + 1;
  const mean = chosen.reduce((sum, { next }) => sum + next, 0) / nDays;
  const squares = chosen.reduce((sum, { next }) => sum + next * next, 0);
  const variance = (squares - nDays * mean * mean) / (nDays - 1);
  return {
    precision: chosen.filter(({ label }) => label === 1).length / chosen.length,
    sharpe: variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(DAYS_A_YEAR) : 0,
    taken: chosen.length / events.length,
  };
}
