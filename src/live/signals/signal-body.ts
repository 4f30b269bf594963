import { ConditionError } from '../../core/index.ts';
import { BAR_COLUMNS, type BarSeries, checkBarSeries, checkProbability, WINDOW_BARS } from '../../domain/index.ts';
import type { Sha256 } from '../../ports/index.ts';
import { checkId, type SignalMessage } from '../../wire/index.ts';
import { checkSentColumns, checkSentFeatures, textOfColumns, textOfFeatures } from './columns/sent-columns.ts';

const encoder = new TextEncoder();
// One buffer for every signal that brings bars: the hash is taken before anything else can run.
let scratch = new Uint8Array(256 + 8 * BAR_COLUMNS.length * WINDOW_BARS);

/**
 * Checks what is read before a signal is checked: without types both are easily something else.
 *
 * @throws {ConditionError}
 */
export function checkTyped({ instrumentId, barType, timestamp, probability, features, bars }: SignalMessage): void {
  // The key of a series has a tab between the two.
  if (typeof instrumentId === 'string' && instrumentId.includes('\t')) checkId('instrument_id', instrumentId);
  if (barType != null) checkId('bar_type', barType);
  if (typeof timestamp !== 'bigint') throw new ConditionError('timestamp', 'a bigint of UNIX nanoseconds', timestamp);
  if (BigInt.asIntN(64, timestamp) !== timestamp)
    throw new ConditionError('timestamp', 'a 64-bit integer of UNIX nanoseconds', timestamp); // no record holds another
  if (probability != null) checkProbability('probability', probability);
  if (features != null) checkSentFeatures(features);
  if (bars === undefined) throw new ConditionError('bars', 'a BarSeries, or null for those that are held', bars);
  if (bars === null) return;
  checkBarSeries(bars);
  if (bars.columns.size > 0) checkSentColumns(bars.columns);
}

/**
 * Hashes what makes two signals the same: instrument, timestamp, signal and, where they were sent, its strength, its
 * probability, its bar type, its features and all bars after parsing. How it was spelled on the wire makes no difference.
 */
export function hashBody(message: SignalMessage, sha256: Sha256): string {
  return hashWith(message, message.bars?.length ?? 0, sha256);
}

/** The hash by which 0.1 recorded a signal: of the bars sent, it counted the last W. */
export function hashBodyOf01(message: SignalMessage, sha256: Sha256): string {
  return hashWith(message, Math.min(message.bars?.length ?? 0, WINDOW_BARS), sha256);
}

/** @param nBars - number of latest bars that count. */
function hashWith(message: SignalMessage, nBars: number, sha256: Sha256): string {
  const { instrumentId, timestamp, signal, strength, probability, barType, features, bars } = message;
  const sentStrength = strength == null ? '' : `strength ${strength} `;
  const sentProbability = probability == null ? '' : `probability ${probability} `;
  const sentType = barType == null ? '' : `bar_type ${JSON.stringify(barType)} `;
  const sentFeatures = features == null ? '' : textOfFeatures(features);
  const sentColumns = bars === null || bars.columns.size === 0 ? '' : textOfColumns(bars.columns);
  const text = `${JSON.stringify(instrumentId)} ${timestamp} ${signal} ${sentStrength}${sentProbability}${sentType}${sentFeatures}${sentColumns}`;
  const columnBytes = 8 * Math.max(nBars, WINDOW_BARS); // fewer bars than W leave the rest of a column empty
  reserve(3 * text.length + BAR_COLUMNS.length * columnBytes);
  let length = encoder.encodeInto(text, scratch).written;
  if (bars !== null) length = putBars(length, bars, nBars, columnBytes);
  return sha256(scratch.subarray(0, length));
}

function reserve(nBytes: number): void {
  if (scratch.length < nBytes) scratch = new Uint8Array(nBytes);
}

/** Writes the last n entries of every column from `at` on. @returns where they end. */
function putBars(at: number, bars: BarSeries, n: number, columnBytes: number): number {
  if (8 * n === columnBytes && bars.length === n && isOnePiece(bars)) return putPiece(at, bars);
  let end = at;
  for (const name of BAR_COLUMNS) {
    const column = bars[name];
    if (column === null) continue;
    scratch.fill(0, end, end + columnBytes);
    scratch.set(lastBytes(bars, column, n), end);
    end += columnBytes;
  }
  return end;
}

/** Whether the columns lie one behind the other, in their order, as those of a message are allocated. */
function isOnePiece(bars: BarSeries): boolean {
  const { buffer } = bars.tsEvent;
  let at = bars.tsEvent.byteOffset;
  for (const name of BAR_COLUMNS) {
    const column = bars[name];
    if (column === null) continue;
    if (column.buffer !== buffer || column.byteOffset !== at) return false;
    at += column.byteLength;
  }
  return true;
}

function putPiece(at: number, { tsEvent, takerBuyVolume }: BarSeries): number {
  const nColumns = takerBuyVolume === null ? BAR_COLUMNS.length - 1 : BAR_COLUMNS.length;
  const nBytes = nColumns * tsEvent.byteLength;
  scratch.set(new Uint8Array(tsEvent.buffer, tsEvent.byteOffset, nBytes), at);
  return at + nBytes;
}

/** The bytes of the last n entries of a column. */
function lastBytes(bars: BarSeries, column: Float64Array | BigInt64Array, n: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset + 8 * (bars.length - n), 8 * n);
}
