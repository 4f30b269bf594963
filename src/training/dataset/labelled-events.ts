import type { OrchestratorConfig } from '../../config/index.ts';
import { TrainingError } from '../../core/index.ts';
import { type Labeler, standInReturn, type TradeTerms, tradeTerms } from '../../labeling/index.ts';
import { sharedBytes, sharedFloats, sharedIntegers, sharedSigned } from '../../math/index.ts';
import { earlierMeanReturns } from '../../validation/index.ts';
import { areLabelsGiven, type InstrumentBars } from '../instrument-bars.ts';
import { labelInstrument } from '../labels/told-events.ts';
import { labelerOf, type OwnParts } from '../own-parts.ts';
import type { Timeline } from '../timeline.ts';
import { checkEnoughBars, type InstrumentEvents } from './instrument-events.ts';

/** What labels are made from. */
export interface LabelSource {
  readonly instruments: readonly InstrumentBars[];
  readonly config: OrchestratorConfig;
  /** Definitions of the caller; absent for the built-in ones. */
  readonly own?: OwnParts | undefined;
}

/**
 * Labelled events of one or several instruments, by the time of their entry and, at the same time, in the order of the
 * instruments. `t0`, `t1` and `otherT1` are ticks of the common time, on which spans of different instruments overlap or do not.
 */
export interface LabelledEvents extends InstrumentEvents {
  /** (nEvents,) which instrument of the training. */
  readonly instrument: Int32Array;
  /** (nEvents,) bar of entry in its own instrument. */
  readonly entry: Int32Array;
  /** (nEvents,) bar of exit in its own instrument. */
  readonly exit: Int32Array;
  /** (nEvents,) the same of the opposite side; -1 where that has no end. */
  readonly otherExit: Int32Array;
  /** Terms of every instrument. */
  readonly terms: readonly TradeTerms[];
  /**
   * Whether the labels were handed in. Nothing is known of the other side then: `otherExit` is the own exit, `otherLabel` 0, and
   * `otherRet` the `standInReturn` by which the excess is the return less the mean of that side in events that had ended before.
   */
  readonly isGiven: boolean;
}

/**
 * Labels every instrument by itself, by the labeler of its own terms, and merges the events in time.
 *
 * @throws {DataError} `NOT_ENOUGH_BARS` when the instruments together cover too little time. @throws {TrainingError} for a
 * labeler that only knows given outcomes.
 */
export function labelInstruments({ instruments, config, own }: LabelSource, timeline: Timeline): LabelledEvents {
  checkEnoughBars(timeline.tsEvent.length);
  const terms = instruments.map(({ bars }) => tradeTerms(bars.close, config.labels));
  const parts = instruments.map((each, i) => labelInstrument(each, config, labelerOf(config, own, terms[i])));
  const merged = parts.length === 1 ? aloneInTime(parts[0]) : mergeInTime(parts, timeline);
  const isGiven = areLabelsGiven(instruments);
  return { ...(isGiven ? withStandIns(merged) : merged), terms, isGiven };
}

type MergedEvents = Omit<LabelledEvents, 'terms' | 'isGiven'>;

/** Given trades with what stands in for the other side. */
function withStandIns(events: MergedEvents): MergedEvents {
  const mean = earlierMeanReturns(events);
  const otherRet = sharedFloats(mean.length);
  for (let k = 0; k < mean.length; k++) otherRet[k] = standInReturn(events.ret[k], mean[k]);
  return { ...events, otherRet, otherT1: events.t1, otherExit: events.exit };
}

/** The labeler of every instrument of a training. */
export function labelersOf({ config, own }: LabelSource, terms: readonly TradeTerms[]): Labeler[] {
  return terms.map((each) => labelerOf(config, own, each));
}

/** Events of the only instrument, whose bars are the common time. */
function aloneInTime(part: InstrumentEvents): MergedEvents {
  const { t0, t1, otherT1 } = part;
  return { ...part, instrument: sharedIntegers(t0.length), entry: t0, exit: t1, otherExit: otherT1 };
}

function mergeInTime(parts: readonly InstrumentEvents[], timeline: Timeline): MergedEvents {
  const n = parts.reduce((total, { label }) => total + label.length, 0);
  const events = emptyEvents(n, parts);
  const next = parts.map(() => 0);
  for (let row = 0; row < n; row++) {
    const i = earliest(parts, next, timeline);
    const part = parts[i];
    const ticks = timeline.ticks[i];
    const k = next[i]++;
    const otherBar = part.otherT1[k];
    events.instrument[row] = i;
    events.entry[row] = part.t0[k];
    events.exit[row] = part.t1[k];
    events.otherExit[row] = otherBar;
    events.t0[row] = ticks[part.t0[k]];
    events.t1[row] = ticks[part.t1[k]];
    events.otherT1[row] = otherBar < 0 ? -1 : ticks[otherBar];
    events.kind[row] = part.kind[k];
    events.side[row] = part.side[k];
    events.label[row] = part.label[k];
    events.ret[row] = part.ret[k];
    events.otherLabel[row] = part.otherLabel[k];
    events.otherRet[row] = part.otherRet[k];
    events.risk[row] = part.risk[k];
    events.volatility[row] = part.volatility[k];
  }
  return events;
}

function emptyEvents(n: number, parts: readonly InstrumentEvents[]): MergedEvents {
  return {
    instrument: sharedIntegers(n),
    entry: sharedIntegers(n),
    exit: sharedIntegers(n),
    otherExit: sharedIntegers(n),
    t0: sharedIntegers(n),
    t1: sharedIntegers(n),
    otherT1: sharedIntegers(n),
    kind: sharedBytes(n),
    side: sharedSigned(n),
    label: sharedBytes(n),
    ret: sharedFloats(n),
    otherLabel: sharedBytes(n),
    otherRet: sharedFloats(n),
    risk: sharedFloats(n),
    volatility: sharedFloats(n),
    nUnresolved: parts.reduce((total, part) => total + part.nUnresolved, 0),
    nWithoutRange: parts.reduce((total, part) => total + part.nWithoutRange, 0),
  };
}

/** The instrument whose next event was entered first. */
function earliest(parts: readonly InstrumentEvents[], next: readonly number[], { ticks }: Timeline): number {
  let best = -1;
  let first = Infinity;
  parts.forEach(({ t0 }, i) => {
    const tick = next[i] < t0.length ? ticks[i][t0[next[i]]] : Infinity;
    if (tick >= first) return;
    best = i;
    first = tick;
  });
  return best;
}

/**
 * @param leftOut - why there are not more, a clause; null where none was left out.
 * @throws {TrainingError} when no honest model can be fitted to these labels.
 */
export function checkTrainable(label: Uint8Array, minSamples: number, leftOut: string | null = null): void {
  if (label.length < minSamples) {
    const remedy = leftOut === null ? 'add bars or signals' : `${leftOut} and are left out: complete the data`;
    const message = `training needs at least ${minSamples} labelled events, the data gives ${label.length}; ${remedy}`;
    throw new TrainingError('NOT_ENOUGH_EVENTS', message);
  }
  const first = label[0];
  if (label.every((bin) => bin === first)) {
    throw new TrainingError(
      'ONE_CLASS',
      `all ${label.length} labelled events have label ${first}; a model needs both: change labels.min_return or the barriers`,
    );
  }
}
