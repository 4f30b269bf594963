import { ConditionError, stringifyLossless } from '../../core/index.ts';
import type { NautilusFields } from '../../domain/index.ts';
import type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from '../../ports/index.ts';
import {
  type NodeAnswer,
  nodeAnswer,
  parseFeaturesText,
  type SignalMessage,
  signalMessageFromWire,
} from '../../wire/index.ts';
import { isMap } from './msgpack.ts';
import { readNautilusBar } from './nautilus-bar.ts';
import { type Encoding, encodeMsgpack, type Fields, HEARTBEAT, nanosOf, parsePayload } from './payload.ts';

/** How messages of a node look. */
export interface NodeCodecSettings {
  readonly codec: 'nautilus-v1' | 'nautilus-v2';
  readonly encoding: Encoding;
  readonly nautilusFields: NautilusFields;
}

const SIGNAL = 'TradeSignal';
const ANSWER = 'EnrichedSignal';
/** Stands in a class, which has no optional fields, for no probability. */
const NO_PROBABILITY = -1;

/**
 * Custom data of a NautilusTrader node: reads `TradeSignal` and `Bar`, writes `EnrichedSignal`. The classes of both sides are in
 * docs/nautilus.md. The first generation (1.x) is flat with times as text, and its entry headers cannot be trusted; the second
 * (2.x) has an envelope and integer times.
 */
export function nautilusCodec({ codec: generation, encoding, nautilusFields }: NodeCodecSettings): BusCodec {
  const decode = ({ topic, payload }: EntryFields): DecodedEntry => {
    if (topic === HEARTBEAT) return { kind: 'heartbeat' };
    if (isPrimitive(payload, encoding)) return { kind: 'ignored', what: 'primitive' };
    const outer = parsePayload(payload, encoding);
    const what = typeof outer.type === 'string' && outer.type !== '' ? outer.type : 'unknown';
    if (what === 'Bar') return readNautilusBar(outer);
    if (what !== SIGNAL) return { kind: 'ignored', what };
    return { kind: 'signal', message: readSignal(generation === 'nautilus-v2' ? inner(outer) : outer) };
  };
  const encodeAnswer = (answer: string): EncodedAnswer => {
    const said = nodeAnswer(answer, nautilusFields);
    const record = generation === 'nautilus-v1' ? flat(said) : enveloped(said);
    const payload = encoding === 'json' ? stringifyLossless(record) : encodeMsgpack(record);
    return { topic: `data.${ANSWER}`, payload, type: ANSWER, encoding };
  };
  return { decode, encodeAnswer };
}

/** A node also publishes bare numbers and text, which are nothing to us. */
function isPrimitive(payload: Uint8Array | null, encoding: Encoding): boolean {
  if (payload === null || payload.length === 0) return false;
  // Every message of a node is a map.
  return encoding === 'json' ? !/[[{]/.test(firstCharacter(payload)) : !isMap(payload[0]);
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

/** `ts_event` of the signal is its timestamp; an empty text is none, and so is a probability of -1; a class without a strength has the whole. */
function readSignal(fields: Fields): SignalMessage {
  const { instrument_id, signal, signal_id, strength, probability, bar_type, features, ts_event } = fields;
  const id = signal_id === '' ? null : signal_id;
  return signalMessageFromWire({
    instrument_id,
    signal: plain(signal),
    signal_id: id,
    strength: plain(strength),
    probability: plain(probability) === NO_PROBABILITY ? null : plain(probability),
    bar_type: bar_type === '' ? null : bar_type,
    features: parseFeaturesText(features),
    timestamp: nanosOf(ts_event),
  });
}

/** MessagePack has integers of 64 bits where the message means a plain number. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function flat({ fields, ts }: NodeAnswer): Fields {
  return { type: ANSWER, ...fields, ts_event: String(ts), ts_init: String(ts) };
}

function enveloped({ fields, ts }: NodeAnswer): Fields {
  const payload = { ...fields, ts_event: ts, ts_init: ts };
  return { type: ANSWER, data_type: { type_name: ANSWER, metadata: {} }, payload };
}
