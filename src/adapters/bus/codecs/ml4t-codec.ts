import { DataError, parseLossless } from '../../../core/index.ts';
import { barsFromWire, checkId, signalMessageFromWire } from '../../../domain/index.ts';
import type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from './bus-codec.ts';

/** Our own JSON: signals, bars, and answers as they are. */
export const ml4tCodec: BusCodec = { decode, encodeAnswer };

/** What a NautilusTrader node says to show that it lives: bare text, no JSON. */
const HEARTBEAT = 'health:heartbeat';
// A byte order mark is no JSON, and bytes that are no UTF-8 must not turn into characters that two ids then share.
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode({ topic, payload }: EntryFields): DecodedEntry {
  if (topic === HEARTBEAT) return { kind: 'ignored', what: HEARTBEAT };
  if (payload === null) throw new DataError('BAD_JSON', 'an entry needs a field named payload');
  const record = parseLossless(textOf(payload)) as Record<string, unknown>;
  if (typeof record === 'object' && record !== null && record.signal === undefined && record.bars !== undefined) {
    return {
      kind: 'bars',
      instrumentId: checkId('instrument_id', record.instrument_id),
      bars: barsFromWire(record.bars),
    };
  }
  return { kind: 'signal', message: signalMessageFromWire(record) };
}

function textOf(payload: Uint8Array): string {
  try {
    return DECODER.decode(payload);
  } catch (error) {
    throw new DataError('BAD_JSON', 'a payload must be UTF-8', { cause: error });
  }
}

function encodeAnswer(answer: string): EncodedAnswer {
  return { topic: 'data.EnrichedSignal', payload: answer, type: 'EnrichedSignal', encoding: 'json' };
}
