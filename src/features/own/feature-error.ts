import { formatIsoNanos, Ml4tError } from '../../core/index.ts';
import type { BarSeries, FeatureName } from '../../domain/index.ts';

/** A feature of the caller that gave no usable value at a bar: not a finite number, outside its range, or an exception. */
export class FeatureError extends Ml4tError<'FEATURE_FAILED'> {
  /** What is wrong, without the bar: `my_feature is NaN, not a finite number`. */
  readonly reason: string;

  constructor(name: FeatureName, what: string, bars: BarSeries, row: number) {
    const reason = `${name} ${what}`;
    super('FEATURE_FAILED', `the feature ${reason}, at bar ${row} (${formatIsoNanos(bars.tsEvent[row])})`);
    this.reason = reason;
  }
}

/** Whether an error is a {@link FeatureError}, also one of another copy of this package, which a module of features may have loaded. */
export function isFeatureError(error: unknown): error is FeatureError {
  return error instanceof Error && 'code' in error && error.code === 'FEATURE_FAILED' && 'reason' in error;
}
