import { BAR_COLUMNS, type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import type { Sha256 } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';

const COLUMN_BYTES = 8 * WINDOW_BARS;

const encoder = new TextEncoder();
// One buffer for every signal that brings bars: the hash is taken before anything else can run.
let scratch = new Uint8Array(256 + BAR_COLUMNS.length * COLUMN_BYTES);

/**
 * Hashes what makes two signals the same: instrument, timestamp, signal and, where they were sent, its strength and the last W bars
 * after parsing. How it was spelled on the wire makes no difference.
 */
export function hashBody(message: SignalMessage, sha256: Sha256): string {
  const { instrumentId, timestamp, signal, strength, bars } = message;
  const sentStrength = strength == null ? '' : `strength ${strength} `;
  const head = encoder.encode(`${JSON.stringify(instrumentId)} ${timestamp} ${signal} ${sentStrength}`);
  if (bars === null) return sha256(head);
  const room = head.length + BAR_COLUMNS.length * COLUMN_BYTES;
  if (scratch.length < room) scratch = new Uint8Array(room);
  scratch.set(head);
  let length = head.length;
  for (const name of BAR_COLUMNS) {
    const column = bars[name];
    if (column === null) continue;
    scratch.fill(0, length, length + COLUMN_BYTES); // fewer bars than W leave the rest of a column empty
    scratch.set(lastBytes(bars, column), length);
    length += COLUMN_BYTES;
  }
  return sha256(scratch.subarray(0, length));
}

/** The bytes of the last W entries of a column. */
function lastBytes(bars: BarSeries, column: Float64Array | BigInt64Array): Uint8Array {
  const n = Math.min(bars.length, WINDOW_BARS);
  return new Uint8Array(column.buffer, column.byteOffset + 8 * (bars.length - n), 8 * n);
}
