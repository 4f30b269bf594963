import { stringifyLossless } from '../../core/index.ts';
import type { BarSeries, EnrichedSignalEvent } from '../../domain/index.ts';
import { barsToWire } from '../bars.ts';
import { enrichedSignalToWire } from './enriched-signal.ts';

/** What an answer says besides what it is: how it came about this time. */
export interface AnswerCircumstances {
  /** SHA-256 of the lasting part, 64 hexadecimal characters. */
  readonly answerHash: string;
  readonly latencyNs: number;
  /** Given later than the budget allows. */
  readonly late: boolean;
  /** The recorded answer to a signal that had come before. */
  readonly duplicate: boolean;
}

/** The lasting part of an answer: what is a function of event, model and settings alone, as one JSON object. */
export function lastingAnswer(enriched: EnrichedSignalEvent): string {
  const { latency_ns: _varies, ...lasting } = enrichedSignalToWire(enriched);
  return stringifyLossless(lasting);
}

/** A whole answer: the lasting part, its hash, and the circumstances, in this order. */
export function wholeAnswer(lasting: string, circumstances: AnswerCircumstances): string {
  const { answerHash, latencyNs, late, duplicate } = circumstances;
  const rest = `"answer_hash":"${answerHash}","latency_ns":${Math.round(latencyNs)},"late":${late},"duplicate":${duplicate}`;
  return `${lasting.slice(0, -1)},${rest}}`;
}

/** An answer with the bars themselves in place of their number. */
export function answerWithBars(answer: string, bars: BarSeries): string {
  // A quote inside a string is escaped, so the key cannot stand in one.
  return answer.replace(/"n_bars":\d+/, () => `"bars":${stringifyLossless(barsToWire(bars))}`);
}
