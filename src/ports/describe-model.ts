import type { ModelMetadata } from '../model/index.ts';
import type { ModelBirth, ModelManifest } from './model-registry.ts';

/** Facts of a model that its file does not have: where it came from, when it was added, UNIX milliseconds, and its trial number. */
export interface ModelAddition extends ModelBirth {
  readonly createdMs: number;
  readonly trial: number | null;
}

/**
 * Makes the manifest of a model, for whatever keeps models.
 *
 * @param metadata - of the model file; null where it is unknown, and then every figure of the manifest is unknown.
 */
export function describeModel(version: string, metadata: ModelMetadata | null, addition: ModelAddition): ModelManifest {
  const { verdict = 'unknown', nSamples = null, featureImportance: _, ...metrics } = metadata?.training ?? {};
  const { createdMs, parent, trial, origin } = addition;
  return Object.freeze({
    version,
    createdMs,
    parent,
    verdict,
    metrics: Object.freeze(metrics),
    dataFingerprint: metadata?.dataFingerprint ?? null,
    nSamples,
    lastBarTs: metadata?.lastBarTs ?? null,
    trial,
    origin,
    quarantined: null,
  });
}
