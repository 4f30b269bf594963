import { count, counted, percent } from '../../core/index.ts';
import { NO_INTERVAL } from '../claims/claim-texts.ts';
import type { FigureInterval } from '../significance/block-bootstrap.ts';
import type { HeadlineIntervals } from './headline-figures.ts';

/** `0.5341 [0.5210, 0.5466]`: a figure with its interval. @param write - a number as text. */
export function figureText({ value, low, high }: FigureInterval, write: (value: number) => string): string {
  if (value === null) return '–';
  return low === null || high === null
    ? `${write(value)} ${NO_INTERVAL}`
    : `${write(value)} [${write(low)}, ${write(high)}]`;
}

/** Sentence on how the intervals beside the scores are made. */
export function bootstrapText({ level, nResamples, meanBlockBars }: HeadlineIntervals): string {
  if (meanBlockBars === null) return 'no interval: nothing was tested';
  const blocks = `blocks of time, ${counted(Math.round(meanBlockBars), 'bar')} long on average`;
  return `in brackets ${percent(level, 0)} intervals: ${counted(nResamples, 'resample')} of ${blocks}, so that trades that overlap stay together. The table of money has the same means of excess with Newey–West's intervals: where the two differ, believe the wider`;
}

/** ` (n_effective 812)`: how many independent ones a number of trades is worth. */
export function independentText(nEffective: number): string {
  return ` (n_effective ${count(Math.round(nEffective))})`;
}

/** Most digits that tell two ends apart. */
const MOST_DIGITS = 9;

/** Digits with which the ends of groups are shown, so that no two groups look alike, and no group like a point that is none. */
export function edgeDigits(groups: readonly { readonly low: number; readonly high: number }[], fewest = 3): number {
  for (let digits = fewest; digits < MOST_DIGITS; digits++) {
    const ends = groups.map(({ low, high }) => [low.toFixed(digits), high.toFixed(digits)] as const);
    const areApart = ends.every(([low, high], k) => low !== high || groups[k].low === groups[k].high);
    if (areApart && new Set(ends.map(String)).size === groups.length) return digits;
  }
  return MOST_DIGITS;
}

/** What the bars of a reliability diagram say. */
export const CONSISTENCY_TEXT =
  'calibrated probabilities win within the bar in 95 of 100 groups, on as many independent signals as n_effective says; the base rate alone does too';

/** What the curve of skill over time cannot show. */
export const STRETCH_TEXT =
  'each point is a stretch with the same number of signals, and its 95 % interval; 0 is the base rate. Of 20 stretches of a model without any change, one lies off its mean by chance';
