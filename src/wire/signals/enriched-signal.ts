import { z } from 'zod';
import { snakeName } from '../../config/index.ts';
import {
  CONFIDENCE_SOURCES,
  type EnrichedSignalEvent,
  SIZING_METHODS,
  type SizeFactors,
  TAKE_REASONS,
} from '../../domain/index.ts';
import { int64, probability } from '../reading/scalars.ts';
import { answeredSignalSchema, signalEventToWire } from './signal.ts';

/** Factors of the built-in sizer; another has its own. */
const integratedFactors = z.strictObject({
  direction: z.number(),
  magnitude: z.number(),
  confidence: z.number(),
  regime_weight: z.number(),
  non_toxicity: z.number(),
  fractional_kelly: z.number(),
});

/** Factors of a decided size. */
const decisionFactors = z.strictObject({
  direction: z.number(),
  magnitude: z.number(),
  bet: z.number(),
  regime_weight: z.number(),
  non_toxicity: z.number(),
  fractional_kelly: z.number(),
});

/** The decision; absent in answers that 0.1 recorded, else always there, null where unknown. */
const decisionShape = {
  strength: z.number().describe('(0, 1], as it came; 1 where it did not'),
  last_bar_ts: int64.nullable().describe('of the last bar it was judged by; null without any'),
  meta_output: z
    .strictObject({ confidence: z.number(), regime_weight: z.number(), toxicity: z.number() })
    .describe('what a risk stage sizes with'),
  base_rate: z.number().nullable().describe('share of the training labels that won'),
  break_even: z.number().nullable().describe('confidence above which the trade pays; it may leave [0, 1]'),
  expected_r: z.number().nullable().describe('expected return over the coin after costs, in R'),
  expected_return_bps: z.number().nullable(),
  cost_bps: z.number().nullable().describe('round trip of this event'),
  take: z.boolean().nullable().describe('null where no model serves'),
  take_reason: z.enum(TAKE_REASONS),
  risk_distance: z.number().nullable().describe('R as a distance of prices; null where there is no stop'),
  confidence_low: z.number().nullable().describe('ends of the 90 % interval of the confidence'),
  confidence_high: z.number().nullable(),
  size_method: z.enum([...SIZING_METHODS, 'own']),
};

/** What is a function of event, model and settings alone; the hash of an answer is of this. */
const lastingSchema = z.strictObject({
  signal_id: z.string(),
  signal_event: answeredSignalSchema,
  meta_confidence: probability,
  regime_weight: probability,
  toxicity: probability,
  toxicity_available: z.boolean(),
  toxicity_percentile: z.number().nullable(),
  raw_confidence: z.number().nullable(),
  model_available: z.boolean(),
  model_version: z.string().nullable(),
  source: z.enum(CONFIDENCE_SOURCES),
  reason: z.string().nullable(),
  ...z.strictObject(decisionShape).partial().shape,
  size: z.number(),
  size_factors: z.union([decisionFactors, integratedFactors, z.record(z.string(), z.number())]),
});
const INTEGRATED = ['direction', 'magnitude', 'confidence', 'regimeWeight', 'nonToxicity', 'fractionalKelly'] as const;
const latency = z.int();

export const enrichedSignalSchema = lastingSchema
  .extend({
    answer_hash: z.string().regex(/^[0-9a-f]{64}$/),
    latency_ns: latency,
    late: z.boolean(),
    duplicate: z.boolean(),
  })
  .meta({ id: 'EnrichedSignal', description: 'The answer to one signal.' });
export type EnrichedSignal = z.output<typeof enrichedSignalSchema>;

export const recordedAnswerSchema = enrichedSignalSchema
  .omit({ latency_ns: true, late: true, duplicate: true })
  .meta({ id: 'RecordedAnswer', description: 'The lasting part of an answer, and its hash.' });

/** An enriched signal before anything is known of its way: the lasting part and the latency. */
export type JudgedSignal = z.output<typeof lastingSchema> & { latency_ns: z.output<typeof latency> };

/** An enriched signal as a JSON-ready record; write it with `stringifyLossless`. */
export function enrichedSignalToWire(enriched: EnrichedSignalEvent, includeBars = false): JudgedSignal {
  return {
    signal_id: enriched.signalId,
    signal_event: signalEventToWire(enriched.signalEvent, includeBars),
    meta_confidence: enriched.metaConfidence,
    regime_weight: enriched.regimeWeight,
    toxicity: enriched.toxicity,
    toxicity_available: enriched.toxicityAvailable,
    toxicity_percentile: enriched.toxicityPercentile,
    raw_confidence: enriched.rawConfidence,
    model_available: enriched.modelAvailable,
    model_version: enriched.modelVersion,
    source: enriched.source,
    reason: enriched.reason,
    strength: enriched.signalEvent.strength,
    last_bar_ts: enriched.signalEvent.bars.tsEvent[enriched.signalEvent.bars.length - 1],
    meta_output: enriched.toMetaOutput(),
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
    size: enriched.size,
    size_factors: sizeFactorsToWire(enriched.sizeFactors),
    latency_ns: Math.round(enriched.latencyNs),
  };
}

function sizeFactorsToWire(factors: EnrichedSignalEvent['sizeFactors']): JudgedSignal['size_factors'] {
  if (!isIntegrated(factors)) {
    return Object.fromEntries(Object.entries(factors).map(([name, value]) => [snakeName(name), value]));
  }
  return {
    direction: factors.direction,
    magnitude: factors.magnitude,
    confidence: factors.confidence,
    regime_weight: factors.regimeWeight,
    non_toxicity: factors.nonToxicity,
    fractional_kelly: factors.fractionalKelly,
  };
}

function isIntegrated(factors: EnrichedSignalEvent['sizeFactors']): factors is SizeFactors {
  return INTEGRATED.every((name) => name in factors) && Object.keys(factors).length === INTEGRATED.length;
}

/** The factors of an answer; those of a caller's own sizer keep their names of the wire. */
export function sizeFactorsFromWire(factors: JudgedSignal['size_factors']): EnrichedSignalEvent['sizeFactors'] {
  if (!('fractional_kelly' in factors && 'non_toxicity' in factors && 'regime_weight' in factors)) return factors;
  const {
    regime_weight: regimeWeight,
    non_toxicity: nonToxicity,
    fractional_kelly: fractionalKelly,
    ...rest
  } = factors;
  return { ...rest, regimeWeight, nonToxicity, fractionalKelly };
}
