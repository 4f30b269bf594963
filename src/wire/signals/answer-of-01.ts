import { stringifyLossless } from '../../core/index.ts';
import type { EnrichedSignalEvent } from '../../domain/index.ts';
import { enrichedSignalToWire } from './enriched-signal.ts';

/** The lasting part of an answer as 0.1 recorded it: its fields, in its order, without a decision. */
export function lastingAnswerOf01(enriched: EnrichedSignalEvent): string {
  const answer = enrichedSignalToWire(enriched);
  return stringifyLossless({
    signal_id: answer.signal_id,
    signal_event: answer.signal_event,
    meta_confidence: answer.meta_confidence,
    regime_weight: answer.regime_weight,
    toxicity: answer.toxicity,
    toxicity_available: answer.toxicity_available,
    toxicity_percentile: answer.toxicity_percentile,
    raw_confidence: answer.raw_confidence,
    model_available: answer.model_available,
    model_version: answer.model_version,
    source: answer.source,
    reason: answer.reason,
    size: answer.size,
    size_factors: answer.size_factors,
  });
}
