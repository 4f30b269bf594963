/** W: the bars an event needs, its own included; no feature may look further back. */
export const WINDOW_BARS = 100;

/** L: the lookback, in bars, of volatility, momentum and the other rolling features. */
export const LOOKBACK_BARS = 20;

/** -1 sell, 0 flat, 1 buy. */
export type Side = -1 | 0 | 1;
export const SIDES: readonly Side[] = [-1, 0, 1];
