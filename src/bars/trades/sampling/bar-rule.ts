import type { OpenBar } from './open-bar.ts';

/** Says where bars end. It sees one trade after the other, and nothing that comes later. */
export interface BarRule {
  /** Close of the open bar, UNIX ns, where the next trade belongs to another one; null where it does not, or where only {@link endsBar} says. */
  closeBefore(ts: bigint, bar: OpenBar): bigint | null;
  /** Whether the trade that was just added is the last one of its bar. */
  endsBar(bar: OpenBar, price: number, size: number, side: number): boolean;
}

/**
 * Bars of equal length: of the trades in [k · length, (k + 1) · length), closed at the end of it, whenever the last trade was. Without a
 * trade there is no bar.
 */
export function timeRule(lengthNs: bigint): BarRule {
  let end: bigint | null = null;
  return {
    closeBefore: (ts, bar) => {
      if (end !== null && ts < end) return null;
      const closed = bar.nTrades > 0 ? end : null;
      const into = ts % lengthNs;
      end = ts - (into < 0n ? into + lengthNs : into) + lengthNs;
      return closed;
    },
    endsBar: () => false,
  };
}

/** Bars that end with the trade by which their count, volume or value reaches a threshold; the next one begins with 0. */
export function thresholdRule(kind: 'tick' | 'volume' | 'dollar', threshold: number): BarRule {
  const reached: Readonly<Record<typeof kind, (bar: OpenBar) => boolean>> = {
    tick: (bar) => bar.nTrades >= threshold,
    volume: (bar) => bar.volume >= threshold,
    dollar: (bar) => bar.value >= threshold,
  };
  return { closeBefore: () => null, endsBar: reached[kind] };
}
