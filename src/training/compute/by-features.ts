import type { FeatureName } from '../../domain/index.ts';
import type { FeatureProfile } from '../../model/index.ts';
import type { FeatureBounds } from '../dataset/feature-bounds.ts';
import type { ComputePool } from './compute-pool.ts';

/**
 * The bounds of every feature, found on the threads of a pool.
 *
 * @param x - (nRows, nFeatures) row-major, on shared memory, which threads read without a copy.
 * @returns (nFeatures,) the same on any number of threads.
 */
export async function pooledBounds(pool: ComputePool, nFeatures: number, x: Float32Array): Promise<FeatureBounds[]> {
  const pieces = piecesOf(pool, nFeatures).map(([first, end]) => pool.run('bounds', nFeatures, x, first, end));
  return (await Promise.all(pieces)).flat();
}

/** The profiles of every feature by its name, as {@link pooledBounds}. */
export async function pooledProfiles(
  pool: ComputePool,
  names: readonly FeatureName[],
  x: Float32Array,
): Promise<Record<string, FeatureProfile>> {
  const pieces = piecesOf(pool, names.length).map(([first, end]) => pool.run('profiles', names, x, first, end));
  return Object.assign({}, ...(await Promise.all(pieces)));
}

/** The features in as many pieces as the pool has threads. */
export function piecesOf({ size }: ComputePool, nFeatures: number): (readonly [first: number, end: number])[] {
  const bound = (p: number): number => Math.floor((p * nFeatures) / size);
  return Array.from({ length: size }, (_, p) => [bound(p), bound(p + 1)]);
}
