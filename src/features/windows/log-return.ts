import type { BarSeries } from '../../domain/index.ts';
import { logRatio } from '../../math/index.ts';

/** ln(c_i / c_(i-1)). */
export function logReturnOf({ close }: BarSeries, i: number): number {
  return logRatio(close[i], close[i - 1]);
}
