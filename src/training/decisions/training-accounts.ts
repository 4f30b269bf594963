import { pick, rowsWhere } from '../../math/index.ts';
import { type Account, type AccountPlan, type Accounts, planAccounts } from '../../validation/index.ts';
import type { FitContext } from '../fit-rows.ts';
import type { DecidedEvents } from './decided-dataset.ts';
import { FIRST_COUNTED_FOLD } from './fold-decisions.ts';

/**
 * Accounts of the judged trades of a training, after the cost: every event, and what the model would have taken. They are of the
 * counted folds and out of sample, as all its figures.
 */
export async function trainingAccounts(context: FitContext, decided: DecidedEvents): Promise<Accounts> {
  const { instruments, timeline, events, config, pool } = context;
  const { isGiven } = events;
  const { fold, ret, excess, risk, take, costBps } = decided;
  const isKnown = (k: number): boolean => Number.isFinite(excess[k]) && risk[k] > 0;
  const judged = rowsWhere(ret.length, (k) => fold[k] >= FIRST_COUNTED_FOLD && isKnown(k));
  const market = { ...timeline, closes: instruments.map(({ bars }) => bars.close) };
  const trades = {
    t0: pick(decided.t0, judged),
    ownEnd: pick(decided.t1, judged),
    otherEnd: pick(isGiven ? decided.t1 : decided.otherT1, judged),
    instrument: pick(decided.instrument, judged),
    side: pick(decided.side, judged),
    ret: pick(ret, judged),
    otherRet: pick(decided.coin, judged).map((mean, k) => 2 * mean - ret[judged[k]]),
    cost: pick(costBps, judged).map((bps) => bps * 1e-4),
  };
  const plans = planAccounts(
    market,
    trades,
    pick(take, judged),
    config.forest.randomState,
    isGiven ? 'unknown' : 'known',
  );
  const follow = (plan: AccountPlan | null): Promise<Account> | null => plan && pool.run('account', plan);
  const [every, taken] = await Promise.all([follow(plans.every), follow(plans.taken)]);
  return { every, taken };
}
