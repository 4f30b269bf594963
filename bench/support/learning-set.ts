import { Rng } from '../../src/core/index.ts';

/** Rows for a forest: features, labels with a planted signal, and weights like those of uniqueness. */
export interface LearningSet {
  readonly nRows: number;
  readonly nFeatures: number;
  /** (nRows, nFeatures), row-major. */
  readonly x: Float32Array;
  readonly y: Uint8Array;
  /** (nRows,) in (0, 1]. */
  readonly weight: Float64Array;
}

/** Makes a seeded set in which the first three features move the probability of label 1 between about 0.3 and 0.7. */
export function learningSet(nRows: number, nFeatures: number, seed: number): LearningSet {
  const rng = new Rng(seed);
  const x = new Float32Array(nRows * nFeatures);
  const y = new Uint8Array(nRows);
  const weight = new Float64Array(nRows);
  for (let k = 0; k < nRows; k++) {
    for (let j = 0; j < nFeatures; j++) x[k * nFeatures + j] = rng.nextGaussian();
    const [a, b, c] = x.subarray(k * nFeatures);
    const score = 0.35 * a + 0.25 * Math.tanh(2 * b) + (c > 0.5 ? 0.3 : -0.1);
    y[k] = rng.nextFloat() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    weight[k] = 0.2 + 0.8 * rng.nextFloat();
  }
  return { nRows, nFeatures, x, y, weight };
}

/** Copies a column to shared memory, which threads read without a copy. */
export function onSharedMemory<T extends Float32Array | Uint8Array>(column: T): T {
  const out = new (column.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(column.byteLength),
  );
  out.set(column);
  return out;
}
