import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { averageTrueRange } from '../../features/index.ts';
import { FILL_RULES, type FillRule, type TradeTerms } from '../../labeling/index.ts';
import { medianOf } from '../../math/index.ts';
import { commonTimeline, type LabelSource, labelerOf, rebook, referenceExcess } from '../../training/index.ts';
import {
  type BothReturns,
  type Claims,
  isOneSided,
  judgeClaims,
  overlapLag,
  type ReferenceExcess,
} from '../../validation/index.ts';
import type { ML4TOrchestrator } from '../ml4t-orchestrator.ts';
import { coinOfSignals, judgedTrades, type ScoredSignal } from './judged-replay.ts';
import { replayFill, replayTerms } from './replay-terms.ts';

/**
 * Judges replayed signals as a training judges its own out of sample, by the statistics and terms of the model that serves.
 *
 * @param bars - the replayed ones.
 * @param signals - at least one, in time order, all after the training data of the model.
 */
export function replayClaims(
  orchestrator: ML4TOrchestrator,
  bars: BarSeries,
  signals: readonly ScoredSignal[],
): Claims {
  const { config, inferenceLoop, own } = orchestrator;
  const metadata = inferenceLoop.model?.metadata ?? null;
  const fill = replayFill(config, metadata);
  const terms = replayTerms(config, metadata, signals[0].enriched.signalEvent.instrumentId, bars.close);
  const labels = { ...config.labels, fill };
  const source = { instruments: [{ instrument: null, bars, side: null }], config: { ...config, labels }, own };
  const trades = judgedTrades(signals, metadata?.decision?.keeping.beta ?? Number.NaN);
  const coin = coinOfSignals(signals);
  const isKnown = coin === 'known';
  const { hasBarriers = true } = labelerOf(source.config, own, terms);
  return judgeClaims({
    trades,
    ownEnd: Int32Array.from(signals, ({ t1 }) => t1),
    terms: [terms],
    rebooked: isKnown && hasBarriers ? rebookAll(source, trades.t0, trades.side, terms) : null,
    coin,
    reference: isKnown && isOneSided(trades) ? referenceOf(source, bars, trades.t0, terms) : null,
    closes: [bars.close],
    medianAtrTicks: medianAtrTicks(bars, trades.t0, terms.tickSize),
    fill,
  });
}

function rebookAll(
  source: LabelSource,
  entry: Int32Array,
  side: Int8Array,
  terms: TradeTerms,
): Record<FillRule, BothReturns> {
  const n = entry.length;
  const events = { instrument: new Int32Array(n), entry, side, kind: new Uint8Array(n), terms: [terms] };
  const booked = FILL_RULES.map((fill) => [fill, rebook(events, source, fill)]);
  return Object.fromEntries(booked) as Record<FillRule, BothReturns>;
}

/** D at every tenth bar from the first judged signal to the last; bars outside say nothing about its moments. */
function referenceOf(source: LabelSource, bars: BarSeries, entry: Int32Array, terms: TradeTerms): ReferenceExcess {
  const from = Math.max(0, entry[0] - WINDOW_BARS + 1);
  const instruments = [{ instrument: null, bars: bars.slice(from, bars.length), side: null }];
  const { excess, instrument, t0, end } = referenceExcess({ ...source, instruments }, commonTimeline(instruments), [
    terms,
  ]);
  const nInside = t0.filter((bar) => bar + from <= entry[entry.length - 1]).length;
  return {
    excess: excess.subarray(0, nInside),
    instrument: instrument.subarray(0, nInside),
    lag: overlapLag(t0.subarray(0, nInside), end.subarray(0, nInside)),
  };
}

/** Median ATR(14) at the signals in ticks; null where prices lie on no grid. */
function medianAtrTicks(bars: BarSeries, entry: Int32Array, tickSize: number | null): number | null {
  if (tickSize === null) return null;
  const atr = averageTrueRange(bars);
  return medianOf(Float64Array.from(entry, (bar) => atr[bar] / tickSize));
}
