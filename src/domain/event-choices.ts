export const PRIMARIES = ['ema_cross', 'momentum', 'mean_reversion'] as const;
/** The built-in primary strategies: each gives a side for every bar. */
export type PrimaryName = (typeof PRIMARIES)[number];

export const SAMPLINGS = ['cusum', 'change', 'every'] as const;
/** Which of the bars that have a side become events. */
export type Sampling = (typeof SAMPLINGS)[number];
