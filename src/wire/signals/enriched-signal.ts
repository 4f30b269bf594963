import { z } from 'zod';
import { type AnswerEdition, CONFIDENCE_SOURCES, type EnrichedSignalEvent } from '../../domain/index.ts';
import { probability, sequence } from '../reading/scalars.ts';
import { checkDecision, DECISION_RULE, decisionShape, decisionToWire } from './decision-fields.ts';
import {
  type AnsweredSignal,
  type AnswerFields,
  answeredSignalSchema,
  type SentAside,
  signalEventToWire,
} from './signal.ts';
import { sizeFactorsSchema, sizeFactorsToWire } from './size-factors.ts';

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
  bar_type: z
    .string()
    .nullable()
    .optional()
    .describe('of the bars it was judged by, null for none; absent in an answer from before series had one'),
  ...z.strictObject(decisionShape).partial().shape,
  size: z.number(),
  size_factors: sizeFactorsSchema,
});
const latency = z.int();
const wholeSchema = lastingSchema.extend({
  answer_hash: z.string().regex(/^[0-9a-f]{64}$/),
  seq: sequence.nullish().describe('number of its record; null where none is written (ml4t enrich), absent before 0.2'),
  latency_ns: latency,
  late: z.boolean(),
  duplicate: z.boolean(),
});
const DECISION_NOTE =
  'The decision, from strength to size_method, is there as a whole, null where unknown; only an answer that 0.1 recorded has none of it.';

export const enrichedSignalSchema = wholeSchema
  .check(checkDecision)
  .meta({ id: 'EnrichedSignal', description: `The answer to one signal. ${DECISION_NOTE}`, ...DECISION_RULE });
export type EnrichedSignal = z.output<typeof enrichedSignalSchema>;

export const shownAnswerSchema = wholeSchema
  .partial({ latency_ns: true, late: true, duplicate: true })
  .check(checkDecision)
  .meta({
    id: 'ShownAnswer',
    description: `An answer; one out of the journal has no latency_ns, late and duplicate. ${DECISION_NOTE}`,
    ...DECISION_RULE,
  });

/** The fields of a recorded answer. */
export const recordedShape = wholeSchema.omit({ latency_ns: true, late: true, duplicate: true }).shape;

export const recordedAnswerSchema = z
  .strictObject(recordedShape)
  .check(checkDecision)
  .meta({
    id: 'RecordedAnswer',
    description: `The lasting part of an answer, and its hash. ${DECISION_NOTE}`,
    ...DECISION_RULE,
  });

/** The lasting part of an answer. */
export type LastingAnswer = z.output<typeof lastingSchema>;
/** An enriched signal before anything is known of its way: the lasting part and the latency. */
export type JudgedSignal = LastingAnswer & { latency_ns: z.output<typeof latency> };

/**
 * An enriched signal as a JSON-ready record; write it with `stringifyLossless`.
 *
 * @param edition - whose fields it has; default: this one's. That of 0.1 has no decision.
 */
export function enrichedSignalToWire(enriched: EnrichedSignalEvent, edition: AnswerEdition = '0.2'): JudgedSignal {
  const { signalEvent } = enriched;
  const lasting = lastingToWire(signalEventToWire(signalEvent), signalEvent, enriched, edition);
  return { ...lasting, latency_ns: Math.round(enriched.latencyNs) };
}

/** The lasting part of an answer as a JSON-ready record. */
export function lastingToWire(
  event: AnsweredSignal,
  sent: SentAside,
  enriched: AnswerFields,
  edition: AnswerEdition,
): LastingAnswer {
  return {
    signal_id: event.signal_id,
    signal_event: event,
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
    ...(edition === '0.1' ? {} : decisionToWire(sent, event.last_bar_ts, enriched)),
    size: enriched.size,
    size_factors: sizeFactorsToWire(enriched.sizeFactors),
  };
}
