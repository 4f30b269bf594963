import type { FeatureName } from '../domain/index.ts';
import { type Explanation, type MetaModel, stepsAt } from '../model/index.ts';
import type { SignalEntry } from '../ports/index.ts';

/** How a recorded confidence came about. */
export interface DecisionExplanation {
  /** The exact values the model was asked about, by name; null where none was asked, or the model that names them is not kept. */
  readonly features: Readonly<Record<FeatureName, number>> | null;
  readonly explanation: Explanation | null;
  /** Why there is no explanation, in a few words; null where there is one. */
  readonly explanationReason: string | null;
  /**
   * Venn–Abers pair, [0, 1]: what the calibrated confidence would be, had this very event been in the calibration and lost, or won.
   * Null where the confidence is not the model's, or its file does not tell.
   */
  readonly vennAbers: readonly [lost: number, won: number] | null;
}

/** What is recorded of a decision that is explained. */
type ExplainedEntry = Pick<SignalEntry, 'features' | 'modelVersion' | 'source' | 'confidence' | 'answer'>;

/**
 * Explains a recorded decision by the model that made it. No explanation is returned that does not add up to the answer.
 *
 * @param model - the model of the recorded version; null where none served, or it is not kept any more.
 */
export function explainDecision(entry: ExplainedEntry, model: MetaModel | null): DecisionExplanation {
  const { features, modelVersion, source, confidence } = entry;
  if (features === null) return none(null, `the confidence is ${standIn(entry)}: no model was asked`);
  const names = model?.featureNames ?? [];
  if (model === null || model.version !== modelVersion || names.length !== features.length)
    return none(null, `the model ${modelVersion} is not kept any more`);
  const named = Object.fromEntries(names.map((name, j) => [name, features[j]]));
  if (source !== 'model') return none(named, `the confidence is ${standIn(entry)}, not the word of the model`);
  const prediction = model.predict(features);
  if (prediction.confidence !== confidence)
    return none(named, `the model ${modelVersion} does not give the recorded confidence`);
  const explanation = model.explain(features);
  const explanationReason = explanation === null ? whyUnexplained(model) : null;
  return { features: named, explanation, explanationReason, vennAbers: pairOf(model, prediction.raw) };
}

function whyUnexplained({ isExplained, learnerName, version }: MetaModel): string {
  return isExplained
    ? `the file of ${version} does not hold what an explanation takes, or its predictor is too large for one`
    : `the learner ${learnerName} does not explain its predictions`;
}

function pairOf({ metadata }: MetaModel, raw: number): DecisionExplanation['vennAbers'] {
  return metadata.calibration === null ? null : stepsAt(metadata.calibration.vennAbers, raw);
}

/** What a confidence is that is not the model's. Answers of 0.1 have no base rate: theirs was always the default. */
function standIn({ source, confidence, answer }: ExplainedEntry): string {
  const { base_rate: baseRate } = JSON.parse(answer) as { readonly base_rate?: number | null };
  return source !== 'default' && baseRate === confidence ? 'the base rate' : 'the default';
}

function none(features: DecisionExplanation['features'], explanationReason: string): DecisionExplanation {
  return { features, explanation: null, explanationReason, vennAbers: null };
}
