import type { OrchestratorConfig } from '../config/index.ts';
import { DataError, TrainingError } from '../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../domain/index.ts';
import { averageTrueRange, volatility } from '../features/index.ts';
import { metaLabels, primarySides, sampleEvents, tripleBarrier } from '../labeling/index.ts';
import type { Timeline, TrainingSeries } from './timeline.ts';

/** Bars below which walk-forward validation says nothing worth reading. */
export const MIN_TRAINING_BARS = 1000;

/** Labelled events of one series in time order: what happened after every signal of the primary. Rows are events. */
export interface SeriesEvents {
  /** (nEvents,) bar of entry, increasing. */
  readonly t0: Int32Array;
  /** (nEvents,) bar of exit, >= t0 + 1; the label span is the closed interval [t0, t1]. */
  readonly t1: Int32Array;
  /** (nEvents,) -1 or +1. */
  readonly side: Int8Array;
  /** (nEvents,) meta-label: 1 when the net return in the direction of the signal exceeded `min_return`. */
  readonly label: Uint8Array;
  /** (nEvents,) net simple return in the direction of the signal. */
  readonly ret: Float64Array;
  /** Events whose barriers were not resolved by the end of the data; they have no label. */
  readonly nUnresolved: number;
  /** Events at bars without any range (ATR 0), for which no barrier can be set; they have no label. */
  readonly nWithoutRange: number;
}

/**
 * Labelled events of one or several series, by the time of their entry and, at the same time, in the order of the series. `t0` and `t1`
 * are ticks of the time they share, on which spans of different instruments overlap or do not.
 */
export interface LabelledEvents extends SeriesEvents {
  /** (nEvents,) which series. */
  readonly series: Int32Array;
  /** (nEvents,) bar of entry in its own series. */
  readonly entry: Int32Array;
  /** (nEvents,) bar of exit in its own series. */
  readonly exit: Int32Array;
}

/**
 * {@link labelEvents} of every series by itself, merged in time.
 *
 * @throws {DataError} `NOT_ENOUGH_BARS` when the series together cover too little time.
 */
export function labelSeries(
  series: readonly TrainingSeries[],
  timeline: Timeline,
  config: OrchestratorConfig,
): LabelledEvents {
  checkEnoughBars(timeline.tsEvent.length);
  const parts = series.map(({ bars, sides }) => labelBars(bars, sides, config));
  const n = parts.reduce((total, { label }) => total + label.length, 0);
  const events = {
    ...{ series: new Int32Array(n), entry: new Int32Array(n), exit: new Int32Array(n) },
    ...{ t0: new Int32Array(n), t1: new Int32Array(n) },
    ...{ side: new Int8Array(n), label: new Uint8Array(n), ret: new Float64Array(n) },
    nUnresolved: parts.reduce((total, part) => total + part.nUnresolved, 0),
    nWithoutRange: parts.reduce((total, part) => total + part.nWithoutRange, 0),
  };
  const next = parts.map(() => 0);
  for (let row = 0; row < n; row++) {
    const s = earliest(parts, next, timeline);
    const { t0, t1, side, label, ret } = parts[s];
    const k = next[s]++;
    events.series[row] = s;
    [events.entry[row], events.exit[row]] = [t0[k], t1[k]];
    [events.t0[row], events.t1[row]] = [timeline.ticks[s][t0[k]], timeline.ticks[s][t1[k]]];
    [events.side[row], events.label[row], events.ret[row]] = [side[k], label[k], ret[k]];
  }
  return events;
}

/** The series whose next event was entered first. */
function earliest(parts: readonly SeriesEvents[], next: readonly number[], { ticks }: Timeline): number {
  let [best, first] = [-1, Infinity];
  parts.forEach(({ t0 }, s) => {
    const tick = next[s] < t0.length ? ticks[s][t0[next[s]]] : Infinity;
    if (tick < first) [best, first] = [s, tick];
  });
  return best;
}

/**
 * Turns bars into labelled events. An event uses bars up to its own; its label uses the bars up to its exit.
 *
 * @param sides - (nBars,) the signals that came with the data, all of which are events; null for the built-in primary.
 * @throws {DataError} `NOT_ENOUGH_BARS`. @throws {TrainingError} when too few events or a single class remain.
 */
export function labelEvents(bars: BarSeries, sides: Int8Array | null, config: OrchestratorConfig): SeriesEvents {
  checkEnoughBars(bars.length);
  return labelBars(bars, sides, config);
}

function checkEnoughBars(nBars: number): void {
  if (nBars >= MIN_TRAINING_BARS) return;
  const message = `training needs at least ${MIN_TRAINING_BARS} bars, the data has ${nBars}`;
  throw new DataError('NOT_ENOUGH_BARS', message);
}

function labelBars(bars: BarSeries, sides: Int8Array | null, config: OrchestratorConfig): SeriesEvents {
  const events = findEvents(bars, sides, config);
  const atr = averageTrueRange(bars);
  const { labels } = config;
  const barriers = tripleBarrier(bars, events, atr, labels);
  const meta = metaLabels(bars, events, barriers, labels);
  const resolved = Int32Array.from(events.index.keys()).filter((k) => barriers.exit[k] >= 0);
  const nWithoutRange = events.index.filter((bar) => !(atr[bar] > 0)).length;
  return {
    t0: pick(events.index, resolved),
    t1: pick(barriers.exit, resolved),
    side: pick(events.side, resolved),
    label: pick(meta.label, resolved),
    ret: pick(meta.ret, resolved),
    nUnresolved: events.index.length - resolved.length - nWithoutRange,
    nWithoutRange,
  };
}

/** The events of the primary: given signals are all events, a built-in primary is sampled as configured. */
export function findEvents(
  bars: BarSeries,
  sides: Int8Array | null,
  config: OrchestratorConfig,
): ReturnType<typeof sampleEvents> {
  if (sides !== null) return sampleEvents(bars, sides, { sampling: 'every', threshold: null, windowBars: WINDOW_BARS });
  const { primary, sampling, cusumMultiplier } = config.events;
  const threshold = sampling === 'cusum' ? volatility(bars).map((v) => v * cusumMultiplier) : null;
  return sampleEvents(bars, primarySides(bars, primary), { sampling, threshold, windowBars: WINDOW_BARS });
}

/** @throws {TrainingError} when no honest forest can be grown from these labels. */
export function checkTrainable(label: Uint8Array, minSamples: number): void {
  if (label.length < minSamples) {
    const message = `training needs at least ${minSamples} labelled events, the data gives ${label.length}`;
    throw new TrainingError('NOT_ENOUGH_EVENTS', message);
  }
  const first = label[0];
  if (label.every((bin) => bin === first)) {
    throw new TrainingError('ONE_CLASS', `all ${label.length} labelled events have label ${first}; a model needs both`);
  }
}

/** The rows of a column named by their indices. */
export function pick<T extends Int32Array | Int8Array | Uint8Array | Float64Array>(column: T, rows: Int32Array): T {
  const out = new (column.constructor as new (n: number) => T)(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}
