import { JournalError } from '../../core/index.ts';
import { BAR_VALUES, type BarColumns, BarSeries, type ColumnValues, NO_COLUMNS } from '../../domain/index.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** Bits of the first byte of a run of bars. */
const WITH_TAKER = 1;
const WITH_COLUMNS = 2;

/**
 * The bytes of a run of bars: whether it has taker volumes, then one column after the other, little-endian. Where it has columns of
 * the sender, the number of bars stands before, and these behind, each after its name.
 */
export function encodeBars(bars: BarColumns): Uint8Array {
  const named = bars.columns ?? NO_COLUMNS;
  const plain = encodePlain(bars);
  if (named.size === 0) return plain;
  const n = bars.tsEvent.length;
  const writer = new ByteWriter(new ArrayBuffer(plain.length + named.size * (8 * n + 64) + 8));
  writer.u8(plain[0] | WITH_COLUMNS);
  writer.u32(n);
  writer.raw(plain.subarray(1));
  writer.u32(named.size);
  for (const [name, values] of named) {
    writer.text(name);
    writer.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return writer.since(0);
}

function encodePlain(bars: BarColumns): Uint8Array {
  const { tsEvent, takerBuyVolume } = bars;
  const n = tsEvent.length;
  const bytes = new Uint8Array(1 + 8 * n * (takerBuyVolume === null ? 6 : 7));
  bytes[0] = takerBuyVolume === null ? 0 : WITH_TAKER;
  // Value by value: most runs are one bar, for which a view of each column would be most of the cost.
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < n; i++) view.setBigInt64(1 + 8 * i, tsEvent[i], true);
  let at = 1 + 8 * n;
  const put = (column: Float64Array): void => {
    for (let i = 0; i < n; i++, at += 8) view.setFloat64(at, column[i], true);
  };
  for (const name of BAR_VALUES) put(bars[name]);
  if (takerBuyVolume !== null) put(takerBuyVolume);
  return bytes;
}

/** @throws {JournalError} `JOURNAL_DAMAGED` for bytes of another length than whole bars have. */
export function decodeBars(bytes: Uint8Array): BarSeries {
  if (bytes[0] < WITH_COLUMNS || bytes[0] > (WITH_TAKER | WITH_COLUMNS)) return decodePlain(bytes);
  const n = new ByteReader(bytes, 1).u32();
  const size = (bytes[0] & WITH_TAKER) === 0 ? 48 : 56;
  const plain = new Uint8Array(1 + n * size);
  plain[0] = bytes[0] & WITH_TAKER;
  plain.set(bytes.subarray(5, 5 + n * size), 1);
  const bars = decodePlain(plain);
  return BarSeries.fromChecked({ ...bars, columns: decodeNamed(new ByteReader(bytes, 5 + n * size), n) });
}

function decodeNamed(reader: ByteReader, n: number): ColumnValues {
  const columns = new Map<string, Float64Array>();
  for (let left = reader.u32(); left > 0; left--) {
    const name = reader.text();
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) values[i] = reader.f64();
    columns.set(name, values);
  }
  if (!reader.isAtEnd) throw new JournalError('JOURNAL_DAMAGED', 'a run of bars goes on after its last column');
  return columns;
}

function decodePlain(bytes: Uint8Array): BarSeries {
  const width = bytes[0] === 0 ? 48 : 56;
  const n = (bytes.length - 1) / width;
  if (!Number.isInteger(n) || bytes[0] > 1) {
    throw new JournalError('JOURNAL_DAMAGED', `a run of bars has ${bytes.length} bytes, which are no whole bars`);
  }
  const memory = new ArrayBuffer(n * width); // one for all columns: most runs are of one bar, and memory of its own is dear
  new Uint8Array(memory).set(bytes.subarray(1));
  const column = (place: number): Float64Array => new Float64Array(memory, 8 * n * place, n);
  return BarSeries.fromChecked({
    tsEvent: new BigInt64Array(memory, 0, n),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    takerBuyVolume: bytes[0] === 1 ? column(6) : null,
  });
}

export function encodeFeatures(features: Float64Array): Uint8Array {
  return new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
}

export function decodeFeatures(bytes: Uint8Array): Float64Array {
  const features = new Float64Array(Math.floor(bytes.length / 8));
  new Uint8Array(features.buffer).set(bytes.subarray(0, features.byteLength));
  return features;
}

/** The bytes of {@link writeIds}. */
export function encodeIds(ids: Float64Array): Uint8Array {
  const writer = new ByteWriter(new ArrayBuffer(64));
  writeIds(writer, ids);
  return new Uint8Array(writer.since(0));
}

/** Ids as how many, the first, and then steps: each step (zigzag) with how often it is taken in a row. Few bytes for a window. */
export function writeIds(writer: ByteWriter, ids: Float64Array): void {
  writer.varint(ids.length);
  if (ids.length > 0) writer.varint(ids[0]);
  for (let i = 1; i < ids.length; ) {
    const step = ids[i] - ids[i - 1];
    let n = 1;
    while (i + n < ids.length && ids[i + n] - ids[i + n - 1] === step) n++;
    writer.varint(step >= 0 ? 2 * step : -2 * step - 1);
    writer.varint(n);
    i += n;
  }
}

/** @throws {JournalError} `JOURNAL_DAMAGED` for bytes that hold no ids. */
export function decodeIds(bytes: Uint8Array): Float64Array {
  return readIds(new ByteReader(bytes));
}

/** @throws {JournalError} `JOURNAL_DAMAGED` for bytes that hold no ids. */
export function readIds(reader: ByteReader): Float64Array {
  const length = reader.varint();
  if (length > MAX_IDS) throw new JournalError('JOURNAL_DAMAGED', `a record claims a window of ${length} bars`);
  const ids = new Float64Array(length);
  if (length > 0) ids[0] = reader.varint();
  for (let i = 1; i < length; ) {
    const zigzag = reader.varint();
    const step = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    for (let n = reader.varint(); n > 0 && i < length; n--, i++) ids[i] = ids[i - 1] + step;
  }
  return ids;
}

/** Maximum number of bars of a window: a damaged count must not take all memory. */
const MAX_IDS = 1_000_000;
