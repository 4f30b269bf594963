import type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from '../../ports/index.ts';
import { barsFromWire, checkId, readPlainSignal, signalMessageFromWire } from '../../wire/index.ts';
import { readNautilusBar } from './nautilus-bar.ts';
import { type Fields, HEARTBEAT, parsePayload } from './payload.ts';

/** Our own JSON: signals, bars (also as NautilusTrader publishes them), and answers as they are. */
export const ml4tCodec: BusCodec = { decode, encodeAnswer };

function decode({ topic, payload }: EntryFields): DecodedEntry {
  if (topic === HEARTBEAT) return { kind: 'heartbeat' };
  const plain = payload === null ? null : readPlainSignal(payload);
  if (plain !== null) return { kind: 'signal', message: plain };
  const record = parsePayload(payload, 'json');
  if (record.signal !== undefined) return { kind: 'signal', message: signalMessageFromWire(record) };
  if (record.bar_type !== undefined && record.instrument_id === undefined) return readNautilusBar(record);
  if (isBars(record)) return readBars(record);
  // Nothing of ours names its type: a node's order event or quote in the same stream, not a broken signal.
  if (typeof record.type === 'string' && record.type !== '') return { kind: 'ignored', what: record.type };
  return { kind: 'signal', message: signalMessageFromWire(record) };
}

function isBars(record: Fields): boolean {
  return record.bars !== undefined || (record.ts_event !== undefined && record.open !== undefined);
}

/** `{"instrument_id", "bar_type", "bars"}`, or one bar or columns with the instrument beside them; the type may be absent. */
function readBars(record: Fields): DecodedEntry {
  const instrumentId = checkId('instrument_id', record.instrument_id);
  const barType = record.bar_type == null ? null : checkId('bar_type', record.bar_type);
  return { kind: 'bars', instrumentId, barType, bars: barsFromWire(record.bars ?? record) };
}

function encodeAnswer(answer: string): EncodedAnswer {
  return { topic: 'data.EnrichedSignal', payload: answer, type: 'EnrichedSignal', encoding: 'json' };
}
