import { longestStep } from '../../core/index.ts';
import { type BarSeries, type LabelSettings, WINDOW_BARS } from '../../domain/index.ts';
import {
  barrierTick,
  eventCostBps,
  type Labeler,
  shareOnGrid,
  type TermsByName,
  type TradeSide,
  type TradeTerms,
  termsOf,
} from '../../labeling/index.ts';
import type { TradeEntry } from '../../ports/index.ts';

/** Share of a window's closes that must lie on the tick grid of a model whose file does not name its instrument. */
const LEAST_ON_GRID = 0.5;

/** What the entry of a trade depends on, beside its bars and side. */
export interface TradeRules {
  readonly labeler: Labeler;
  readonly labels: LabelSettings;
  /** Longest step between two later bars that is no hole; null for the longest step in the window. */
  readonly maxStepSeconds: number | null;
  /** Terms of the model that judged the signal, by instrument; null where it has none, or no model judged it. */
  readonly modelTerms: TermsByName | null;
}

/**
 * The entry of a signal's trade at the close of its last bar.
 *
 * @param bars - (W,) the bars the signal is judged by.
 */
export function tradeOf(instrumentId: string, bars: BarSeries, side: TradeSide, rules: TradeRules): TradeEntry {
  const { labeler, labels, maxStepSeconds, modelTerms } = rules;
  return {
    entryTs: bars.tsEvent[WINDOW_BARS - 1],
    target: targetOf(bars, side, labeler),
    maxStepNs: maxStepSeconds === null ? longestStepOf(bars) : BigInt(Math.round(maxStepSeconds * 1e9)),
    tickSize: barrierTick(labels, gridIn(modelTerms, instrumentId, bars)),
    costBps: eventCostBps(labels, modelTerms, instrumentId),
  };
}

/** Null where the model knows no grid of the instrument. A model of a single one is asked about any: then the closes must fit. */
function gridIn(terms: TermsByName | null, instrumentId: string, { close }: BarSeries): TradeTerms | null {
  const known = termsOf(terms, instrumentId);
  if (known === null || known.tickSize === null || known !== terms?.['']) return known;
  return shareOnGrid(close, known.tickSize) >= LEAST_ON_GRID ? known : null;
}

/** 0 where no trade can be opened; the journal has no NaN. */
function targetOf(bars: BarSeries, side: TradeSide, labeler: Labeler): number {
  try {
    const target = labeler.open(bars, WINDOW_BARS - 1, side);
    return Number.isNaN(target) ? 0 : target;
  } catch {
    return 0; // code of a caller must not cost a signal its answer
  }
}

function longestStepOf({ tsEvent }: BarSeries): bigint {
  const ns = longestStep(tsEvent, 0, tsEvent.length);
  if (Number.isSafeInteger(ns)) return BigInt(ns);
  let longest = 0n;
  for (let i = 1; i < tsEvent.length; i++) {
    const step = BigInt.asIntN(64, tsEvent[i] - tsEvent[i - 1]);
    if (step > longest) longest = step;
  }
  return longest;
}
