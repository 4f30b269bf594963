import type { BarSeries, TradeClassifier } from '../../domain/index.ts';
import { normalCentral } from '../../math/index.ts';

/** A classifier other than `auto`. */
export type ResolvedClassifier = Exclude<TradeClassifier, 'auto'>;

/** Resolves `auto`: the exact split for bars with `takerBuyVolume`, else bulk volume classification. */
export function resolveClassifier(classifier: TradeClassifier, bars: BarSeries): ResolvedClassifier {
  if (classifier !== 'auto') return classifier;
  return bars.takerBuyVolume === null ? 'bvc' : 'aggressor';
}

/**
 * Writes (buys - sells) / volume of the `out.length` bars from `first` to `out`: 2 × buy share - 1, in [-1, 1]. A bar that cannot be
 * classified is split evenly: one without volume, without range, or without a close before it in the window.
 */
export function writeImbalance(
  classifier: ResolvedClassifier,
  bars: BarSeries,
  first: number,
  out: Float64Array,
): void {
  if (classifier === 'bvc') writeBulk(bars.close, first, out);
  else if (classifier === 'aggressor') writeAggressor(bars.volume, bars.takerBuyVolume, first, out);
  else if (classifier === 'tick_rule') writeTickRule(bars.close, first, out);
  else writeCloseLocation(bars, first, out);
}

function writeAggressor(volume: Float64Array, buys: Float64Array | null, first: number, out: Float64Array): void {
  if (buys === null) {
    out.fill(0);
    return;
  }
  for (let i = 0; i < out.length; i++) {
    const v = volume[first + i];
    out[i] = v > 0 ? 2 * (buys[first + i] / v) - 1 : 0;
  }
}

/**
 * Bulk volume classification: buy share Φ(Δc / σ), σ the sample standard deviation (n - 1) of the window's Δc.
 *
 * @see Easley, López de Prado, O'Hara (2012), RFS 25(5), eq. 7.
 */
function writeBulk(close: Float64Array, first: number, out: Float64Array): void {
  const nChanges = out.length - 1;
  const mean = (close[first + nChanges] - close[first]) / nChanges;
  let a = 0;
  let b = 0;
  let c = 0;
  let i = first + 1;
  for (; i + 2 <= first + nChanges; i += 3) {
    const u = close[i] - close[i - 1] - mean;
    const v = close[i + 1] - close[i] - mean;
    const w = close[i + 2] - close[i + 1] - mean;
    a += u * u;
    b += v * v;
    c += w * w;
  }
  for (; i <= first + nChanges; i++) {
    const u = close[i] - close[i - 1] - mean;
    a += u * u;
  }
  const sigma = Math.sqrt((a + b + c) / (nChanges - 1));
  if (!(sigma > 0)) {
    out.fill(0);
    return;
  }
  const scale = 1 / sigma;
  out[0] = 0;
  for (let j = 1; j < out.length; j++) out[j] = normalCentral((close[first + j] - close[first + j - 1]) * scale);
}

/** Tick rule: a bar is all buys when its close rose, all sells when it fell; an unchanged close keeps the last sign. */
function writeTickRule(close: Float64Array, first: number, out: Float64Array): void {
  let sign = 0;
  out[0] = 0;
  for (let i = 1; i < out.length; i++) {
    const now = close[first + i];
    const before = close[first + i - 1];
    if (now > before) sign = 1;
    else if (now < before) sign = -1;
    out[i] = sign;
  }
}

/** Close location: buy share (c - l) / (h - l). */
function writeCloseLocation(bars: BarSeries, first: number, out: Float64Array): void {
  const { high, low, close } = bars;
  for (let i = 0; i < out.length; i++) {
    const j = first + i;
    const range = high[j] - low[j];
    out[i] = range > 0 ? 2 * ((close[j] - low[j]) / range) - 1 : 0;
  }
}
