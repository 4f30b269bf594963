import { createHash } from 'node:crypto';
import { BarSeries } from '../../src/domain/index.ts';
import type { BarsEntry, SignalEntry } from '../../src/ports/index.ts';

export const MINUTE = 60_000_000_000n;
export const START = 1_700_000_000_000_000_001n; // its last digit is lost in a double

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `n` bars a minute apart, from the `first` minute on; every number has digits down to its last bit. */
export function journalBars(n: number, { first = 0, price = 100, taker = false } = {}): BarSeries {
  return BarSeries.fromBars(
    Array.from({ length: n }, (_, i) => {
      const close = price + Math.sin(first + i) / 3;
      const open = price + Math.cos(first + i) / 7;
      const high = Math.max(open, close) + 0.1;
      const low = Math.min(open, close) - 0.1;
      const bar = { open, high, low, close, volume: 1 / 3 + i, tsEvent: START + BigInt(first + i) * MINUTE };
      return taker ? { ...bar, takerBuyVolume: bar.volume / 3 } : bar;
    }),
  );
}

export function barsEntry(firstId: number, instrumentId: string, bars: BarSeries): BarsEntry {
  return { kind: 'bars', firstId, instrumentId, bars };
}

/** A signal about bars `[firstBar, firstBar + 100)`, everything in it drawn from its number. */
export function signalEntry(k: number, change: Partial<SignalEntry> = {}): SignalEntry {
  const firstBar = change.barIds?.[0] ?? 0;
  const answer = JSON.stringify({ signal_id: `signal-${k}`, text: 'ü€😀'.repeat(20), padding: 'x'.repeat(600), k });
  return {
    kind: 'signal',
    signalId: `signal-${k}`,
    bodyHash: sha256(`body ${k}`),
    transport: 'redis_stream',
    receivedMs: 1_700_000_000_000 + k,
    instrumentId: 'BTC-PERP.TEST',
    signal: k % 2 === 0 ? 1 : -1,
    timestamp: START + BigInt(k),
    barIds: Float64Array.from({ length: 100 }, (_, i) => firstBar + i),
    features: Float64Array.from({ length: 6 }, (_, i) => Math.sin(k + i) / 3),
    modelVersion: 'model-1',
    settingsId: sha256('settings'),
    confidence: (k % 1000) / 999,
    source: 'model',
    answer,
    answerHash: sha256(answer),
    trade: { entryTs: START + 99n * MINUTE, target: 1 / 3, maxStepNs: MINUTE },
    ...change,
  };
}
