import type { OrchestratorConfig } from '../../config/index.ts';
import { DataError, TrainingError } from '../../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { volatility } from '../../features/index.ts';
import { type Events, type Labeler, labelTrades, primarySides, sampleEvents } from '../../labeling/index.ts';
import type { InstrumentBars } from '../instrument-bars.ts';
import type { Timeline } from '../timeline.ts';

/** Minimum number of bars of a training; walk-forward validation on fewer proves nothing. */
export const MIN_TRAINING_BARS = 1000;

/** Labelled events of one instrument in time order: what happened after every signal of the primary. Rows are events. */
export interface InstrumentEvents {
  /** (nEvents,) bar of entry, increasing. */
  readonly t0: Int32Array;
  /** (nEvents,) bar of exit, >= t0 + 1; the label span is the closed interval [t0, t1]. */
  readonly t1: Int32Array;
  /** (nEvents,) index into `BARRIER_KINDS`: what ended the trade. */
  readonly kind: Uint8Array;
  /** (nEvents,) -1 or +1. */
  readonly side: Int8Array;
  /** (nEvents,) meta-label: 1 when following the signal paid. */
  readonly label: Uint8Array;
  /** (nEvents,) net simple return in the direction of the signal. */
  readonly ret: Float64Array;
  /** Number of events whose trades were open at the end of the data; they have no label. */
  readonly nUnresolved: number;
  /** Number of events at which no trade could be opened (for barriers, bars without any range); they have no label. */
  readonly nWithoutRange: number;
}

/**
 * Labelled events of one or several instruments, by the time of their entry and, at the same time, in the order of the
 * instruments. `t0` and `t1` are ticks of the common time, on which spans of different instruments overlap or do not.
 */
export interface LabelledEvents extends InstrumentEvents {
  /** (nEvents,) which instrument of the training. */
  readonly instrument: Int32Array;
  /** (nEvents,) bar of entry in its own instrument. */
  readonly entry: Int32Array;
  /** (nEvents,) bar of exit in its own instrument. */
  readonly exit: Int32Array;
}

/**
 * {@link labelEvents} of every instrument by itself, merged in time.
 *
 * @throws {DataError} `NOT_ENOUGH_BARS` when the instruments together cover too little time. @throws {TrainingError} for a
 * labeler that only knows given outcomes.
 */
export function labelInstruments(
  instruments: readonly InstrumentBars[],
  timeline: Timeline,
  config: OrchestratorConfig,
  labeler: Labeler,
): LabelledEvents {
  checkEnoughBars(timeline.tsEvent.length);
  const parts = instruments.map(({ bars, side }) => labelBars(bars, side, config, labeler));
  const n = parts.reduce((total, { label }) => total + label.length, 0);
  const events: LabelledEvents = {
    instrument: new Int32Array(n),
    entry: new Int32Array(n),
    exit: new Int32Array(n),
    t0: new Int32Array(n),
    t1: new Int32Array(n),
    kind: new Uint8Array(n),
    side: new Int8Array(n),
    label: new Uint8Array(n),
    ret: new Float64Array(n),
    nUnresolved: parts.reduce((total, part) => total + part.nUnresolved, 0),
    nWithoutRange: parts.reduce((total, part) => total + part.nWithoutRange, 0),
  };
  const next = parts.map(() => 0);
  for (let row = 0; row < n; row++) {
    const i = earliest(parts, next, timeline);
    const part = parts[i];
    const ticks = timeline.ticks[i];
    const k = next[i]++;
    events.instrument[row] = i;
    events.entry[row] = part.t0[k];
    events.exit[row] = part.t1[k];
    events.t0[row] = ticks[part.t0[k]];
    events.t1[row] = ticks[part.t1[k]];
    events.kind[row] = part.kind[k];
    events.side[row] = part.side[k];
    events.label[row] = part.label[k];
    events.ret[row] = part.ret[k];
  }
  return events;
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
 * Turns bars into labelled events. An event uses bars up to its own; its label uses the bars up to its exit.
 *
 * @param side - (nBars,) the signals that came with the data, all of which are events; null for the built-in primary.
 * @throws {DataError} `NOT_ENOUGH_BARS`. @throws {TrainingError} for a labeler that only knows given outcomes.
 */
export function labelEvents(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  checkEnoughBars(bars.length);
  return labelBars(bars, side, config, labeler);
}

function checkEnoughBars(nBars: number): void {
  if (nBars >= MIN_TRAINING_BARS) return;
  const message = `training needs at least ${MIN_TRAINING_BARS} bars, the data has ${nBars}; add bars`;
  throw new DataError('NOT_ENOUGH_BARS', message);
}

function labelBars(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  labeler: Labeler,
): InstrumentEvents {
  checkResolves(labeler);
  const events = findEvents(bars, side, config);
  const { target, exit, kind, ret, label } = labelTrades(labeler, bars, events, config.labels.fill);
  const resolved = Int32Array.from(events.index.keys()).filter((k) => exit[k] >= 0);
  const nWithoutRange = target.filter((each) => !(each > 0)).length;
  return {
    t0: pick(events.index, resolved),
    t1: pick(exit, resolved),
    kind: pick(kind, resolved),
    side: pick(events.side, resolved),
    label: pick(label, resolved),
    ret: pick(ret, resolved),
    nUnresolved: events.index.length - resolved.length - nWithoutRange,
    nWithoutRange,
  };
}

/** @throws {TrainingError} for a labeler that only knows given outcomes. */
export function checkResolves({ name, isGiven }: Labeler): void {
  if (!isGiven) return;
  const message = `labeler ${name} only knows outcomes that are reported, so that bars give no labels; train with a labeler that resolves trades`;
  throw new TrainingError('TRAINING_FAILED', message);
}

/** The events of the primary: given signals are all events, a built-in primary is sampled as configured. */
export function findEvents(bars: BarSeries, side: Int8Array | null, config: OrchestratorConfig): Events {
  if (side !== null) return sampleEvents(bars, side, { sampling: 'every', threshold: null, windowBars: WINDOW_BARS });
  const { primary, sampling, cusumMultiplier } = config.events;
  const threshold = sampling === 'cusum' ? volatility(bars).map((v) => v * cusumMultiplier) : null;
  return sampleEvents(bars, primarySides(bars, primary), { sampling, threshold, windowBars: WINDOW_BARS });
}

/** @throws {TrainingError} when no honest forest can be grown from these labels. */
export function checkTrainable(label: Uint8Array, minSamples: number): void {
  if (label.length < minSamples) {
    const message = `training needs at least ${minSamples} labelled events, the data gives ${label.length}; add bars or signals`;
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

/** The rows of a column named by their indices. */
export function pick<T extends Int32Array | Int8Array | Uint8Array | Float64Array>(column: T, rows: Int32Array): T {
  const out = new (column.constructor as new (n: number) => T)(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}
