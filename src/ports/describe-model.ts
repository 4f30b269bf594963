import { claimsOfVerdict, type ModelClaims, type ModelMetadata } from '../model/index.ts';
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
  const { createdMs, parent, trial, origin } = addition;
  return Object.freeze({
    version,
    createdMs,
    parent,
    ...claimsIn(metadata),
    metrics: Object.freeze(metricsIn(metadata)),
    dataFingerprint: metadata?.dataFingerprint ?? null,
    nSamples: metadata?.training.nSamples ?? null,
    lastBarTs: metadata?.lastBarTs ?? null,
    trial,
    origin,
    quarantined: null,
  });
}

function claimsIn(metadata: ModelMetadata | null): ModelClaims {
  if (metadata === null) return claimsOfVerdict('unknown', 'unknown');
  const { training } = metadata;
  return {
    verdict: training.verdict,
    verdictFormat: training.verdictFormat,
    tests: training.tests,
    paysUpToBps: training.paysUpToBps,
    wouldPayUpToBps: training.wouldPayUpToBps,
    primaryPaysUpToBps: training.primaryPaysUpToBps,
    primaryPays: training.primaryPays,
    timingPValue: training.timingPValue,
    cost: training.cost,
    coinBiasBps: training.coinBiasBps,
    nEffective: training.nEffective,
    detectableSkill: training.detectableSkill,
  };
}

function metricsIn(metadata: ModelMetadata | null): Record<string, number | null> {
  if (metadata === null) return {};
  const { training } = metadata;
  return {
    accuracy: training.accuracy,
    auc: training.auc,
    baseRate: training.baseRate,
    majorityAccuracy: training.majorityAccuracy,
    balancedAccuracy: training.balancedAccuracy,
    logLoss: training.logLoss,
    logLossSkill: training.logLossSkill,
    brier: training.brier,
    ece: training.ece,
    nFolds: training.nFolds,
  };
}
