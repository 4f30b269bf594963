import { pick, rowsWhere } from '../../math/index.ts';
import { type Accounts, accountsOf } from '../../validation/index.ts';
import type { LabelledDataset } from '../dataset/labelled-dataset.ts';
import { areLabelsGiven, type InstrumentBars } from '../instrument-bars.ts';
import { commonTimeline } from '../timeline.ts';
import { FIRST_COUNTED_FOLD } from './fold-decisions.ts';

/**
 * Accounts of the judged trades of a training, after the cost: every event, and what the model would have taken. They are of the
 * counted folds and out of sample, as all its figures.
 *
 * @param instruments - the ones that were trained on, in the same order. @param seed - of the coins and of the interval.
 */
export function trainingAccounts(
  dataset: LabelledDataset,
  instruments: readonly InstrumentBars[],
  seed: number,
): Accounts {
  const { tsEvent, ticks } = commonTimeline(instruments);
  const { fold, ret, excess, risk, take, costBps } = dataset;
  const isKnown = (k: number): boolean => Number.isFinite(excess[k]) && risk[k] > 0;
  const judged = rowsWhere(ret.length, (k) => fold[k] >= FIRST_COUNTED_FOLD && isKnown(k));
  const isGiven = areLabelsGiven(instruments);
  const market = { tsEvent, ticks, closes: instruments.map(({ bars }) => bars.close) };
  const trades = {
    t0: pick(dataset.t0, judged),
    ownEnd: pick(dataset.t1, judged),
    otherEnd: pick(isGiven ? dataset.t1 : dataset.otherT1, judged),
    instrument: pick(dataset.instrument, judged),
    side: pick(dataset.side, judged),
    ret: pick(ret, judged),
    otherRet: pick(dataset.coin, judged).map((mean, k) => 2 * mean - ret[judged[k]]),
    cost: pick(costBps, judged).map((bps) => bps * 1e-4),
  };
  return accountsOf(market, trades, pick(take, judged), seed, isGiven ? 'unknown' : 'known');
}
