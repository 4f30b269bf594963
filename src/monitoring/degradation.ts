import { decide, eventLogLoss, meanOf, overlapLag } from '../validation/index.ts';
import { labelSpans } from './label-spans.ts';
import { inEntryOrder, type OutcomeColumns } from './outcome-columns.ts';
import { chanceOfMean } from './paired-test.ts';

/** What a model was worth out of sample when it was trained. */
export interface Baseline {
  /** Walk-forward accuracy, [0, 1]. */
  readonly accuracy: number;
  /** Walk-forward log-loss skill against the base rate; null where it is not known. */
  readonly logLossSkill: number | null;
  /** Events both were measured on. */
  readonly nSamples: number;
}

/** How far the latest outcomes fall short of the baseline, and how likely chance does as much. */
export interface Degradation {
  readonly nOutcomes: number;
  readonly accuracy: number;
  /** Baseline minus current accuracy. */
  readonly drop: number;
  /** Chance of so large a drop if the accuracy were still the baseline's. */
  readonly dropPValue: number;
  /** Log-loss skill against the window's own base rate; null where one class is missing. */
  readonly skill: number | null;
  /** Chance of so low a skill if it were still the baseline's; 1 where it is not known. */
  readonly skillPValue: number;
  /** Lags of the long-run variance: labels overlap. */
  readonly lag: number;
}

/**
 * Compares the latest outcomes of a model with what it was worth when it was trained: one-sided tests with Newey–West errors,
 * because labels overlap, and room for the error of the baseline itself. As many signals on one bar say as much as one: where
 * labels overlap as far as the window reaches, nothing is found.
 *
 * @param outcomes - at least one, in any order, of signals that the serving model judged.
 */
export function measureDegradation(outcomes: OutcomeColumns, baseline: Baseline): Degradation {
  const ordered = inEntryOrder(outcomes);
  const { confidence, label } = ordered;
  const { t0, t1 } = labelSpans(ordered);
  const lag = overlapLag(t0, t1);
  const isRight = columnOf(label.length, (k) => Number(decide(confidence[k]) === label[k]));
  const accuracy = meanOf(isRight);
  const fallsShort = isRight.map((right) => baseline.accuracy - right);
  return {
    nOutcomes: label.length,
    accuracy,
    drop: baseline.accuracy - accuracy,
    dropPValue: pValueOf(fallsShort, lag, baseline.nSamples),
    ...measureSkill(ordered, baseline, lag),
    lag,
  };
}

function measureSkill(
  { confidence, label }: OutcomeColumns,
  { logLossSkill, nSamples }: Baseline,
  lag: number,
): { readonly skill: number | null; readonly skillPValue: number } {
  const n = label.length;
  const rate = meanOf(columnOf(n, (k) => label[k]));
  if (rate === 0 || rate === 1) return { skill: null, skillPValue: 1 };
  // The rate is fitted to these very outcomes, which flatters it by half a nat in all.
  const flattery = 0.5 / n;
  const benchmark = columnOf(n, (k) => eventLogLoss(label[k], rate) + flattery);
  const loss = columnOf(n, (k) => eventLogLoss(label[k], confidence[k]));
  const skill = 1 - meanOf(loss) / meanOf(benchmark);
  if (logLossSkill === null) return { skill, skillPValue: 1 };
  const excess = loss.map((each, i) => each - (1 - logLossSkill) * benchmark[i]);
  return { skill, skillPValue: pValueOf(excess, lag, nSamples) };
}

/** The baseline is an estimate too, from `nBaseline` events that spread as these do. */
function pValueOf(excess: Float64Array, lag: number, nBaseline: number): number {
  return chanceOfMean(excess, lag, Math.sqrt(1 + excess.length / Math.max(1, nBaseline)));
}

function columnOf(n: number, of: (k: number) => number): Float64Array {
  const column = new Float64Array(n);
  for (let k = 0; k < n; k++) column[k] = of(k);
  return column;
}
