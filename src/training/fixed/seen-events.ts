import { formatIsoNanos, TrainingError } from '../../core/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { rocAucScore, type WalkForwardFold, walkForwardFolds } from '../../validation/index.ts';
import type { FitContext } from '../fit-rows.ts';
import { endTicks } from '../timeline.ts';
import type { FixedPredictor } from './fixed-predictor.ts';
import { findSkillBreak } from './skill-break.ts';

/** How many of the events a predictor may have learned from. */
export interface SeenEvents {
  /** Number of events that began up to its last bar. */
  readonly nSeen: number;
  /** Number of later ones that began before the labels of all those had ended, embargo included. */
  readonly nPurged: number;
  /** Number of the rest, which it cannot know. */
  readonly nUnseen: number;
}

/** What is known of the past of a fixed predictor. */
export interface FixedFigures extends SeenEvents {
  /** See {@link FixedPredictor}. */
  readonly trainedUntil: bigint | null;
  /**
   * Area under the ROC curve before calibration, of events that it may have learned from, and of those that are judged or calibrate. The
   * first says how much of the second could be memory; null where there are none, or all have one label.
   */
  readonly aucSeen: number | null;
  readonly aucUnseen: number | null;
  /** Close of the bar, UNIX ns, until which its unseen events look known to it, and both areas; null where none does. */
  readonly looksKnownUntil: { readonly ts: bigint; readonly aucBefore: number; readonly aucAfter: number } | null;
}

type SeenContext = Pick<FitContext, 'timeline' | 'events' | 'config'>;

/**
 * Counts the events that a predictor may have learned from, which are the first ones.
 *
 * @param ends - (nEvents,) ticks at which the labels, embargo included, have ended.
 */
export function seenEvents(
  { timeline, events }: Pick<SeenContext, 'timeline' | 'events'>,
  ends: Int32Array,
  trainedUntil: bigint | null,
): SeenEvents {
  const { t0 } = events;
  if (trainedUntil === null) return { nSeen: 0, nPurged: 0, nUnseen: t0.length };
  const nSeen = rowsWhere(t0.length, (row) => timeline.tsEvent[t0[row]] <= trainedUntil).length;
  let known = -1;
  for (let row = 0; row < nSeen; row++) known = Math.max(known, ends[row]);
  const nUnseen = rowsWhere(t0.length, (row) => row >= nSeen && t0[row] > known).length;
  return { nSeen, nPurged: t0.length - nSeen - nUnseen, nUnseen };
}

/**
 * The blocks of the walk-forward of a fixed predictor: only events that it cannot know are judged, and calibrate. What comes before them fits
 * the rest, as the first block of a training does; that is at least as much as one block.
 *
 * @param ends - as for {@link seenEvents}.
 * @throws {TrainingError} `NOT_ENOUGH_EVENTS` where too few events are left.
 */
export function unseenFolds(context: SeenContext, ends: Int32Array, trainedUntil: bigint | null): WalkForwardFold[] {
  const { events, config } = context;
  const { nUnseen } = seenEvents(context, ends, trainedUntil);
  const least = config.training.minTrainingSamples;
  if (nUnseen < least) throw tooFew(nUnseen, least, trainedUntil);
  const { nFolds } = config.walkForward;
  const nBefore = Math.max(events.t0.length - nUnseen, Math.floor(events.t0.length / (nFolds + 1)));
  return walkForwardFolds(events.t0, ends, { ...config.walkForward, embargoBars: 0, nBefore });
}

function tooFew(nUnseen: number, least: number, trainedUntil: bigint | null): TrainingError {
  const after = trainedUntil === null ? '' : ` after ${formatIsoNanos(trainedUntil)}, where its training ended`;
  const remedy = 'add bars that the model has not seen, or train it on fewer';
  const message = `calibrating needs at least ${least} labelled events that the model cannot know, the data gives ${nUnseen}${after}; ${remedy}`;
  return new TrainingError('NOT_ENOUGH_EVENTS', message);
}

/**
 * The figures of a finished training.
 *
 * @param rawProbability - (nEvents,) of the judged events; NaN elsewhere. @param fitted.x - (nEvents, nFeatures) all events.
 * @returns null where the predictor was fitted.
 */
export function fixedFigures(
  context: FitContext,
  rawProbability: Float64Array,
  { x }: { readonly x: Float32Array },
): FixedFigures | null {
  const { fixed, events, timeline, instruments, config } = context;
  if (fixed === null) return null;
  const { predictor, trainedUntil } = fixed;
  const ends = endTicks(timeline, instruments, events, config.walkForward.embargoBars);
  const seen = seenEvents(context, ends, trainedUntil);
  const [nSeen, nFeatures] = [seen.nSeen, config.featureNames.length];
  return {
    ...seen,
    trainedUntil,
    aucSeen: aucOf(events.label.subarray(0, nSeen), predictor.predictMany(x.subarray(0, nSeen * nFeatures), nSeen)),
    aucUnseen: unseenAuc(context, rawProbability),
    looksKnownUntil: looksKnownUntil(context, rawProbability),
  };
}

function looksKnownUntil(
  { events, timeline }: FitContext,
  rawProbability: Float64Array,
): FixedFigures['looksKnownUntil'] {
  const judged = judgedRows(rawProbability);
  const [label, score] = [pick(events.label, judged), pick(rawProbability, judged)];
  const found = findSkillBreak({ label, score, t0: pick(events.t0, judged), t1: pick(events.t1, judged) });
  if (found === null) return null;
  const { at, ...areas } = found;
  return { ts: timeline.tsEvent[at], ...areas };
}

function judgedRows(rawProbability: Float64Array): Int32Array {
  return rowsWhere(rawProbability.length, (row) => !Number.isNaN(rawProbability[row]));
}

/** Area under the ROC curve of the judged events; null where all have one label. @param rawProbability - as for {@link fixedFigures}. */
export function unseenAuc({ events }: Pick<FitContext, 'events'>, rawProbability: Float64Array): number | null {
  const judged = judgedRows(rawProbability);
  return aucOf(pick(events.label, judged), pick(rawProbability, judged));
}

/** What a model file says of its predictor's past. */
export function untilText({ trainedUntil }: FixedPredictor): string {
  return trainedUntil === null ? 'unseen' : formatIsoNanos(trainedUntil);
}

function aucOf(label: Uint8Array, score: Float64Array): number | null {
  const auc = rocAucScore(label, score);
  return Number.isNaN(auc) ? null : auc;
}
