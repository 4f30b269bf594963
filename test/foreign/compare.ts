import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../../src/core/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';

/** One exported file, with what onnxruntime says of it. */
export interface ForeignCase {
  readonly name: string;
  readonly group: string;
  readonly n_features: number;
  /** Words of the reason for which it is refused; empty for a file that loads, `may` for one that may be either. */
  readonly refused: string;
  readonly tags: readonly string[];
  /** (n, n_features) float32 in base64; absent for a file that is refused. */
  readonly x?: string;
  /** (n,) float64 in base64. */
  readonly p?: string;
  /** (60,) float64 in base64: the library itself on the first rows. */
  readonly library?: string;
}

export interface Finding {
  readonly outcome: 'equal' | 'refused' | 'wrong';
  /** Largest difference from onnxruntime. */
  readonly worst: number;
  /** Largest difference of onnxruntime from the library; null where it was not asked. */
  readonly fromLibrary: number | null;
  readonly reason: string;
}

/** Largest difference from onnxruntime. */
export const TOLERANCE = 1e-6;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Names for columns of a file, which a caller would give. */
export function namesOf(n: number): string[] {
  return Array.from({ length: n }, (_, j) => `column_${j}`);
}

/** Compares one file. */
export function compareFile(directory: string, each: ForeignCase): Finding {
  const bytes = readFileSync(join(directory, `${each.name}.onnx`));
  let model: MetaModel;
  try {
    const featureNames = each.tags.includes('names') ? undefined : namesOf(each.n_features);
    model = readModel(bytes, { sha256, ...(featureNames && { featureNames }) });
  } catch (error) {
    return refusal(each, error);
  }
  if (each.x === undefined || each.p === undefined)
    return {
      outcome: 'wrong',
      worst: 0,
      fromLibrary: null,
      reason: `it loads, and was to be refused: ${each.refused}`,
    };
  const x = floats(each.x);
  const expected = doubles(each.p);
  const worst = worstDifference(model, x, expected);
  const fromLibrary = each.library === undefined ? null : difference(doubles(each.library), expected);
  return { outcome: worst <= TOLERANCE ? 'equal' : 'wrong', worst, fromLibrary, reason: '' };
}

function refusal({ refused }: ForeignCase, error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  const isSaid = error instanceof ModelError && error.code === 'MODEL_KIND' && refused !== '';
  const isRight = isSaid && (refused === 'may' || reason.includes(refused));
  return { outcome: isRight ? 'refused' : 'wrong', worst: 0, fromLibrary: null, reason };
}

/** Largest difference of the raw probability, or of whether there is one, over all rows. */
function worstDifference(model: MetaModel, x: Float32Array, expected: Float64Array): number {
  const n = model.featureNames.length;
  let worst = 0;
  for (let k = 0; k < expected.length; k++) {
    const row = x.subarray(k * n, (k + 1) * n);
    const ours = predicted(model, row);
    const isNone = Number.isNaN(ours) && (isOverflowing(row) || !(expected[k] >= 0 && expected[k] <= 1));
    const distance = isNone ? 0 : Math.abs(ours - expected[k]);
    if (!(distance <= worst)) worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  }
  return worst;
}

/** Whether products of the row's numbers exceed float32, of which a runtime then makes some number. */
function isOverflowing(row: Float32Array): boolean {
  return row.some((value) => Math.abs(value) > 1e18);
}

/** The raw probability; not a number where the model gives none. */
export function predicted(model: MetaModel, row: Float32Array): number {
  try {
    return model.predict(row).raw;
  } catch (error) {
    if (error instanceof ModelError && error.code === 'MODEL_LEARNER') return Number.NaN;
    throw error;
  }
}

function difference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);
}

export function floats(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

function doubles(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
