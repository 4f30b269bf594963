import { toSnakeCase } from '../../config/index.ts';
import type { DecisionStatistics } from '../../decision/index.ts';

/** What a decision is made of, in R, over all labels: mean gross win and loss, the coin, and how promises turned out. */
export function decisionRecord({ payoffs, keeping }: DecisionStatistics): Record<string, unknown> {
  const { win, loss, coin } = payoffs.all;
  return {
    w: win?.mean ?? null,
    l: loss?.mean ?? null,
    m: coin === null ? null : Math.max(0, coin.mean),
    ...(toSnakeCase(keeping) as object),
  };
}
