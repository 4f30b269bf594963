import { stringifyLossless } from '../../src/core/index.ts';
import type { EnrichedSignal } from '../../src/wire/index.ts';
import { sha256 } from './answer-hash.ts';

const T0 = 1_700_000_000_000_000_000n;

/** The lasting part of an answer, as a journal records it. */
export function sampleLasting(id: string, confidence = 0.5): string {
  const lasting: Omit<EnrichedSignal, 'answer_hash' | 'seq' | 'latency_ns' | 'late' | 'duplicate'> = {
    signal_id: id,
    signal_event: {
      signal_id: id,
      instrument_id: 'SIM',
      signal: 1,
      timestamp: T0,
      last_bar_ts: T0,
      n_bars: 100,
    },
    meta_confidence: confidence,
    regime_weight: 1,
    toxicity: 0,
    toxicity_available: true,
    toxicity_percentile: null,
    raw_confidence: null,
    model_available: false,
    model_version: null,
    source: 'default',
    reason: 'no model serves',
    strength: 1,
    last_bar_ts: T0,
    meta_output: { confidence, regime_weight: 1, toxicity: 0 },
    base_rate: null,
    break_even: null,
    expected_r: null,
    expected_return_bps: null,
    cost_bps: 1,
    take: null,
    take_reason: 'no_model',
    risk_distance: null,
    confidence_low: null,
    confidence_high: null,
    size_method: 'integrated',
    size: 0,
    size_factors: {
      direction: 1,
      magnitude: 1,
      bet: confidence,
      regime_weight: 1,
      non_toxicity: 1,
      fractional_kelly: 0,
    },
  };
  return stringifyLossless(lasting);
}

/** A whole answer, with its hash. */
export function sampleAnswer(id: string, confidence = 0.5, seq = 1): string {
  const lasting = sampleLasting(id, confidence);
  return `${lasting.slice(0, -1)},"answer_hash":"${sha256(lasting)}","seq":${seq},"latency_ns":1,"late":false,"duplicate":false}`;
}
