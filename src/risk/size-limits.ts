import { ConditionError } from '../core/index.ts';
import type { SizingOptions } from '../domain/index.ts';

/** Limits of |size|. */
export type SizeLimits = Pick<SizingOptions, 'minSize' | 'maxSize'>;

/** @throws {ConditionError} unless 0 <= minSize <= maxSize. */
export function checkSizeLimits({ minSize, maxSize }: SizeLimits): void {
  if (minSize >= 0 && minSize <= maxSize) return;
  throw new ConditionError('minSize', `in [0, maxSize = ${maxSize}]`, minSize);
}

/** The size within ±`maxSize`; 0 where it is smaller than `minSize`. */
export function limitSize(size: number, { minSize, maxSize }: SizeLimits): number {
  return Math.abs(size) < minSize ? 0 : Math.max(-maxSize, Math.min(maxSize, size));
}
