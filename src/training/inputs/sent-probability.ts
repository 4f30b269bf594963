import type { OrchestratorConfig } from '../../config/index.ts';
import { type FeatureName, type Own, SIGNAL_PROBABILITY } from '../../domain/index.ts';
import { isForest, type Learner, PROBABILITY } from '../../model/index.ts';
import type { OwnParts } from '../own-parts.ts';

/**
 * The learner of a schema. Where the probability that came with the signals is the only feature, it is the prediction already: it is
 * calibrated and judged as it was sent, and no trees are grown over it.
 *
 * @param learner - that of the settings, or the caller's own, which is kept.
 */
export function learnerOfSchema(learner: Own<Learner>, featureNames: readonly FeatureName[]): Own<Learner> {
  const isSentAlone = featureNames.length === 1 && featureNames[0] === SIGNAL_PROBABILITY;
  return isSentAlone && isForest(learner) ? PROBABILITY : learner;
}

/** The settings of a training that calibrates the probability that came with the signals, whatever a model is trained on else. */
export function probabilitySettings(config: OrchestratorConfig): OrchestratorConfig {
  const ofNothingElse = { featureNames: [], columns: [SIGNAL_PROBABILITY], directional: [] };
  return { ...config, ...ofNothingElse, learner: { kind: 'forest', module: null } };
}

/** What such a training takes of the definitions of the caller: the rule of the labels alone. */
export function probabilityParts({ labeler }: OwnParts = {}): OwnParts {
  return labeler === undefined ? {} : { labeler };
}
