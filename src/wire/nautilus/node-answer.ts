import { parseLossless } from '../../core/index.ts';
import type { NautilusFields } from '../../domain/index.ts';
import type { LosslesslyParsed } from '../message-json.ts';
import type { EnrichedSignal } from '../signals/enriched-signal.ts';
import type { AnsweredSignal } from '../signals/signal.ts';

/** Stands for what is not there, because a custom data class has no optional fields. */
const ABSENT = -1;
/** Stands for the absent of which -1 would be a value: times, returns, prices. */
const NOTHING = 0;

/** What a class of a node calls its own: no field of it is ever null. */
export type Filled<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

/** The fields of `EnrichedSignal` as 0.1 had them, all of them and no others, but for the times. */
export type ClassicAnswer = Pick<AnsweredSignal, 'instrument_id' | 'signal'> &
  Filled<
    Pick<
      EnrichedSignal,
      | 'signal_id'
      | 'meta_confidence'
      | 'raw_confidence'
      | 'regime_weight'
      | 'toxicity'
      | 'toxicity_available'
      | 'size'
      | 'source'
      | 'reason'
      | 'model_version'
      | 'model_available'
      | 'answer_hash'
      | 'late'
    >
  >;

/** What the class with the decision has after those. */
export type DecisionOfNode = Filled<
  Pick<
    EnrichedSignal,
    | 'strength'
    | 'base_rate'
    | 'break_even'
    | 'expected_r'
    | 'expected_return_bps'
    | 'cost_bps'
    | 'take'
    | 'risk_distance'
    | 'confidence_low'
    | 'confidence_high'
  >
> & {
  /** Of the bars it was judged by; empty where they have none. */
  readonly bar_type: string;
  readonly last_bar_ts: bigint;
  /** Whether break-even and expected return are known. */
  readonly decision_available: boolean;
  /** Empty in an answer that 0.1 recorded, as `size_method`. */
  readonly take_reason: string;
  readonly size_method: string;
  readonly size_direction: number;
  readonly size_magnitude: number;
  readonly size_bet: number;
  readonly size_regime_weight: number;
  readonly size_non_toxicity: number;
  readonly size_fractional_kelly: number;
};

/** The fields of `EnrichedSignal` with the decision, but for the times. */
export type FullAnswer = ClassicAnswer & DecisionOfNode;

/** An answer as a class of a node has it, and the time of its signal, UNIX nanoseconds. */
export interface NodeAnswer {
  readonly fields: ClassicAnswer | FullAnswer;
  readonly ts: bigint;
}

/** How Python calls what each field of the class with the decision holds; in the order of docs/nautilus.md. */
export const FULL_ANSWER_TYPES: Readonly<Record<keyof FullAnswer, 'str' | 'int' | 'float' | 'bool'>> = {
  instrument_id: 'str',
  signal_id: 'str',
  signal: 'int',
  meta_confidence: 'float',
  raw_confidence: 'float',
  regime_weight: 'float',
  toxicity: 'float',
  toxicity_available: 'bool',
  size: 'float',
  source: 'str',
  reason: 'str',
  model_version: 'str',
  model_available: 'bool',
  answer_hash: 'str',
  late: 'bool',
  strength: 'float',
  bar_type: 'str',
  last_bar_ts: 'int',
  base_rate: 'float',
  decision_available: 'bool',
  break_even: 'float',
  expected_r: 'float',
  expected_return_bps: 'float',
  cost_bps: 'float',
  take: 'bool',
  take_reason: 'str',
  risk_distance: 'float',
  confidence_low: 'float',
  confidence_high: 'float',
  size_method: 'str',
  size_direction: 'float',
  size_magnitude: 'float',
  size_bet: 'float',
  size_regime_weight: 'float',
  size_non_toxicity: 'float',
  size_fractional_kelly: 'float',
};

type Said = LosslesslyParsed<EnrichedSignal>;

/**
 * Reads a whole answer as the class of a node has it, field by field in the order of docs/nautilus.md.
 *
 * @param which - the class: that of 0.1, or the one with the decision.
 */
export function nodeAnswer(answer: string, which: NautilusFields): NodeAnswer {
  if (which === 'full') return fullNodeAnswer(answer);
  const said = parseLossless(answer) as Said;
  return { fields: classicOf(said), ts: BigInt(said.signal_event.timestamp) };
}

/** The same as the class with the decision has it. */
export function fullNodeAnswer(answer: string): NodeAnswer & { readonly fields: FullAnswer } {
  const said = parseLossless(answer) as Said;
  return { fields: { ...classicOf(said), ...decisionOf(said) }, ts: BigInt(said.signal_event.timestamp) };
}

function classicOf(said: Said): ClassicAnswer {
  const { signal_event: event } = said;
  return {
    instrument_id: event.instrument_id,
    signal_id: said.signal_id,
    signal: event.signal,
    meta_confidence: real(said.meta_confidence),
    raw_confidence: real(said.raw_confidence ?? ABSENT),
    regime_weight: real(said.regime_weight),
    toxicity: real(said.toxicity),
    toxicity_available: said.toxicity_available,
    size: real(said.size),
    source: said.source,
    reason: said.reason ?? '',
    model_version: said.model_version ?? '',
    model_available: said.model_available,
    answer_hash: said.answer_hash,
    late: said.late,
  };
}

function decisionOf(said: Said): DecisionOfNode {
  const { break_even: breakEven = null, expected_r: expectedR = null, size_factors: factors } = said;
  const { last_bar_ts: lastBarTs = said.signal_event.last_bar_ts } = said; // 0.1 had it there only
  return {
    strength: real(said.strength ?? 1),
    bar_type: said.bar_type ?? '',
    last_bar_ts: BigInt(lastBarTs ?? NOTHING),
    base_rate: real(said.base_rate ?? ABSENT),
    decision_available: breakEven !== null && expectedR !== null,
    break_even: real(breakEven ?? NOTHING),
    expected_r: real(expectedR ?? NOTHING),
    expected_return_bps: real(said.expected_return_bps ?? NOTHING),
    cost_bps: real(said.cost_bps ?? ABSENT),
    take: said.take ?? false,
    take_reason: said.take_reason ?? '',
    risk_distance: real(said.risk_distance ?? NOTHING),
    confidence_low: real(said.confidence_low ?? ABSENT),
    confidence_high: real(said.confidence_high ?? ABSENT),
    size_method: said.size_method ?? '',
    size_direction: factorOf(factors, 'direction'),
    size_magnitude: factorOf(factors, 'magnitude'),
    size_bet: 'bet' in factors ? factorOf(factors, 'bet') : factorOf(factors, 'confidence'),
    size_regime_weight: factorOf(factors, 'regime_weight'),
    size_non_toxicity: factorOf(factors, 'non_toxicity'),
    size_fractional_kelly: factorOf(factors, 'fractional_kelly'),
  };
}

/** A factor of a size; 0 where a sizer of the caller has none of that name, so that no product looks like a bet. */
function factorOf(factors: Said['size_factors'], name: string): number {
  return real((factors as Readonly<Record<string, number>>)[name] ?? NOTHING);
}

/** A number that may have been read as its digits. */
function real(value: number | string): number {
  return Number(value);
}
