import { parseNumber } from '../core/index.ts';

/** W: number of bars an event needs, its own included; no feature looks further back. */
export const WINDOW_BARS = 100;

/** L: lookback of volatility, momentum and the other rolling features, in bars. */
export const LOOKBACK_BARS = 20;

/** Direction of a trade: -1 sell, 0 flat, 1 buy. */
export type Side = -1 | 0 | 1;
export const SIDES: readonly Side[] = [-1, 0, 1];

/** The rule of a probability, for an error: a percentage is told what it is as a share. */
export function probabilityRule(received: unknown): string {
  const rule = 'a number in [0, 1]';
  const value = typeof received === 'string' ? parseNumber(received) : received;
  if (value === -1) return `${rule}; leave it out where there is none`;
  if (typeof value !== 'number' || !(value > 1 && value <= 100)) return rule;
  return `${rule}; ${value} % is ${Number((value / 100).toPrecision(12))}`;
}

/** The rule of a side, for an error: a fraction is told that it is a strength. */
export function sideRule(received: unknown): string {
  const rule = `one of ${SIDES.join(', ')}`;
  const value = typeof received === 'string' ? parseNumber(received) : received;
  if (typeof value !== 'number' || !(Math.abs(value) > 0 && Math.abs(value) < 1)) return rule;
  return `${rule}; send signal: ${Math.sign(value)}, strength: ${Math.abs(value)}`;
}
