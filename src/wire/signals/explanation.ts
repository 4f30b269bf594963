import { z } from 'zod';
import { probability } from '../reading/scalars.ts';

const byFeature = z.record(z.string(), z.number());

/** What contributions before calibration add up to. */
const RAW_UNITS = ['probability', 'log_odds'] as const;

const explanationSchema = z.strictObject({
  base: probability.describe('the confidence when no feature is known'),
  contributions: byFeature
    .nullable()
    .describe('Shapley values: with the base they add up to meta_confidence; null where the features are too many'),
  contributions_reason: z.string().nullable().describe('why there are no contributions to meta_confidence'),
  raw_base: z.number().describe('raw_confidence, or its log-odds, when no feature is known'),
  raw_contributions: byFeature.describe(
    'exact at any number of features: with raw_base they add up to raw_confidence, or to its log-odds',
  ),
  raw_unit: z
    .enum(RAW_UNITS)
    .describe(
      'unit of raw_base and raw_contributions: log_odds of boosted trees with too many features for probabilities',
    ),
});

/** Fields of what is explained of one decision. */
export const explainedFields = {
  features: byFeature.nullable().describe('what the model was asked about; null where none was, or it is not kept'),
  explanation: explanationSchema.nullable(),
  explanation_reason: z.string().nullable().describe('why there is no explanation'),
  venn_abers: z
    .tuple([probability, probability])
    .readonly()
    .nullable()
    .describe('the calibrated confidence, had this event lost or won; null where the model does not tell'),
};
const explainedSchema = z.strictObject(explainedFields);
export type WireExplained = z.output<typeof explainedSchema>;

/** What is explained of one decision; a feature keeps its name. */
export interface Explained {
  readonly features: Readonly<Record<string, number>> | null;
  readonly explanation: {
    readonly base: number;
    readonly contributions: Readonly<Record<string, number>> | null;
    readonly contributionsReason: string | null;
    readonly rawBase: number;
    readonly rawContributions: Readonly<Record<string, number>>;
    readonly rawUnit: (typeof RAW_UNITS)[number];
  } | null;
  readonly explanationReason: string | null;
  readonly vennAbers: readonly [lost: number, won: number] | null;
}

/** The fields of {@link Explained} as they are written. */
export function explainedToWire({ features, explanation, explanationReason, vennAbers }: Explained): WireExplained {
  return {
    features,
    explanation: explanation === null ? null : explanationToWire(explanation),
    explanation_reason: explanationReason,
    venn_abers: vennAbers,
  };
}

function explanationToWire(told: NonNullable<Explained['explanation']>): NonNullable<WireExplained['explanation']> {
  return {
    base: told.base,
    contributions: told.contributions,
    contributions_reason: told.contributionsReason,
    raw_base: told.rawBase,
    raw_contributions: told.rawContributions,
    raw_unit: told.rawUnit,
  };
}
