import type { FeatureName } from '../domain/index.ts';
import type { Explanation, MetaModel } from '../model/index.ts';
import type { SignalEntry } from '../ports/index.ts';

/** How a recorded confidence came about. */
export interface DecisionExplanation {
  /** The exact values the model was asked about, by name; null where none was asked, or the model that names them is not kept. */
  readonly features: Readonly<Record<FeatureName, number>> | null;
  readonly explanation: Explanation | null;
  /** Why there is no explanation, in a few words; null where there is one. */
  readonly explanationReason: string | null;
}

/**
 * Explains a recorded decision by the model that made it. No explanation is returned that does not add up to the answer.
 *
 * @param model - the model of the recorded version; null where none served, or it is not kept any more.
 */
export function explainDecision(
  {
    features,
    modelVersion,
    source,
    confidence,
  }: Pick<SignalEntry, 'features' | 'modelVersion' | 'source' | 'confidence'>,
  model: MetaModel | null,
): DecisionExplanation {
  if (features === null) return none(null, 'the confidence is the default: no model was asked');
  const names = model?.featureNames ?? [];
  if (model === null || model.version !== modelVersion || names.length !== features.length)
    return none(null, `the model ${modelVersion} is not kept any more`);
  const named = Object.fromEntries(names.map((name, j) => [name, features[j]]));
  if (source !== 'model') return none(named, 'the confidence is the default, not the word of the model');
  if (model.predict(features).confidence !== confidence)
    return none(named, `the model ${modelVersion} does not give the recorded confidence`);
  const explanation = model.explain(features);
  if (explanation === null && !model.isExplained)
    return none(named, `the learner ${model.learnerName} does not explain its predictions`);
  if (explanation === null) return none(named, `the file of ${modelVersion} does not hold what an explanation takes`);
  return { features: named, explanation, explanationReason: null };
}

function none(features: DecisionExplanation['features'], explanationReason: string): DecisionExplanation {
  return { features, explanation: null, explanationReason };
}
