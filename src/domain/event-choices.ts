export const PRIMARIES = ['ema_cross', 'momentum', 'mean_reversion'] as const;
/** Name of a built-in primary strategy, which assigns a side to every bar. */
export type PrimaryName = (typeof PRIMARIES)[number];

export const SAMPLINGS = ['cusum', 'change', 'every'] as const;
/** Rule that selects events from the bars that have a side. */
export type Sampling = (typeof SAMPLINGS)[number];
