import { type BarSeries, type EnrichedSignalEvent, type Side, SignalEvent, WINDOW_BARS } from '../domain/index.ts';
import { BARRIER_KINDS, type BarrierKind, labelTrades } from '../labeling/index.ts';
import { findEvents } from '../training/index.ts';
import type { ML4TOrchestrator } from './ml4t-orchestrator.ts';

/** One signal of a replayed feed and its outcome. */
export interface ReplayedSignal {
  readonly enriched: EnrichedSignalEvent;
  /** Bar of the signal. */
  readonly t0: number;
  /** Bar at which its trade ended; -1 while it is open. */
  readonly t1: number;
  /** What ended the trade. */
  readonly kind: BarrierKind;
  /** Net return in the direction of the signal; NaN while unresolved. */
  readonly ret: number;
  /** Meta-label, or null while unresolved. */
  readonly label: 0 | 1 | null;
  /** Whether the serving model was trained on bars of this time; such a signal is no evidence. */
  readonly inSample: boolean;
}

export interface ReplayOptions {
  readonly instrumentId: string;
  /** (nBars,) the signals that came with the bars, -1, 0 or 1; null for the built-in primary. */
  readonly side: Int8Array | null;
  /** Called for every event, in time order, as soon as it is enriched. */
  readonly onSignal?: (enriched: EnrichedSignalEvent) => void;
  readonly onProgress?: (done: number, total: number) => void;
  /** First bar of an event; the bars before it only fill the window. */
  readonly startBar?: number;
}

/** Number of events between two reports of progress. */
const PROGRESS_STEP = 5000;

/**
 * Replays bars like a live feed: every event of the primary is enriched from the window of bars that ends with it, and
 * resolved by the bars after it, by the labeler of the orchestrator.
 */
export function replay(orchestrator: ML4TOrchestrator, bars: BarSeries, options: ReplayOptions): ReplayedSignal[] {
  const { config, labeler } = orchestrator;
  const { instrumentId, side, onSignal, onProgress, startBar = 0 } = options;
  const events = findEvents(bars, side, config);
  const trades = labelTrades(labeler, bars, events);
  const replayed: ReplayedSignal[] = [];
  for (let k = 0; k < events.index.length; k++) {
    const t0 = events.index[k];
    if (t0 < startBar) continue;
    const window = bars.slice(t0 - WINDOW_BARS + 1, t0 + 1);
    const timestamp = bars.tsEvent[t0];
    const signal = events.side[k] as Side;
    const enriched = orchestrator.processSignal(new SignalEvent({ instrumentId, signal, timestamp, bars: window }));
    onSignal?.(enriched);
    const resolved = trades.exit[k] >= 0;
    replayed.push({
      enriched,
      t0,
      t1: trades.exit[k],
      kind: BARRIER_KINDS[trades.kind[k]],
      ret: resolved ? trades.ret[k] : Number.NaN,
      label: resolved ? (trades.label[k] as 0 | 1) : null,
      inSample: isInSample(orchestrator, timestamp),
    });
    if (k % PROGRESS_STEP === 0) onProgress?.(t0, bars.length);
  }
  onProgress?.(bars.length, bars.length);
  return replayed;
}

function isInSample(orchestrator: ML4TOrchestrator, timestamp: bigint): boolean {
  const { model } = orchestrator.inferenceLoop;
  const lastBarTs = model?.lastBarTs ?? null;
  return lastBarTs !== null && timestamp <= lastBarTs;
}
