import type { OrchestratorConfig } from '../../config/index.ts';
import { type BarSeries, type ColumnValues, SIGNAL_STRENGTH, SignalEvent, WINDOW_BARS } from '../../domain/index.ts';
import { barrierTick, tradeTerms } from '../../labeling/index.ts';
import { lowerBound, pick, rowsWhere } from '../../math/index.ts';
import {
  type ContextInstrument,
  checkEnoughBars,
  type InstrumentBars,
  labelInstrument,
  MIN_TRAINING_BARS,
  type TrainingLoop,
} from '../../training/index.ts';
import { firstBars, type SignalledBars } from './past/past-signals.ts';
import { featuresAt, isCompleteAt } from './past-columns.ts';

export interface SplitOptions {
  readonly config: OrchestratorConfig;
  /** The rule of the labels, by the terms of an instrument. */
  readonly labelerFor: TrainingLoop['labelerFor'];
  /** UNIX time of the last bar that the serving model was trained on; null where it is not known. */
  readonly trainedUntil: bigint | null;
  /** Bars of other instruments. */
  readonly context?: readonly ContextInstrument[];
}

/** The latest events whose label is known, in time order: they judge a challenger and never train it. */
export interface Holdout {
  readonly events: readonly SignalEvent[];
  /** (nEvents,) */
  readonly label: Uint8Array;
  /** (nEvents,) bars of entry and of exit. */
  readonly t0: Int32Array;
  readonly t1: Int32Array;
  /** Share of the labels known before the first of them that are 1. */
  readonly knownRate: number;
}

/** What a training reads of a history. @param isGiven - whether outcomes only come from outside: then they are the events. */
export function instrumentOf({ bars, side, sent, told }: SignalledBars, isGiven: boolean): InstrumentBars {
  return isGiven
    ? { instrument: null, bars, side: null, sent, labels: told }
    : { instrument: null, bars, side, sent, told };
}

/**
 * Takes the latest labelled events out of a history, as many as {@link holdoutSize} says. What is left to train on ends, embargo
 * included, before the first of them: no label that trains reaches into a window that judges.
 *
 * @returns null where too little would be left to train on.
 * @throws {DataError} `NOT_ENOUGH_BARS`.
 */
export function splitHistory(
  history: SignalledBars,
  instrumentId: string,
  { config, labelerFor, trainedUntil, context = [] }: SplitOptions,
): { readonly training: SignalledBars; readonly holdout: Holdout } | null {
  const { bars, side, sent } = history;
  const terms = tradeTerms(bars.close, config.labels);
  const labeler = labelerFor({ tickSize: barrierTick(config.labels, terms), costBps: terms.costBps });
  checkEnoughBars(bars.length);
  const labelled = knownEvents(labelInstrument(instrumentOf(history, labeler.isGiven), config, labeler), sent);
  const nLater = labelled.t0.filter((bar) => trainedUntil === null || bars.tsEvent[bar] > trainedUntil).length;
  const first = labelled.t0.length - holdoutSize(config.retrain.holdoutEvents, { nEvents: labelled.t0.length, nLater });
  if (first < config.training.minTrainingSamples) return null;
  const t0 = labelled.t0.subarray(first);
  const cut = t0[0] - config.walkForward.embargoBars;
  if (cut < MIN_TRAINING_BARS) return null;
  const eventAt = (bar: number): SignalEvent => {
    // As many as are held: the two may need different numbers of them.
    const window = bars.slice(Math.max(0, bar + 1 - Math.max(WINDOW_BARS, config.server.heldBars)), bar + 1);
    return new SignalEvent({
      instrumentId,
      signal: side[bar] as -1 | 1,
      timestamp: bars.tsEvent[bar],
      bars: window,
      context: contextAt(context, bars.tsEvent[bar], config.server.heldBars),
      strength: sent.get(SIGNAL_STRENGTH)?.[bar] ?? 1,
      features: featuresAt(sent, bar),
    });
  };
  return {
    training: firstBars(history, cut),
    holdout: {
      events: Array.from(t0, eventAt),
      label: labelled.label.subarray(first),
      t0,
      t1: labelled.t1.subarray(first),
      knownRate: rateKnownAt(t0[0], labelled),
    },
  };
}

type LabelledEvents = Pick<Holdout, 't0' | 't1' | 'label'>;

/** Fewest events that judge where no number is set. */
export const FEWEST_HELD_OUT = 500;
/** Most of them. */
const MOST_HELD_OUT = 2000;

/**
 * Number of events that judge a challenger: what is set, else a quarter of the events, and none that the serving model was trained on;
 * at least 500, at most 2,000.
 *
 * @param set - `retrain.holdout_events`. @param nLater - number of events after all that the serving model was trained on.
 */
export function holdoutSize(
  set: number | null,
  { nEvents, nLater }: { readonly nEvents: number; readonly nLater: number },
): number {
  if (set !== null) return set;
  return Math.max(FEWEST_HELD_OUT, Math.min(Math.floor(nEvents / 4), nLater, MOST_HELD_OUT));
}

/** The events that both models can be asked about: a training leaves the others out too. */
function knownEvents({ t0, t1, label }: LabelledEvents, sent: ColumnValues): LabelledEvents {
  if (sent.size === 0) return { t0, t1, label };
  const rows = rowsWhere(t0.length, (k) => isCompleteAt(sent, t0[k]));
  return { t0: pick(t0, rows), t1: pick(t1, rows), label: pick(label, rows) };
}

function rateKnownAt(bar: number, { label, t1 }: Pick<Holdout, 'label' | 't1'>): number {
  const known = label.filter((_, k) => t1[k] < bar);
  return known.reduce((sum, each) => sum + each, 0) / known.length;
}

/** Of the bars of each other instrument the last ones that had closed by then. */
function contextAt(context: readonly ContextInstrument[], ts: bigint, n: number): ReadonlyMap<string, BarSeries> {
  return new Map(
    context.map(({ instrument, bars }) => {
      const end = lowerBound(bars.length, (i) => bars.tsEvent[i] <= ts);
      return [instrument, bars.slice(Math.max(0, end - n), end)];
    }),
  );
}
