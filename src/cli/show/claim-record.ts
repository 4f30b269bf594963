import { toSnakeCase } from '../../config/index.ts';
import type { DecisionStatistics } from '../../decision/index.ts';

/**
 * What a decision is made of, over all labels: mean gross win and loss and the coin in R, how promises turned out, base rate, open trades,
 * and which factors earned their place in a size.
 */
export function decisionRecord(statistics: DecisionStatistics): Record<string, unknown> {
  const { payoffs, keeping, baseRate, meanOpen, factors } = statistics;
  const { win, loss, coin } = payoffs.all;
  return {
    w: win?.mean ?? null,
    l: loss?.mean ?? null,
    m: coin === null ? null : Math.max(0, coin.mean),
    ...(toSnakeCase(keeping) as object),
    base_rate: baseRate,
    mean_open: meanOpen,
    factors: toSnakeCase(factors),
  };
}
