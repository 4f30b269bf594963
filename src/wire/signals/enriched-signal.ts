import { z } from 'zod';
import { snakeName } from '../../config/index.ts';
import { CONFIDENCE_SOURCES, type EnrichedSignalEvent, type SizeFactors } from '../../domain/index.ts';
import { probability } from '../reading/scalars.ts';
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
  size: z.number(),
  size_factors: z.union([integratedFactors, z.record(z.string(), z.number())]),
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
