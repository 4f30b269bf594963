import { toSnakeCase } from '../../config/index.ts';
import { type DecisionStatistics, payoffAt } from '../../decision/index.ts';

/** What a decision is made of, in R, for an event of middling volatility: mean gross win and loss, the coin, and how promises turned out. */
export function decisionRecord({ payoffs, keeping }: DecisionStatistics): Record<string, unknown> {
  const [low, high] = payoffs.all.logVolatility;
  const at = payoffAt(payoffs, '', Math.exp((low + high) / 2));
  return { w: at?.win ?? null, l: at?.loss ?? null, m: at?.coin ?? null, ...(toSnakeCase(keeping) as object) };
}
