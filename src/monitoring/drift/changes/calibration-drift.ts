import type { MaturedOutcome } from '../../../domain/index.ts';
import { meanOf, overlapLag } from '../../../validation/index.ts';
import { labelSpans } from '../../label-spans.ts';
import { inEntryOrder, LatestOutcomes, type OutcomeColumns } from '../../outcome-columns.ts';
import { chanceOfMean } from '../../paired-test.ts';

/** What confidences promised beside what came true, and how likely chance does as much. */
export interface CalibrationFinding {
  readonly nOutcomes: number;
  /** Mean confidence, [0, 1]. */
  readonly promised: number;
  /** Share of them that won, [0, 1]. */
  readonly realised: number;
  /** Chance of what was found if every confidence were right: the smallest of four one-sided chances, times four. */
  readonly pValue: number;
}

export interface CalibrationPolicy {
  /** Number of latest outcomes that count. */
  readonly window: number;
  /** Least number of outcomes that is looked at. */
  readonly minOutcomes: number;
  /** Chance of a false alarm while one window of outcomes passes, (0, 1). */
  readonly falseAlarmRate: number;
}

const LOOKS_PER_WINDOW = 10;
const N_TESTS = 4;
/** Looks in a row that must find it: good and bad times of a market outlast labels. */
const LOOKS_IN_A_ROW = 2;
/** From this chance on, nothing is left of what was found. */
const OVER_AT = 0.05;

/**
 * Tests whether confidences are kept: that y − p has the mean 0 (they are not too high or too low as a whole), and so has
 * (y − p)(p − mean p) (they are not too sure or too timid), each to both sides. Labels that overlap, and times of a market that outlast
 * them, are allowed for as in {@link chanceOfMean}.
 *
 * @param outcomes - at least one, in any order, of one model.
 */
export function measureCalibration(outcomes: OutcomeColumns): CalibrationFinding {
  const ordered = inEntryOrder(outcomes);
  const { confidence } = ordered;
  const { t0, t1 } = labelSpans(ordered);
  const lag = overlapLag(t0, t1);
  const label = Float64Array.from(ordered.label);
  const n = label.length;
  const promised = meanOf(confidence);
  const level = new Float64Array(n);
  const spread = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    level[k] = label[k] - confidence[k];
    spread[k] = level[k] * (confidence[k] - promised);
  }
  const chance = Math.min(...chancesOf(level, lag), ...chancesOf(spread, lag));
  return { nOutcomes: n, promised, realised: meanOf(label), pValue: Math.min(1, N_TESTS * chance) };
}

/** Chance of so high a mean, and of so low a one. */
function chancesOf(misses: Float64Array, lag: number): readonly [high: number, low: number] {
  const opposite = new Float64Array(misses.length);
  for (let k = 0; k < misses.length; k++) opposite[k] = -misses[k];
  return [chanceOfMean(misses, lag), chanceOfMean(opposite, lag)];
}

/** Says when the confidences of a model are no longer kept, and when they are again. It informs, and never triggers. */
export class CalibrationDrift {
  readonly #policy: CalibrationPolicy;
  readonly #outcomes: LatestOutcomes;
  #nSinceLook = 0;
  #nSuspect = 0;
  #isDrifted = false;

  constructor(policy: CalibrationPolicy) {
    this.#policy = policy;
    this.#outcomes = new LatestOutcomes(policy.window);
  }

  get isDrifted(): boolean {
    return this.#isDrifted;
  }

  /** Another model serves. */
  reset(): void {
    this.#outcomes.clear();
    this.#nSinceLook = 0;
    this.#nSuspect = 0;
    this.#isDrifted = false;
  }

  /** Takes in an outcome of the model. @returns what was found where that changed just now, else null. */
  add(outcome: MaturedOutcome): CalibrationFinding | null {
    const { window, minOutcomes } = this.#policy;
    this.#outcomes.add(outcome);
    this.#nSinceLook++;
    if (this.#nSinceLook < window / LOOKS_PER_WINDOW || this.#outcomes.length < minOutcomes) return null;
    this.#nSinceLook = 0;
    return this.#look();
  }

  #look(): CalibrationFinding | null {
    const { falseAlarmRate } = this.#policy;
    const found = measureCalibration(this.#outcomes.columns);
    this.#nSuspect = found.pValue < falseAlarmRate / LOOKS_PER_WINDOW ? this.#nSuspect + 1 : 0;
    const isDrifted = this.#isDrifted ? found.pValue < OVER_AT : this.#nSuspect >= LOOKS_IN_A_ROW;
    if (isDrifted === this.#isDrifted) return null;
    this.#isDrifted = isDrifted;
    return found;
  }
}
