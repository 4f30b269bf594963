import { ConditionError, hashSeed, Rng } from '../../core/index.ts';
import { pick } from '../../math/index.ts';
import type { CoinKnowledge } from '../claims/claims.ts';
import { blockBootstrap, type FigureInterval } from '../significance/block-bootstrap.ts';
import { accountDays } from './account-days.ts';
import { type AccountGrid, type AccountOutcome, AccountPath } from './account-path.ts';
import { type CoinAccounts, coinAccounts } from './coin-accounts.ts';
import { type AccountMarket, type AccountTrades, markTrades } from './marked-trades.ts';
import { sharpeRatio } from './sharpe-ratio.ts';

/** An account that followed some trades, with what coins came to at the same events. */
export interface Account extends Omit<AccountOutcome, 'sharpe'> {
  readonly nTrades: number;
  /** UTC days with bars, from the first judged entry to the last end. */
  readonly nDays: number;
  /** Of days marked to market, a year's; null, with all that follows from it, for fewer than 20 days and where days do not vary. */
  readonly sharpe: number | null;
  /** Ends of its 95 % interval; null too where fewer than ten blocks of days, each twice as long as the longest trade, tell nothing. */
  readonly sharpeLow: number | null;
  readonly sharpeHigh: number | null;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  /** See {@link SharpeFigures}. */
  readonly psr: number | null;
  /** Days; null too where the ratio is not above 0. */
  readonly minTrl: number | null;
  /** Null where the other side of the events is unknown. */
  readonly coins: CoinAccounts | null;
}

/** Accounts of the same judged trades; null where there is none to follow. */
export interface Accounts {
  /** Takes every event, whatever the model says. */
  readonly every: Account | null;
  /** Takes what the model would have taken. */
  readonly taken: Account | null;
}

/** What one account follows, as plain data, which threads exchange. */
export interface AccountPlan {
  readonly grid: AccountGrid;
  readonly trades: AccountTrades;
  readonly seed: number;
  readonly coin: CoinKnowledge;
}

/** Of {@link Accounts}, before they are followed. */
export interface AccountPlans {
  readonly every: AccountPlan | null;
  readonly taken: AccountPlan | null;
}

/**
 * Accounts of judged trades, both from the first judged entry to the last end, so that a model that seldom takes has its idle days too.
 *
 * @param take - (n,) 1 for a taken trade. @param seed - of the coins and of the interval.
 * @param coin - whether the other sides are known; else no coin is flipped, and the ends of the own sides stand in for theirs.
 * @throws {ConditionError} when columns differ in length, or trades are not in time order.
 */
export function planAccounts(
  market: AccountMarket,
  trades: AccountTrades,
  take: Uint8Array,
  seed: number,
  coin: CoinKnowledge = 'known',
): AccountPlans {
  const n = trades.t0.length;
  if (n === 0) return { every: null, taken: null };
  const late = trades.t0.findIndex((tick, k) => k > 0 && tick < trades.t0[k - 1]);
  if (late !== -1) throw new ConditionError(`t0[${late}]`, '>= the entry before', trades.t0[late]);
  let last = 0;
  for (let k = 0; k < n; k++) last = Math.max(last, trades.ownEnd[k], trades.otherEnd[k]);
  const first = trades.t0[0];
  const grid = { market, first, last, days: accountDays(market.tsEvent.subarray(first, last + 1)) };
  const taken = Int32Array.from(take.keys()).filter((k) => take[k] === 1);
  return {
    every: { grid, trades, seed: hashSeed(seed, 0), coin },
    taken: taken.length === 0 ? null : { grid, trades: pickTrades(trades, taken), seed: hashSeed(seed, 1), coin },
  };
}

/** The accounts of {@link planAccounts}, followed on this thread. @throws {ConditionError} as there, and as {@link followAccount}. */
export function accountsOf(...planned: Parameters<typeof planAccounts>): Accounts {
  const { every, taken } = planAccounts(...planned);
  return { every: every && followAccount(every), taken: taken && followAccount(taken) };
}

/** Follows one account. @throws {ConditionError} when columns differ in length, or a tick is no bar of its instrument. */
export function followAccount({ grid, trades, seed, coin }: AccountPlan): Account {
  const path = new AccountPath(grid, markTrades(grid.market, trades));
  const { sharpe, ...outcome } = path.follow();
  const block = 2 * longestInDays(grid, trades);
  const interval =
    sharpe === null ? null : sharpeInterval(path.dailyProfit, { block, perYear: grid.days.perYear, seed });
  return {
    nTrades: trades.t0.length,
    nDays: grid.days.nDays,
    ...outcome,
    sharpe: sharpe?.sharpe ?? null,
    sharpeLow: interval?.low ?? null,
    sharpeHigh: interval?.high ?? null,
    skewness: sharpe?.skewness ?? null,
    kurtosis: sharpe?.kurtosis ?? null,
    psr: sharpe?.psr ?? null,
    minTrl: sharpe?.minTrl ?? null,
    coins: coin === 'known' ? coinAccounts(path, trades.t0.length, new Rng(hashSeed(seed, 0))) : null,
  };
}

/** 95 % interval by a stationary bootstrap of days. @param block - mean length of a block, days; at least one is taken. */
function sharpeInterval(
  days: Float64Array,
  { block, perYear, seed }: { readonly block: number; readonly perYear: number; readonly seed: number },
): FigureInterval {
  const nTicks = days.length;
  const rows = {
    tick: Int32Array.from({ length: nTicks }, (_, day) => day),
    nTicks,
    meanBlock: Math.min(nTicks, Math.max(1, block)),
  };
  const [interval] = blockBootstrap(rows, (count) => [sharpeRatio(days, count, perYear)], { seed });
  return interval;
}

function longestInDays({ first, days: { dayOf } }: AccountGrid, { t0, ownEnd }: AccountTrades): number {
  let longest = 0;
  for (let k = 0; k < t0.length; k++) longest = Math.max(longest, dayOf[ownEnd[k] - first] - dayOf[t0[k] - first]);
  return longest;
}

function pickTrades(trades: AccountTrades, rows: Int32Array): AccountTrades {
  return {
    t0: pick(trades.t0, rows),
    ownEnd: pick(trades.ownEnd, rows),
    otherEnd: pick(trades.otherEnd, rows),
    instrument: pick(trades.instrument, rows),
    side: pick(trades.side, rows),
    ret: pick(trades.ret, rows),
    otherRet: pick(trades.otherRet, rows),
    cost: pick(trades.cost, rows),
  };
}
