import { stringifyLossless } from '../../core/index.ts';
import type { Side } from '../../domain/index.ts';
import { lastingToWire } from './enriched-signal.ts';
import type { AnswerFields } from './signal.ts';

/** A signal without bars, of whose instrument fewer are held than a signal is judged by. */
export interface WarmingUpSignal {
  readonly signalId: string;
  readonly instrumentId: string;
  readonly signal: Side;
  /** UNIX nanoseconds. */
  readonly timestamp: bigint;
  /** (0, 1]. */
  readonly strength: number;
  /** Of the series it is judged by; null for the one without a bar type. */
  readonly barType: string | null;
  /** Number of bars held that had closed by then. */
  readonly nBars: number;
  /** `ts_event` of the last of them; null without any. */
  readonly lastBarTs: bigint | null;
}

/** The lasting part of the answer to a signal that cannot be judged yet, as one JSON object. */
export function warmingUpAnswer(warming: WarmingUpSignal, fields: AnswerFields): string {
  const { signalId, instrumentId, signal, timestamp, nBars, lastBarTs } = warming;
  const event = {
    signal_id: signalId,
    instrument_id: instrumentId,
    signal,
    timestamp,
    last_bar_ts: lastBarTs,
    n_bars: nBars,
  };
  return stringifyLossless(lastingToWire(event, warming, fields, '0.2'));
}
