import { averageActiveBets, averageAtEntry, type BetSpans, roundToStep } from '../../risk/index.ts';
import type { ReplayedSignal } from './replay.ts';

/** Step to which positions are rounded. */
export const POSITION_STEP = 0.01;

/** How a position moved, from the first bet to the end of the last. */
export interface PositionFigures {
  /** Mean of |position| over the bars. */
  readonly mean: number;
  /** Largest |position|. */
  readonly largest: number;
  /** Sum of the |changes|, which is what was traded, each bet's end included. */
  readonly turnover: number;
}

/** What a position would have been by three ways to put the sizes of bets that are open at once together. */
export interface ReplayPositions {
  /** Number of signals with a size. */
  readonly nBets: number;
  /** Mean of |size| over the bets. */
  readonly meanSize: number;
  /** The sum of the open bets: each traded by itself. */
  readonly summed: PositionFigures;
  /** Their mean. @see López de Prado (2018), AFML ch. 10.3. */
  readonly averaged: PositionFigures;
  /** Their mean in steps of {@link POSITION_STEP}. @see AFML ch. 10.4. */
  readonly stepped: PositionFigures;
}

/** Positions that follow from a bet, at its entry. */
export interface EntryPosition {
  readonly averaged: number;
  readonly stepped: number;
}

/** Sizes of replayed signals as positions; null where nothing was bet. Those of the service are sizes of single signals. */
export function positionsOf(replayed: readonly ReplayedSignal[]): ReplayPositions | null {
  const bets = replayed.filter(({ enriched }) => enriched.size !== 0);
  if (bets.length === 0) return null;
  const spans = spansOf(bets);
  const { bar, average } = averageActiveBets(spans);
  return {
    nBets: bets.length,
    meanSize: bets.reduce((sum, { enriched }) => sum + Math.abs(enriched.size), 0) / bets.length,
    summed: figuresOf(bar, sumsAt(bar, spans)),
    averaged: figuresOf(bar, average),
    stepped: figuresOf(bar, average.map(toStep)),
  };
}

/** What the position becomes with each signal that is bet on; null for the others. */
export function entryPositions(replayed: readonly ReplayedSignal[]): (EntryPosition | null)[] {
  const isBet = ({ enriched }: ReplayedSignal): boolean => enriched.size !== 0;
  const averages = averageAtEntry(spansOf(replayed.filter(isBet)));
  let k = 0;
  return replayed.map((signal) => {
    if (!isBet(signal)) return null;
    const averaged = averages[k++];
    return { averaged, stepped: toStep(averaged) };
  });
}

function toStep(position: number): number {
  return roundToStep(position, POSITION_STEP, Infinity) || 0;
}

function spansOf(bets: readonly ReplayedSignal[]): BetSpans {
  return {
    t0: Int32Array.from(bets, ({ t0 }) => t0),
    t1: Int32Array.from(bets, ({ t1 }) => t1),
    size: Float64Array.from(bets, ({ enriched }) => enriched.size),
  };
}

/** Sum of the open bets at each bar. */
function sumsAt(bar: Int32Array, { t0, t1, size }: BetSpans): Float64Array {
  const change = new Map<number, number>();
  const add = (at: number, by: number): void => {
    if (at >= 0) change.set(at, (change.get(at) ?? 0) + by);
  };
  for (let k = 0; k < t0.length; k++) {
    add(t0[k], size[k]);
    add(t1[k], -size[k]);
  }
  let sum = 0;
  return Float64Array.from(bar, (at) => {
    sum += change.get(at) ?? 0;
    return sum;
  });
}

/** @param position - (nChanges,) from each of the bars on. */
function figuresOf(bar: Int32Array, position: Float64Array): PositionFigures {
  const last = bar.length - 1;
  let [area, largest, turnover, before] = [0, 0, 0, 0];
  for (let i = 0; i <= last; i++) {
    const held = Math.abs(position[i]);
    if (i < last) area += held * (bar[i + 1] - bar[i]);
    largest = Math.max(largest, held);
    turnover += Math.abs(position[i] - before);
    before = position[i];
  }
  const nBars = bar[last] - bar[0];
  return { mean: nBars > 0 ? area / nBars : Math.abs(before), largest, turnover };
}
