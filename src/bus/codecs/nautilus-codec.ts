import { ConditionError, parseLossless, stringifyLossless } from '../../core/index.ts';
import type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from '../../ports/index.ts';
import {
  type AnsweredSignal,
  type EnrichedSignal,
  type LosslesslyParsed,
  type SignalMessage,
  signalMessageFromWire,
} from '../../wire/index.ts';
import { readNautilusBar } from './nautilus-bar.ts';
import { type Encoding, encodeMsgpack, type Fields, HEARTBEAT, nanosOf, parsePayload } from './payload.ts';

export type NautilusGeneration = 'nautilus-v1' | 'nautilus-v2';

const SIGNAL = 'TradeSignal';
const ANSWER = 'EnrichedSignal';
/** Stands for what is not there, because a custom data class has no optional fields. */
const ABSENT = -1;

/** What a class of a node calls its own: no field of it is ever null. */
type Filled<T> = { readonly [K in keyof T]: NonNullable<T[K]> };
/** The declared fields of `EnrichedSignal`, all of them and no others, but for the times. */
type NodeAnswer = Pick<AnsweredSignal, 'instrument_id' | 'signal'> &
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

/**
 * Custom data of a NautilusTrader node: reads `TradeSignal` and `Bar`, writes `EnrichedSignal`. The classes of both sides are in
 * docs/nautilus.md. The first generation (1.x) is flat with times as text, and its entry headers cannot be trusted; the second
 * (2.x) has an envelope and integer times.
 */
export function nautilusCodec(generation: NautilusGeneration, encoding: Encoding): BusCodec {
  const decode = ({ topic, payload }: EntryFields): DecodedEntry => {
    if (topic === HEARTBEAT) return { kind: 'ignored', what: HEARTBEAT };
    if (isPrimitive(payload, encoding)) return { kind: 'ignored', what: 'primitive' };
    const outer = parsePayload(payload, encoding);
    const what = typeof outer.type === 'string' && outer.type !== '' ? outer.type : 'unknown';
    if (what === 'Bar') return readNautilusBar(outer);
    if (what !== SIGNAL) return { kind: 'ignored', what };
    return { kind: 'signal', message: readSignal(generation === 'nautilus-v2' ? inner(outer) : outer) };
  };
  const encodeAnswer = (answer: string): EncodedAnswer => {
    const record = generation === 'nautilus-v1' ? flat(answer) : enveloped(answer);
    const payload = encoding === 'json' ? stringifyLossless(record) : encodeMsgpack(record);
    return { topic: `data.${ANSWER}`, payload, type: ANSWER, encoding };
  };
  return { decode, encodeAnswer };
}

/** A node also publishes bare numbers and text, which are nothing to us. */
function isPrimitive(payload: Uint8Array | null, encoding: Encoding): boolean {
  if (payload === null || payload.length === 0) return false;
  return encoding === 'json' ? !/[[{]/.test(firstCharacter(payload)) : !isMap(payload[0]);
}

/** Whether a MessagePack value that begins so is a map, as every message of a node is. */
function isMap(byte: number): boolean {
  return (byte & 0xf0) === 0x80 || byte === 0xde || byte === 0xdf;
}

function firstCharacter(payload: Uint8Array): string {
  const at = payload.findIndex((byte) => byte > 0x20);
  return at < 0 ? '' : String.fromCharCode(payload[at]);
}

function inner(envelope: Fields): Fields {
  const { payload } = envelope;
  if (typeof payload === 'object' && payload !== null) return payload as Fields;
  throw new ConditionError('payload', 'the object inside the envelope', payload);
}

/** `ts_event` of the signal is its timestamp; an empty id is none. */
function readSignal({ instrument_id, signal, signal_id, ts_event }: Fields): SignalMessage {
  const id = signal_id === '' ? null : signal_id;
  const side = typeof signal === 'bigint' ? Number(signal) : signal;
  return signalMessageFromWire({ instrument_id, signal: side, signal_id: id, timestamp: nanosOf(ts_event) });
}

function answerFields(answer: string): { readonly fields: NodeAnswer; readonly ts: string } {
  const said = parseLossless(answer) as LosslesslyParsed<EnrichedSignal>;
  const { signal_event: event, raw_confidence: raw, meta_confidence, regime_weight, toxicity } = said;
  const fields: NodeAnswer = {
    instrument_id: event.instrument_id,
    signal_id: said.signal_id,
    signal: event.signal,
    meta_confidence: real(meta_confidence),
    raw_confidence: real(raw ?? ABSENT),
    regime_weight: real(regime_weight),
    toxicity: real(toxicity),
    toxicity_available: said.toxicity_available,
    size: real(said.size),
    source: said.source,
    reason: said.reason ?? '',
    model_version: said.model_version ?? '',
    model_available: said.model_available,
    answer_hash: said.answer_hash,
    late: said.late,
  };
  return { fields, ts: String(event.timestamp) };
}

function flat(answer: string): Fields {
  const { fields, ts } = answerFields(answer);
  return { type: ANSWER, ...fields, ts_event: ts, ts_init: ts };
}

function enveloped(answer: string): Fields {
  const { fields, ts } = answerFields(answer);
  const payload = { ...fields, ts_event: BigInt(ts), ts_init: BigInt(ts) };
  return { type: ANSWER, data_type: { type_name: ANSWER, metadata: {} }, payload };
}

function real(value: number): number {
  return Number(value);
}
