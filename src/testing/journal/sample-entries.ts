import { createHash } from 'node:crypto';
import { BarSeries } from '../../domain/index.ts';
import type {
  BarsEntry,
  DeadLetterEntry,
  DetectorEntry,
  HaltEntry,
  JudgementEntry,
  OutcomeEntry,
  SettingsEntry,
  SignalEntry,
  TriggerEntry,
} from '../../ports/index.ts';

export const MINUTE = 60_000_000_000n;
export const START = 1_700_000_000_000_000_001n; // its last digit is lost in a double

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `n` bars a minute apart, from the `first` minute on; every number has digits down to its last bit. */
export function journalBars(n: number, { first = 0, price = 100, taker = false, columns = false } = {}): BarSeries {
  return BarSeries.fromBars(
    Array.from({ length: n }, (_, i) => {
      const close = price + Math.sin(first + i) / 3;
      const open = price + Math.cos(first + i) / 7;
      const high = Math.max(open, close) + 0.1;
      const low = Math.min(open, close) - 0.1;
      const bar = { open, high, low, close, volume: 1 / 3 + i, tsEvent: START + BigInt(first + i) * MINUTE };
      const features = { funding_rate: close / 7, ...(i % 2 === 1 && { 'spread.bps': open / 3 }) };
      return {
        ...bar,
        ...(taker && { takerBuyVolume: bar.volume / 3 }),
        ...(columns && { features }),
      };
    }),
  );
}

/** Bars with the columns that others of their times have in some rows, and no values in the rest. */
export function withColumns(bars: BarSeries, of: BarSeries, rows: readonly number[]): BarSeries {
  const columns = Array.from(of.columns, ([name, values]): [string, Float64Array] => [
    name,
    values.map((value, i) => (rows.includes(i) ? value : Number.NaN)),
  ]);
  return BarSeries.fromColumns({ ...bars, columns: new Map(columns) });
}

export function barsEntry(
  firstId: number,
  instrumentId: string,
  bars: BarSeries,
  barType: string | null = null,
): BarsEntry {
  return { kind: 'bars', firstId, instrumentId, barType, bars };
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
    barType: null,
    signal: k % 2 === 0 ? 1 : -1,
    timestamp: START + BigInt(k),
    strength: k % 2 === 0 ? 1 : 1 / 3,
    columnValues: k % 2 === 0 ? null : { funding_rate: Math.cos(k) / 7, 'spread.bps': null },
    barIds: Float64Array.from({ length: 100 }, (_, i) => firstBar + i),
    features: Float64Array.from({ length: 6 }, (_, i) => Math.sin(k + i) / 3),
    modelVersion: 'model-1',
    settingsId: sha256('settings'),
    confidence: (k % 1000) / 999,
    source: 'model',
    answer,
    answerHash: sha256(answer),
    trade: {
      entryTs: START + 99n * MINUTE,
      target: 1 / 3,
      maxStepNs: MINUTE,
      tickSize: k % 3 === 0 ? null : 0.1,
      costBps: 1.1,
    },
    ...change,
  };
}

/** How signal `k` of {@link signalEntry} ended. */
export function outcomeEntry(k: number, change: Partial<OutcomeEntry> = {}): OutcomeEntry {
  const { signalId, instrumentId, barType, modelVersion, confidence, source } = signalEntry(k);
  return {
    kind: 'outcome',
    signalId,
    instrumentId,
    barType,
    modelVersion,
    confidence,
    source,
    entryTs: START + 99n * MINUTE,
    outcome: 'take_profit',
    label: 1,
    tradeReturn: 0.1 + 0.2,
    isNet: false,
    costBps: 1.1,
    coin: 0.1 / 3,
    excess: 0.1 + 0.2 - 0.1 / 3,
    exitTs: START + 105n * MINUTE,
    reason: null,
    resolvedMs: 1_700_000_000_123,
    ...change,
  };
}

/** A move of a retraining. */
export function triggerEntry(
  triggerId: string,
  state: TriggerEntry['state'],
  change: Partial<TriggerEntry> = {},
): TriggerEntry {
  return {
    kind: 'trigger',
    triggerId,
    instrumentId: 'A',
    barType: null,
    reason: 'manual',
    detector: null,
    state,
    priority: 1,
    resumedFrom: null,
    modelVersion: null,
    note: null,
    atMs: 0,
    ...change,
  };
}

/** A judgement; its hash is none that a chain would hold by. */
export function judgementEntry(change: Partial<JudgementEntry> = {}): JudgementEntry {
  return {
    kind: 'judgement',
    champion: 'm-1',
    challenger: 'm-2',
    verdict: 'hold',
    reason: 'it is not proven better',
    alpha: 0.025,
    attempt: 1,
    test: 'paired log loss',
    firstTs: 1n,
    lastTs: 2n,
    figures: { nEvents: 500, pBetter: 0.3 },
    atMs: 3,
    previousHash: null,
    hash: sha256('judgement'),
    ...change,
  };
}

/** A halt without a reason. */
export function haltEntry(change: Partial<HaltEntry> = {}): HaltEntry {
  return { kind: 'halt', halted: true, reason: null, atMs: 0, ...change };
}

/** A point of a detector. */
export function detectorEntry(change: Partial<DetectorEntry> = {}): DetectorEntry {
  return {
    kind: 'detector',
    modelVersion: 'm-2',
    event: 'point',
    outcomeSeq: 3,
    ts: 5n,
    statistic: 2.5,
    nScored: 3,
    nSpans: 2,
    nInside: 4,
    lastAlarmTs: null,
    isAlarmed: false,
    atMs: 0,
    ...change,
  };
}

/** A letter of one stream entry. */
export function deadLetter(change: Partial<DeadLetterEntry> = {}): DeadLetterEntry {
  return {
    kind: 'dead_letter',
    stream: 'signals',
    entryId: '1-1',
    signalId: null,
    code: 'BAD_JSON',
    reason: 'it is no JSON',
    payload: Uint8Array.of(0, 255),
    atMs: 5,
    ...change,
  };
}

/** The settings that the signals of {@link signalEntry} name. */
export const SETTINGS: SettingsEntry = { kind: 'settings', settingsId: sha256('settings'), settings: '{"a":1}' };

/** The bars that the signals of {@link signalEntry} name. */
export const WINDOW: BarsEntry = barsEntry(0, 'BTC-PERP.TEST', journalBars(100));
