import { z } from 'zod';
import { snakeName } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import { type BarSeries, type EnrichedSignalFields, type Side, SignalEvent, WINDOW_BARS } from '../../domain/index.ts';
import { answerBarsSchema, barsSchema, barsToWire } from '../bars.ts';
import { PLAIN_KEYS } from '../message-json.ts';
import { checkBy } from '../reading/check-by.ts';
import { type NamedValues, namedValues } from '../reading/named-values.ts';
import {
  AN_OBJECT,
  count,
  id,
  int64,
  neededProbability,
  quantity,
  sentNanos,
  sentProbability,
  side,
  strength,
} from '../reading/scalars.ts';

export const signalSchema = z
  .object(
    {
      instrument_id: id.describe('for example BTC-PERP.HYPERLIQUID'),
      signal: side,
      timestamp: sentNanos,
      bars: barsSchema
        .nullable()
        .optional()
        .describe(`at least ${WINDOW_BARS}, or absent where the service holds them`),
      strength: strength.nullable().optional().describe('(0, 1]; enters the size and nothing else, 1 when absent'),
      probability: sentProbability
        .nullable()
        .optional()
        .describe(
          'that a trade in the direction of the signal wins, [0, 1], by a model of your own; calibrated by a model that reads it, else recorded and said to be unused',
        ),
      bar_type: id
        .nullable()
        .optional()
        .describe('which series of the instrument; absent: one without a type, else the first that fits the model'),
      features: namedValues
        .nullable()
        .optional()
        .describe(
          'your own columns by name, as known at the signal; for one that is left out, the last that a bar brought',
        ),
      signal_id: id
        .nullable()
        .optional()
        .describe('idempotency key; by default instrument, bar_type where sent, timestamp and signal'),
    },
    AN_OBJECT,
  )
  .meta({
    id: 'Signal',
    description: 'A signal to judge, not before its last bar. Unknown keys are ignored.',
    ...PLAIN_KEYS,
  });

/** A signal that must bring a probability. */
export const predictionSchema = signalSchema
  .extend({ probability: neededProbability.describe('that a trade in the direction of the signal wins, [0, 1]') })
  .meta({
    id: 'Prediction',
    description:
      'A signal that a model outside of the service gave a probability: to be calibrated, decided and followed. Unknown keys are ignored.',
    ...PLAIN_KEYS,
  });

/** A signal as the library takes it, with its bars. */
const wholeSignalSchema = z.object(
  {
    signal: quantity,
    timestamp: sentNanos,
    bars: barsSchema,
    strength: strength.nullable().optional(),
    probability: sentProbability.nullable().optional(),
    bar_type: id.nullable().optional(),
    features: namedValues.nullable().optional(),
    instrument_id: id,
    signal_id: id.nullable().optional(),
  },
  AN_OBJECT,
);

/** The signal inside its answer. */
export const answeredSignalSchema = z.strictObject({
  signal_id: z.string(),
  instrument_id: z.string(),
  signal: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  timestamp: int64,
  last_bar_ts: int64.nullable().describe('null where no bar is held yet'),
  n_bars: count.optional(),
  bars: answerBarsSchema.optional(),
});
export type AnsweredSignal = z.output<typeof answeredSignalSchema>;

/** What an answer says of a signal; the features and the latency are no part of it that lasts. */
export type AnswerFields = Omit<EnrichedSignalFields, 'signalEvent' | 'features' | 'latencyNs'>;

/** What an answer says of its signal beside the signal itself. */
export interface SentAside {
  /** (0, 1]. */
  readonly strength: number;
  /** Of the bars it is judged by; null where they have none. */
  readonly barType: string | null;
}

/** A signal as it came over a wire: the bars may be left out where the service already holds them. */
export interface SignalMessage {
  readonly instrumentId: string;
  readonly signal: Side;
  /** UNIX nanoseconds. */
  readonly timestamp: bigint;
  readonly bars: BarSeries | null;
  /** (0, 1]; null or absent where none was sent, which counts as 1. */
  readonly strength?: number | null;
  /** [0, 1], that a trade in the direction of the signal wins; null or absent where none was sent. */
  readonly probability?: number | null;
  /** Which series of the instrument its bars are of; null or absent where none was sent. */
  readonly barType?: string | null;
  /** Columns of the sender by name, at least one, NaN where it says that there is no value; null or absent where none were sent. */
  readonly features?: NamedValues | null;
  readonly signalId: string | null;
}

/**
 * Reads a signal message from parsed JSON (see `parseLossless`). Unknown keys are ignored.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function signalMessageFromWire(value: unknown): SignalMessage {
  return signalMessageOf(checkBy(signalSchema, value, 'signal'));
}

/**
 * Reads a prediction, a signal that must bring a probability, likewise.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function predictionFromWire(value: unknown): SignalMessage {
  return signalMessageOf(checkBy(predictionSchema, value, 'prediction'));
}

/** The message that a checked signal stands for. */
export function signalMessageOf(signal: z.output<typeof signalSchema>): SignalMessage {
  return {
    instrumentId: signal.instrument_id,
    signal: signal.signal,
    timestamp: signal.timestamp,
    bars: signal.bars ?? null,
    strength: signal.strength ?? null,
    probability: signal.probability ?? null,
    barType: signal.bar_type ?? null,
    features: someOf(signal.features),
    signalId: signal.signal_id ?? null,
  };
}

/** An object without a name says as much as none. */
function someOf(features: NamedValues | null | undefined): NamedValues | null {
  return features == null || Object.keys(features).length === 0 ? null : features;
}

/**
 * Reads a signal with its bars from parsed JSON (see `parseLossless`).
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function signalEventFromWire(value: unknown): SignalEvent {
  const sent = checkBy(wholeSignalSchema, value, 'signal');
  const { signal, timestamp, bars, strength, probability, instrument_id, bar_type } = sent;
  const features = someOf(sent.features);
  const signalId = sent.signal_id ?? undefined;
  try {
    return new SignalEvent({
      instrumentId: instrument_id,
      signal: signal as Side,
      timestamp,
      bars,
      ...(strength == null ? {} : { strength }),
      ...(probability == null ? {} : { probability }),
      ...(bar_type == null ? {} : { barType: bar_type }),
      ...(features === null ? {} : { features }),
      ...(signalId === undefined ? {} : { signalId }),
    });
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new ConditionError(snakeName(error.field), error.rule, error.received);
  }
}

/** The signal as a JSON-ready record; `bars` only when asked, else the number of those it is judged by. */
export function signalEventToWire(event: SignalEvent, includeBars = false): AnsweredSignal {
  const { bars } = event;
  return {
    signal_id: event.signalId,
    instrument_id: event.instrumentId,
    signal: event.signal,
    timestamp: event.timestamp,
    last_bar_ts: bars.tsEvent[bars.length - 1],
    ...(includeBars ? { bars: barsToWire(bars) } : { n_bars: Math.min(bars.length, WINDOW_BARS) }),
  };
}
