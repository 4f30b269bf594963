export const TRADE_CLASSIFIERS = ['auto', 'aggressor', 'bvc', 'tick_rule', 'close_location'] as const;
/** How a bar's volume is split into buys and sells; `auto` is `aggressor` where the bars carry it, else `bvc`. */
export type TradeClassifier = (typeof TRADE_CLASSIFIERS)[number];

/** How order-flow toxicity (VPIN) is measured. */
export interface VpinOptions {
  /** Buckets a window's volume is cut into when `bucketVolume` is null; [1, 10000]. */
  readonly nBuckets: number;
  /** Fixed volume of a bucket, > 0, or null for window volume / `nBuckets`. */
  readonly bucketVolume: number | null;
  /** Rule that splits a bar's volume. */
  readonly classifier: TradeClassifier;
}

/** `auto` as what it comes to for bars with or without the volume bought by aggressors; the rest unchanged. */
export function settleVpin(options: VpinOptions, hasTakerVolume: boolean): VpinOptions {
  if (options.classifier !== 'auto') return options;
  return { ...options, classifier: hasTakerVolume ? 'aggressor' : 'bvc' };
}

export const DEFAULT_VPIN_OPTIONS: VpinOptions = { nBuckets: 50, bucketVolume: null, classifier: 'auto' };
