import { count, fixed } from '../../../core/index.ts';
import {
  bootstrapText,
  type CalibrationFigures,
  CONSISTENCY_TEXT,
  type CoinKnowledge,
  coinWords,
  edgeDigits,
  figureText,
  SCORES_TEXT,
  type Scores,
  type Summaries,
  signedBp,
} from '../../../validation/index.ts';
import { barOf, table } from '../output.ts';

const four = (value: number): string => fixed(value);
const two = (value: number): string => fixed(value, 2);

export interface ScoresTitle {
  /** Whether the model was trained on these events. */
  readonly title: string;
  /** Whether each of several folds had a calibrator of its own. */
  readonly hasFolds: boolean;
}

/**
 * Scores with their intervals and what somebody who knows nothing gets in the same place, then what was said and what came true.
 *
 * @param coin - whether the excess is over a coin.
 */
export function scoreLines(
  { title, hasFolds }: ScoresTitle,
  scores: Scores,
  { intervals, calibration }: Summaries,
  coin: CoinKnowledge = 'known',
): string[] {
  const { auc, logLossSkill, calibrationSlope, calibrationIntercept, meanExcessBps, takenExcessBps } = intervals;
  const { baseRate } = scores;
  const rows = [
    [
      'accuracy',
      fixed(scores.accuracy),
      `always the majority: ${fixed(scores.majorityAccuracy)}, base rate ${fixed(baseRate)}`,
    ],
    ['balanced accuracy', fixed(scores.balancedAccuracy), 'a coin: 0.5000'],
    ['AUC', figureText(auc, four), 'a coin: 0.5000'],
    ['log loss', fixed(scores.logLoss), `the prequential base rate: ${fixed(scores.benchmarkLogLoss)}`],
    ['log-loss skill', figureText(logLossSkill, four), 'the prequential base rate: 0'],
    ['Brier score', fixed(scores.brier), `always the base rate: ${fixed(baseRate * (1 - baseRate))}`],
    ...errorRows(scores, calibration, hasFolds),
    ['calibration slope', figureText(calibrationSlope, two), 'probabilities without knowledge: 0; calibrated ones: 1'],
    ['calibration intercept', figureText(calibrationIntercept, two), 'calibrated probabilities: 0'],
    ['mean excess, bp a trade', figureText(meanExcessBps, signedBp), `${coinWords(coin).rival}: 0`],
    ['the same of those taken', figureText(takenExcessBps, signedBp), `${coinWords(coin).chance}: 0`],
  ];
  return [
    ...table([title, '', 'who knows nothing gets'], rows),
    bootstrapText(intervals),
    SCORES_TEXT,
    '',
    ...reliabilityLines(calibration),
  ];
}

function errorRows({ ece }: Scores, { error, errorByChance }: CalibrationFigures, hasFolds: boolean): string[][] {
  const byChance = `calibrated probabilities, by chance: ${fixed(errorByChance)}; to be calibrated is not to know`;
  if (!hasFolds) return [['calibration error', fixed(error), byChance]];
  return [
    ['calibration error, fold by fold', fixed(error), byChance],
    ['of all folds together', fixed(ece), 'less where folds err to either side'],
  ];
}

function reliabilityLines({ bins }: CalibrationFigures): string[] {
  const digits = edgeDigits(bins);
  const rows = bins.map((bin) => [
    `${fixed(bin.low, digits)}–${fixed(bin.high, digits)}`,
    count(bin.n),
    count(Math.round(bin.nEffective)),
    fixed(bin.meanProbability, 3),
    fixed(bin.hitRate, 3),
    `${fixed(bin.consistencyLow, 3)}–${fixed(bin.consistencyHigh, 3)}`,
    barOf(bin.hitRate),
  ]);
  return [
    ...table(['confidence', 'signals', 'n_effective', 'said', 'won', 'calibrated, 95 %', ''], rows),
    CONSISTENCY_TEXT,
  ];
}
