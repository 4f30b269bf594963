import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { toSnakeCase } from '../config/index.ts';
import { DataError, ModelError, parseLossless, stringifyLossless } from '../core/index.ts';
import type { ModelClaims, ModelMetadata } from '../model/index.ts';
import { readMetadata } from '../model/onnx/index.ts';
import { describeModel, MODEL_ORIGINS, type ModelBirth, type ModelManifest } from '../ports/index.ts';
import { readSmallText, sha256 } from '../runtime/index.ts';
import { claimsFrom, claimsOf01, claimsSchema } from './manifest-claims.ts';

/** Origin of a model without a manifest, such as a file that was copied into the directory. */
const UNKNOWN_BIRTH: ModelBirth = { origin: 'imported', parent: null };

/** All but the claims, which manifests of 0.1 do not have. */
const manifestSchema = z.strictObject({
  ...claimsSchema.partial().shape,
  verdict: z.string(),
  version: z.string(),
  created_ms: z.number(),
  parent: z.string().nullable(),
  metrics: z.record(z.string(), z.number().nullable()),
  data_fingerprint: z.string().nullable(),
  n_samples: z.number().nullable(),
  last_bar_ts: z.union([z.string(), z.number()]).nullable(),
  trial: z.number().nullable(),
  origin: z.enum(MODEL_ORIGINS),
  quarantined: z.strictObject({ reason: z.string(), at_ms: z.number() }).nullable(),
});

/** Makes the manifest of a model file that has none. Its time is that of the file. */
export async function deriveManifest(version: string, modelPath: string, bytes: Uint8Array): Promise<ModelManifest> {
  const { mtimeMs } = await stat(modelPath);
  return describeModel(version, metadataOf(bytes), { ...UNKNOWN_BIRTH, createdMs: Math.round(mtimeMs), trial: null });
}

/** Bytes of a manifest file: one JSON object with snake_case keys. */
export function manifestBytes(manifest: ModelManifest): Uint8Array {
  const { metrics, ...rest } = manifest;
  const record = { ...(toSnakeCase(rest) as object), metrics: toSnakeCase(metrics) };
  return new TextEncoder().encode(`${stringifyLossless(record, 2)}\n`);
}

/** @returns null for a manifest that is missing or damaged, which the caller then derives from the model. */
export async function readManifest(version: string, path: string): Promise<ModelManifest | null> {
  const text = await readSmallText(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
  });
  return text === null ? null : parseManifest(version, text);
}

function parseManifest(version: string, text: string): ModelManifest | null {
  const json = jsonOf(text);
  const record = manifestSchema.safeParse(json).data;
  if (record === undefined || record.version !== version) return null;
  const isOf01 = record.verdict_format === undefined;
  const claims = isOf01 ? claimsOf01(record.verdict) : claimsIn(json);
  if (claims === null) return null;
  const { parent, trial, origin, quarantined, last_bar_ts: lastBarTs } = record;
  const metrics = Object.entries(record.metrics).map(([name, value]) => [camelOf(name), value]);
  return Object.freeze({
    version,
    parent,
    ...claims,
    trial,
    origin,
    createdMs: record.created_ms,
    metrics: Object.freeze(Object.fromEntries(metrics)),
    dataFingerprint: record.data_fingerprint,
    nSamples: record.n_samples,
    lastBarTs: lastBarTs === null ? null : BigInt(lastBarTs),
    quarantined: quarantined === null ? null : { reason: quarantined.reason, atMs: quarantined.at_ms },
  });
}

function claimsIn(json: unknown): ModelClaims | null {
  const record = claimsSchema.safeParse(json).data;
  return record === undefined ? null : claimsFrom(record);
}

function jsonOf(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return null; // damaged
  }
}

function camelOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Metadata of a model file; null for bytes that are no model. */
export function metadataOf(bytes: Uint8Array): ModelMetadata | null {
  try {
    return readMetadata(bytes, { sha256 });
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
