import { z } from 'zod';
import { SIZING_METHODS, TAKE_REASONS } from '../../domain/index.ts';
import { readAs } from '../reading/read-as.ts';
import { int64, probability, readQuantity } from '../reading/scalars.ts';
import type { AnswerFields, SentAside } from './signal.ts';

/** A number that may be large enough to be read as its digits: a price, or what is far out of its usual range. */
const figure = readAs(z.number(), readQuantity);

/** The fields of the decision, in the order in which they are written. */
export const decisionShape = {
  strength: z.number().gt(0).max(1).describe('as it came; 1 where none came'),
  last_bar_ts: int64.nullable().describe('of the last bar it was judged by; null without any'),
  meta_output: z
    .strictObject({ confidence: probability, regime_weight: probability, toxicity: probability })
    .describe('what a risk stage sizes with'),
  base_rate: probability.nullable().describe('share of the training labels that won'),
  break_even: figure.nullable().describe('confidence above which the trade pays; it may leave [0, 1]'),
  expected_r: figure.nullable().describe('expected return over the coin after costs, in R'),
  expected_return_bps: figure.nullable().describe('the same in basis points of the price'),
  cost_bps: figure.nullable().describe('of a round trip of this event'),
  take: z.boolean().nullable().describe('null where no model serves'),
  take_reason: z.enum(TAKE_REASONS),
  risk_distance: figure
    .nullable()
    .describe('R as a distance of prices, > 0, up to a tick less than the stop; null: no stop'),
  confidence_low: probability.nullable().describe('of the 90 % interval of the confidence; no coverage is promised'),
  confidence_high: probability.nullable(),
  size_method: z.enum([...SIZING_METHODS, 'own']).describe('what gave the size; own: a sizer of the caller'),
};
export type DecisionFields = z.output<z.ZodObject<typeof decisionShape>>;

const NAMES = Object.keys(decisionShape) as readonly (keyof DecisionFields)[];
const [ANCHOR] = NAMES;

/** The rule of {@link checkDecision}, for a JSON Schema: the first field needs all others, and each of those needs the first. */
export const DECISION_RULE = {
  dependentRequired: Object.fromEntries(
    NAMES.map((name) => [name, name === ANCHOR ? NAMES.filter((other) => other !== ANCHOR) : [ANCHOR]]),
  ),
};

type MaybeDecision = { readonly [Name in keyof DecisionFields]?: unknown };

/** An answer has every field of the decision, null where it is not known; one that 0.1 recorded has none of them. */
export function checkDecision({ value, issues }: z.core.ParsePayload<MaybeDecision>): void {
  const missing = NAMES.filter((name) => value[name] === undefined);
  if (missing.length === 0 || missing.length === NAMES.length) return;
  const message = 'given, as other fields of the decision are';
  issues.push({ code: 'custom', message, path: [missing[0]], input: value });
}

/** The decision of an answer with the series it was made by, as it is written. */
export function decisionToWire(
  { strength, barType }: SentAside,
  lastBarTs: bigint | null,
  enriched: AnswerFields,
): DecisionFields & { readonly bar_type: string | null } {
  return {
    strength,
    bar_type: barType,
    last_bar_ts: lastBarTs,
    meta_output: {
      confidence: enriched.metaConfidence,
      regime_weight: enriched.regimeWeight,
      toxicity: enriched.toxicity,
    },
    base_rate: enriched.baseRate,
    break_even: enriched.breakEven,
    expected_r: enriched.expectedR,
    expected_return_bps: enriched.expectedReturnBps,
    cost_bps: enriched.costBps,
    take: enriched.take,
    take_reason: enriched.takeReason,
    risk_distance: enriched.riskDistance,
    confidence_low: enriched.confidenceLow,
    confidence_high: enriched.confidenceHigh,
    size_method: enriched.sizeMethod,
  };
}
