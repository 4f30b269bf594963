import { snakeName } from '../../config/index.ts';
import {
  allocateBarColumns,
  BAR_VALUES,
  type BarColumns,
  BarSeries,
  findBarFault,
  type Side,
} from '../../domain/index.ts';
import { parseMessage } from '../message-json.ts';
import { isName, MAX_NAMES, type NamedValues } from '../reading/named-values.ts';
import { MAX_ID_LENGTH } from '../reading/scalars.ts';
import { predictionFromWire, type SignalMessage, signalMessageFromWire } from '../signals/signal.ts';
import { ByteCursor } from './byte-cursor.ts';

const [COMMA, COLON, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const NAMES = {
  signalId: bytesOf('signal_id'),
  instrumentId: bytesOf('instrument_id'),
  signal: bytesOf('signal'),
  timestamp: bytesOf('timestamp'),
  strength: bytesOf('strength'),
  probability: bytesOf('probability'),
  barType: bytesOf('bar_type'),
  features: bytesOf('features'),
  bars: bytesOf('bars'),
  tsEvent: bytesOf('ts_event'),
};
const COLUMNS = [...BAR_VALUES, 'takerBuyVolume'] as const;
const COLUMN_NAMES = COLUMNS.map((name) => bytesOf(snakeName(name)));
/** Bit of `ts_event`; the bit of column `j` is 1 << j. */
const TS_BIT = 1 << COLUMNS.length;
const NEEDED = TS_BIT | 0b11111;
const WITH_TAKER = NEEDED | 0b100000;
/** More bars than this in one message are left to the other reader. */
const MAX_BARS = 4096;

/** Columns as they are read. */
interface Reading {
  readonly words: Uint32Array;
  readonly columns: readonly Float64Array[];
}

// Where messages are read into, before anybody knows how many bars they hold. One message is read at a time.
const scratch: Reading = {
  words: new Uint32Array(2 * MAX_BARS),
  columns: COLUMNS.map(() => new Float64Array(MAX_BARS)),
};

/**
 * Reads a signal message from the bytes of its JSON: what `signalMessageFromWire(parseMessage(bytes))` gives, several times as
 * fast for messages in plain form. Whatever is not plain, or breaks a rule, is read by those two, which say what is wrong.
 *
 * @throws {DataError} `BAD_JSON`. @throws {ConditionError} naming the field as it stands on the wire.
 */
export function readSignalMessage(bytes: Uint8Array): SignalMessage {
  return readPlainSignal(bytes) ?? signalMessageFromWire(parseMessage(bytes));
}

/** Reads a prediction, a signal that must bring a probability, likewise. @throws {DataError} `BAD_JSON`. @throws {ConditionError} */
export function readPrediction(bytes: Uint8Array): SignalMessage {
  const plain = readPlainSignal(bytes);
  return plain !== null && plain.probability != null ? plain : predictionFromWire(parseMessage(bytes));
}

/** Reads a signal message in plain form; null for everything else, right or wrong. */
export function readPlainSignal(bytes: Uint8Array): SignalMessage | null {
  const cursor = new ByteCursor(bytes);
  if (!cursor.take(OPEN_OBJECT)) return null;
  let instrumentId: string | null = null;
  let signalId: string | null = null;
  let signal: Side | null = null;
  let timestamp: bigint | null = null;
  let bars: BarSeries | null = null;
  let strength: number | null = null;
  let probability: number | null = null;
  let barType: string | null = null;
  let features: NamedValues | null = null;
  do {
    if (!cursor.readString()) return null;
    if (cursor.is(NAMES.bars) && bars === null) {
      bars = cursor.take(COLON) ? readBars(cursor) : null;
      if (bars === null) return null;
    } else if (cursor.is(NAMES.instrumentId) && instrumentId === null) {
      instrumentId = readId(cursor);
      if (instrumentId === null) return null;
    } else if (cursor.is(NAMES.signalId) && signalId === null) {
      signalId = readId(cursor);
      if (signalId === null) return null;
    } else if (cursor.is(NAMES.signal) && signal === null) {
      signal = readSide(cursor);
      if (signal === null) return null;
    } else if (cursor.is(NAMES.timestamp) && timestamp === null) {
      if (!cursor.take(COLON) || !cursor.readNanos()) return null;
      timestamp = BigInt(cursor.high) * 1_000_000_000n + BigInt(cursor.low);
    } else if (cursor.is(NAMES.strength) && strength === null) {
      strength = readStrength(cursor);
      if (strength === null) return null;
    } else if (cursor.is(NAMES.probability) && probability === null) {
      probability = readProbability(cursor);
      if (probability === null) return null;
    } else if (cursor.is(NAMES.barType) && barType === null) {
      barType = readId(cursor);
      if (barType === null) return null;
    } else if (cursor.is(NAMES.features) && features === null) {
      features = readFeatures(cursor);
      if (features === null) return null;
    } else return null;
  } while (cursor.take(COMMA));
  if (!cursor.take(CLOSE_OBJECT) || !cursor.isDone()) return null;
  if (instrumentId === null || signal === null || timestamp === null) return null;
  return { instrumentId, signal, timestamp, bars, strength, probability, barType, features, signalId };
}

function readId(cursor: ByteCursor): string | null {
  if (!cursor.take(COLON) || !cursor.readString()) return null;
  const length = cursor.end - cursor.start;
  return length === 0 || length > MAX_ID_LENGTH ? null : cursor.text();
}

function readSide(cursor: ByteCursor): Side | null {
  if (!cursor.take(COLON) || !cursor.readNumber() || !cursor.isExact) return null;
  const side = cursor.value === 0 ? 0 : cursor.value; // -0 is 0
  return side === 1 || side === 0 || side === -1 ? side : null;
}

function readStrength(cursor: ByteCursor): number | null {
  if (!cursor.take(COLON) || !cursor.readNumber() || !cursor.isExact) return null;
  return cursor.value > 0 && cursor.value <= 1 ? cursor.value : null;
}

function readProbability(cursor: ByteCursor): number | null {
  if (!cursor.take(COLON) || !cursor.readNumber() || !cursor.isExact) return null;
  return cursor.value >= 0 && cursor.value <= 1 ? cursor.value + 0 : null; // -0 is 0
}

/** `{"funding_rate":0.0001,…}`, at least one name, none of them twice. */
function readFeatures(cursor: ByteCursor): NamedValues | null {
  if (!cursor.take(COLON) || !cursor.take(OPEN_OBJECT)) return null;
  const values: Record<string, number> = {};
  let n = 0;
  do {
    if (n++ === MAX_NAMES || !cursor.readString()) return null;
    const name = cursor.text();
    // What every object has, such as `constructor`, is left to the other reader, which refuses some of it.
    if (name in values || !isName(name) || !cursor.take(COLON) || !cursor.readQuantity()) return null;
    values[name] = cursor.value + 0;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_OBJECT) ? values : null;
}

function readBars(cursor: ByteCursor): BarSeries | null {
  if (cursor.take(OPEN_OBJECT)) return readColumns(cursor);
  return cursor.take(OPEN_ARRAY) ? readObjects(cursor) : null;
}

/** `{"ts_event":[…],"open":[…],…}` behind its first brace. */
function readColumns(cursor: ByteCursor): BarSeries | null {
  let seen = 0;
  let n = -1;
  do {
    if (!cursor.readString()) return null;
    const bit = columnBit(cursor);
    if (bit === 0 || (seen & bit) !== 0 || !cursor.take(COLON) || !cursor.take(OPEN_ARRAY)) return null;
    seen |= bit;
    const length = readColumn(cursor, bit);
    if (length < 0 || (n >= 0 && length !== n)) return null;
    n = length;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_OBJECT) ? finish(seen, n) : null;
}

/** @returns how many values were read; -1 where they are not plain. */
function readColumn(cursor: ByteCursor, bit: number): number {
  const column = bit === TS_BIT ? null : scratch.columns[31 - Math.clz32(bit)];
  let n = 0;
  do {
    if (n === MAX_BARS || !readCell(cursor, column, n)) return -1;
    n++;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_ARRAY) ? n : -1;
}

/** `[{"ts_event":…,"open":…},…]` behind its first bracket. Every bar has the same columns. */
function readObjects(cursor: ByteCursor): BarSeries | null {
  let seenFirst = 0;
  let n = 0;
  do {
    if (n === MAX_BARS || !cursor.take(OPEN_OBJECT)) return null;
    const seen = readObject(cursor, n);
    if (seen === 0 || (n > 0 && seen !== seenFirst)) return null;
    seenFirst = seen;
    n++;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_ARRAY) ? finish(seenFirst, n) : null;
}

/** @returns which columns the bar has; 0 where it is not plain. */
function readObject(cursor: ByteCursor, i: number): number {
  let seen = 0;
  do {
    if (!cursor.readString()) return 0;
    const bit = columnBit(cursor);
    if (bit === 0 || (seen & bit) !== 0 || !cursor.take(COLON)) return 0;
    const column = bit === TS_BIT ? null : scratch.columns[31 - Math.clz32(bit)];
    if (!readCell(cursor, column, i)) return 0;
    seen |= bit;
  } while (cursor.take(COMMA));
  return cursor.take(CLOSE_OBJECT) ? seen : 0;
}

/** @param column - null for the times. */
function readCell(cursor: ByteCursor, column: Float64Array | null, i: number): boolean {
  if (column === null) {
    if (!cursor.readNanos()) return false;
    cursor.putNanos(scratch.words, i);
    return true;
  }
  if (!cursor.readNumber()) return false;
  column[i] = cursor.value;
  return true;
}

/** The bit of the column that the last string names; 0 where it names none. */
function columnBit(cursor: ByteCursor): number {
  if (cursor.is(NAMES.tsEvent)) return TS_BIT;
  for (let j = 0; j < COLUMN_NAMES.length; j++) if (cursor.is(COLUMN_NAMES[j])) return 1 << j;
  return 0;
}

/** Copies what was read, and checks it; null where a column is missing or a rule is broken. */
function finish(seen: number, n: number): BarSeries | null {
  if ((seen !== NEEDED && seen !== WITH_TAKER) || n <= 0) return null;
  const columns: BarColumns = allocateBarColumns(n, seen === WITH_TAKER);
  const words = new Uint32Array(columns.tsEvent.buffer, columns.tsEvent.byteOffset, 2 * n);
  words.set(scratch.words.subarray(0, 2 * n));
  for (const [j, name] of COLUMNS.entries()) columns[name]?.set(scratch.columns[j].subarray(0, n));
  return findBarFault(columns) === null ? BarSeries.fromChecked(columns) : null;
}
