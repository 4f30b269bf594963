import { ConditionError, checkInRange, checkSameLength } from '../../core/index.ts';
import { accuracyScore, baseRate, logLoss, logLosses, overlapLag } from '../../validation/index.ts';
import { type ChanceOfGain, chanceByStretches } from './chance-of-gain.ts';

/** What two models said of the same events, in time order; rows are events. */
export interface ScoredEvents {
  /** (nEvents,) 0 or 1. */
  readonly label: Uint8Array;
  /** (nEvents,) confidences in [0, 1]. */
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** (nEvents,) label spans, closed, in any unit that shows which overlap; t0 does not decrease. */
  readonly t0: Int32Array;
  readonly t1: Int32Array;
}

/** How two models did on the same events, and how likely the difference is by chance alone. */
export interface Comparison {
  readonly nEvents: number;
  readonly baseRate: number;
  readonly championAccuracy: number;
  readonly challengerAccuracy: number;
  readonly championLogLoss: number;
  readonly challengerLogLoss: number;
  /** Chance of so large a gain in log loss if the challenger were no better. */
  readonly pBetter: number;
  /** Chance of so large a loss if it were no worse. */
  readonly pWorse: number;
  /** Events up to which labels overlap. */
  readonly lag: number;
}

/**
 * Compares two models by a paired one-sided test of log loss with room for overlapping labels.
 *
 * @param chanceOf - the test; by default that of 20 stretches.
 * @throws {ConditionError} for columns of different lengths, no events, or a confidence that is none.
 */
export function compareModels(events: ScoredEvents, chanceOf: ChanceOfGain = chanceByStretches): Comparison {
  const { label, champion, challenger, t0, t1 } = events;
  checkSameLength('champion', champion, 'label', label);
  checkSameLength('challenger', challenger, 'label', label);
  if (label.length === 0) throw new ConditionError('label', 'at least one event', 0);
  const lag = overlapLag(t0, t1);
  for (const scores of [champion, challenger]) for (const score of scores) checkInRange('confidence', score, 0, 1);
  const losses = logLosses(label, challenger);
  const gain = logLosses(label, champion).map((loss, i) => loss - losses[i]);
  return Object.freeze({
    nEvents: label.length,
    baseRate: baseRate(label),
    championAccuracy: accuracyScore(label, champion),
    challengerAccuracy: accuracyScore(label, challenger),
    championLogLoss: logLoss(label, champion),
    challengerLogLoss: logLoss(label, challenger),
    pBetter: chanceOf(gain, lag),
    pWorse: chanceOf(
      gain.map((each) => -each),
      lag,
    ),
    lag,
  });
}
