import { type BarSeries, type SignalMessage, WINDOW_BARS } from '../../domain/index.ts';
import type { Sha256 } from '../../ports/index.ts';

const COLUMNS = ['tsEvent', 'open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const;
const COLUMN_BYTES = 8 * WINDOW_BARS;

/**
 * Hashes what makes a signal the same signal: instrument, timestamp, signal and, when they were sent, the last W bars after
 * parsing. How it was spelled on the wire makes no difference.
 */
export function hashBody(message: SignalMessage, sha256: Sha256): string {
  const { instrumentId, timestamp, signal, bars } = message;
  const head = new TextEncoder().encode(`${JSON.stringify(instrumentId)} ${timestamp} ${signal} `);
  if (bars === null) return sha256(head);
  const body = new Uint8Array(head.length + COLUMNS.length * COLUMN_BYTES);
  body.set(head);
  COLUMNS.forEach((name, k) => {
    const column = lastOf(bars, name);
    if (column !== null) body.set(column, head.length + k * COLUMN_BYTES);
  });
  return sha256(bars.takerBuyVolume === null ? body.subarray(0, body.length - COLUMN_BYTES) : body);
}

/** The bytes of the last W entries of a column. */
function lastOf(bars: BarSeries, name: (typeof COLUMNS)[number]): Uint8Array | null {
  const column = bars[name];
  if (column === null) return null;
  const last = column.subarray(Math.max(0, column.length - WINDOW_BARS));
  return new Uint8Array(last.buffer, last.byteOffset, last.byteLength);
}
