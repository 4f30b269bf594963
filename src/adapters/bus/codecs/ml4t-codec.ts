import { DataError, parseLossless } from '../../../core/index.ts';
import { barsFromWire, checkId, signalMessageFromWire } from '../../../domain/index.ts';
import type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from './bus-codec.ts';

/** Our own JSON: signals, bars, and answers as they are. */
export const ml4tCodec: BusCodec = { decode, encodeAnswer };

function decode({ payload }: EntryFields): DecodedEntry {
  if (payload === null) throw new DataError('BAD_JSON', 'an entry needs a field named payload');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  const record = parseLossless(text) as Record<string, unknown>;
  if (typeof record === 'object' && record !== null && record.signal === undefined && record.bars !== undefined) {
    return {
      kind: 'bars',
      instrumentId: checkId('instrument_id', record.instrument_id),
      bars: barsFromWire(record.bars),
    };
  }
  return { kind: 'signal', message: signalMessageFromWire(record) };
}

function encodeAnswer(answer: string): EncodedAnswer {
  return { topic: 'data.EnrichedSignal', payload: answer, type: 'EnrichedSignal', encoding: 'json' };
}
