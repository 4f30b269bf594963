import { JournalError } from '../../core/index.ts';
import { seriesKey, seriesOf } from '../../domain/index.ts';
import type { SignalEntry } from '../../ports/index.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readIds, writeIds } from './columns.ts';

/** Maximum number of other instruments that a record may name: a damaged count must not take all memory. */
const MAX_CONTEXT = 10_000;

type ReadIds = Pick<SignalEntry, 'barIds' | 'contextIds'>;

// Every signal has ids: they are written here, and copied out.
const writer = new ByteWriter(new ArrayBuffer(64));

/** Ids of the bars that a signal was judged by: its own, and behind them, where there are any, those of each other instrument. */
export function encodeReadIds({ barIds, contextIds = [] }: ReadIds): Uint8Array {
  writer.truncate(0);
  writeIds(writer, barIds);
  if (contextIds.length === 0) return new Uint8Array(writer.since(0)); // as before there were any
  writer.varint(contextIds.length);
  for (const { instrumentId, barType, barIds: ids } of contextIds) {
    writer.text(seriesKey(instrumentId, barType));
    writeIds(writer, ids);
  }
  return new Uint8Array(writer.since(0));
}

/** @throws {JournalError} `JOURNAL_DAMAGED` for bytes that hold no ids. */
export function decodeReadIds(bytes: Uint8Array): ReadIds {
  const reader = new ByteReader(bytes);
  const barIds = readIds(reader);
  if (reader.isAtEnd) return { barIds };
  const n = reader.varint();
  if (n > MAX_CONTEXT) throw new JournalError('JOURNAL_DAMAGED', `a record claims ${n} other instruments`);
  const contextIds = Array.from({ length: n }, () => {
    const series = seriesOf(reader.text());
    return { ...series, barIds: readIds(reader) };
  });
  return { barIds, contextIds };
}
