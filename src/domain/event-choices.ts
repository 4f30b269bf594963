export const PRIMARIES = ['ema_cross', 'momentum', 'mean_reversion'] as const;
/** Name of a built-in primary strategy, which assigns a side to every bar. */
export type PrimaryName = (typeof PRIMARIES)[number];

/**
 * Price at which an exit is booked.
 *
 * - `barrier`: touched by highs and lows; booked at the barrier, or at the open of a bar that opens beyond it.
 * - `close`: touched by closes only; booked at that close (AFML's own rule).
 * - `worst`: touched as for `barrier`; a stop is booked at the worst price of its bar.
 */
export const FILL_RULES = ['barrier', 'close', 'worst'] as const;
export type FillRule = (typeof FILL_RULES)[number];

export const SAMPLINGS = ['cusum', 'change', 'every'] as const;
/** Rule that selects events from the bars that have a side. */
export type Sampling = (typeof SAMPLINGS)[number];
