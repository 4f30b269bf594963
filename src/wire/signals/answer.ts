import { parseLossless, stringifyLossless } from '../../core/index.ts';
import type {
  AnswerEdition,
  BarSeries,
  EnrichedSignalEvent,
  EnrichedSignalFields,
  Side,
  SizingMethod,
  TakeReason,
} from '../../domain/index.ts';
import { barsToWire } from '../bars.ts';
import { checkBy } from '../reading/check-by.ts';
import { enrichedSignalSchema, lastingToWire } from './enriched-signal.ts';
import { signalEventToWire } from './signal.ts';
import { sizeFactorsFromWire } from './size-factors.ts';

/** What an answer says besides what it is: how it came about this time. */
export interface AnswerCircumstances {
  /** SHA-256 of the lasting part, 64 hexadecimal characters. */
  readonly answerHash: string;
  /** Number of its record; null where nothing is recorded. */
  readonly seq: number | null;
  readonly latencyNs: number;
  /** Given later than the budget allows. */
  readonly late: boolean;
  /** The recorded answer to a signal that had come before. */
  readonly duplicate: boolean;
}

/**
 * The lasting part of an answer: what is a function of event, model and settings alone, as one JSON object.
 *
 * @param edition - whose fields it has; default: this one's.
 */
export function lastingAnswer(enriched: EnrichedSignalEvent, edition: AnswerEdition = '0.2'): string {
  const { signalEvent } = enriched;
  return stringifyLossless(lastingToWire(signalEventToWire(signalEvent), signalEvent, enriched, edition));
}

/** An answer as it is recorded: the lasting part, its hash and its number. */
export function recordedAnswer(
  lasting: string,
  { answerHash, seq }: Pick<AnswerCircumstances, 'answerHash' | 'seq'>,
): string {
  return `${lasting.slice(0, -1)},"answer_hash":"${answerHash}","seq":${seq}}`;
}

/** A whole answer: the lasting part, its hash, and the circumstances, in this order. */
export function wholeAnswer(lasting: string, circumstances: AnswerCircumstances): string {
  const { answerHash, seq, latencyNs, late, duplicate } = circumstances;
  const rest = `"latency_ns":${Math.round(latencyNs)},"late":${late},"duplicate":${duplicate}`;
  return `${lasting.slice(0, -1)},"answer_hash":"${answerHash}","seq":${seq},${rest}}`;
}

/** An answer with the bars themselves in place of their number. */
export function answerWithBars(answer: string, bars: BarSeries): string {
  // A quote inside a string is escaped, so the key cannot stand in one.
  return answer.replace(/"n_bars":\d+/, () => `"bars":${stringifyLossless(barsToWire(bars))}`);
}

/** Whether an answer was given while the service was halted. */
export function isHaltedAnswer(lasting: string): boolean {
  return lasting.includes('"take_reason":"halted"'); // a quote inside a string is escaped, so the key cannot stand in one
}

/** The factors of a size; their names may be anything, their values are numbers. */
const FACTORS = /"size_factors":\{(?:"(?:[^"\\]|\\.)*":[^,}]+,?)*\}/;

/**
 * The lasting part of a recorded answer as it is said again while the service is halted: not taken, and with the size 0. Every other
 * character stays. A quote inside a string is escaped, so that no key is found in one; only factors have names that others chose.
 */
export function haltedAnswer(lasting: string): string {
  const isOwn = lasting.includes('"size_method":"own"');
  return lasting
    .replace(/"take":(?:true|false|null)/, '"take":false')
    .replace(/"take_reason":"[a-z_]+"/, '"take_reason":"halted"')
    .replace(/"size":[^,}]+/, '"size":0')
    .replace(FACTORS, (factors) => (isOwn ? '"size_factors":{}' : factors.replace(/"bet":[^,}]+/, '"bet":0')));
}

/** Whether an answer says of which series its bars are; one from before series had a type does not. */
export function saysBarType(lasting: string): boolean {
  return lasting.includes(',"bar_type":'); // a quote inside a string is escaped, so the key cannot stand in one
}

/** An answer by bars without a type as it was written before series had one. */
export function withoutBarType(lasting: string): string {
  return lasting.replace(',"bar_type":null', '');
}

/** Whether the lasting part of an answer is as 0.1 wrote it, without a decision. */
export function isAnswerOf01(lasting: string): boolean {
  return !lasting.includes('"take_reason":'); // a quote inside a string is escaped, so the key cannot stand in one
}

/** A whole answer as values. One that 0.1 recorded has no decision: each of its fields is null, and the strength 1. */
export interface SignalAnswer
  extends Omit<EnrichedSignalFields, 'signalEvent' | 'features' | 'takeReason' | 'sizeMethod'> {
  readonly signalId: string;
  readonly instrumentId: string;
  /** Of the bars it was judged by; null where they have none. */
  readonly barType: string | null;
  readonly signal: Side;
  /** How strong the signal is, (0, 1]. */
  readonly strength: number;
  /** UNIX nanoseconds. */
  readonly timestamp: bigint;
  /** `ts_event` of the last bar of the window; null where no bar was held yet. */
  readonly lastBarTs: bigint | null;
  /** Null in an answer of 0.1 only, as {@link sizeMethod}. */
  readonly takeReason: TakeReason | null;
  readonly sizeMethod: SizingMethod | 'own' | null;
  /** SHA-256 of the lasting part, 64 hexadecimal characters. */
  readonly answerHash: string;
  /** Number of its record: 1 for the first of the data directory. Null where nothing is recorded, as by `ml4t enrich`. */
  readonly seq: number | null;
  /** Given later than the budget allows. */
  readonly isLate: boolean;
  /** The recorded answer to a signal that had come before. */
  readonly isDuplicate: boolean;
}

/** Reads a whole answer. @throws {DataError | ConditionError} for a text that is none. */
export function readAnswer(text: string): SignalAnswer {
  const answer = checkBy(enrichedSignalSchema, parseLossless(text), 'answer');
  const { signal_event: signal } = answer;
  return {
    signalId: answer.signal_id,
    instrumentId: signal.instrument_id,
    barType: answer.bar_type ?? null,
    signal: signal.signal,
    strength: answer.strength ?? 1,
    timestamp: signal.timestamp,
    lastBarTs: signal.last_bar_ts,
    metaConfidence: answer.meta_confidence,
    rawConfidence: answer.raw_confidence,
    regimeWeight: answer.regime_weight,
    toxicity: answer.toxicity,
    toxicityAvailable: answer.toxicity_available,
    toxicityPercentile: answer.toxicity_percentile,
    modelAvailable: answer.model_available,
    modelVersion: answer.model_version,
    source: answer.source,
    reason: answer.reason,
    baseRate: answer.base_rate ?? null,
    breakEven: answer.break_even ?? null,
    expectedR: answer.expected_r ?? null,
    expectedReturnBps: answer.expected_return_bps ?? null,
    costBps: answer.cost_bps ?? null,
    take: answer.take ?? null,
    takeReason: answer.take_reason ?? null,
    riskDistance: answer.risk_distance ?? null,
    confidenceLow: answer.confidence_low ?? null,
    confidenceHigh: answer.confidence_high ?? null,
    size: answer.size,
    sizeMethod: answer.size_method ?? null,
    sizeFactors: sizeFactorsFromWire(answer.size_factors),
    answerHash: answer.answer_hash,
    seq: answer.seq ?? null,
    latencyNs: answer.latency_ns,
    isLate: answer.late,
    isDuplicate: answer.duplicate,
  };
}
