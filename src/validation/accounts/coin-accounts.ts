import type { Rng } from '../../core/index.ts';
import { quantileOfSorted } from '../../math/index.ts';
import type { AccountOutcome, AccountPath } from './account-path.ts';

/** Median and 90 % range of a figure among coins. */
export interface CoinRange {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** What coins came to that flip for the side of each of the same events by itself, and pay the same cost. */
export interface CoinAccounts {
  readonly n: number;
  readonly netReturn: CoinRange;
  readonly returnOnCapital: CoinRange;
  readonly maxDrawdown: CoinRange;
  readonly drawdownOfCapital: CoinRange;
  /** Null where fewer than 20 days, or days all alike, tell nothing. */
  readonly sharpe: CoinRange | null;
  readonly psr: CoinRange | null;
}

const N_COINS = 200;
const RANGE = [0.05, 0.5, 0.95] as const;

/** Flips coins for all trades, again and again. @param n - number of trades. */
export function coinAccounts(path: AccountPath, n: number, rng: Rng): CoinAccounts {
  const isOther = new Uint8Array(n);
  const outcomes = Array.from({ length: N_COINS }, () => {
    rng.fillCoins(isOther);
    return path.follow(isOther);
  });
  const range = (of: (outcome: AccountOutcome) => number): CoinRange => coinRange(outcomes.map(of));
  const sharpes = outcomes.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]));
  const isTold = sharpes.length === N_COINS;
  return {
    n: N_COINS,
    netReturn: range(({ netReturn }) => netReturn),
    returnOnCapital: range(({ returnOnCapital }) => returnOnCapital),
    maxDrawdown: range(({ maxDrawdown }) => maxDrawdown),
    drawdownOfCapital: range(({ drawdownOfCapital }) => drawdownOfCapital),
    sharpe: isTold ? coinRange(sharpes.map(({ sharpe }) => sharpe)) : null,
    psr: isTold ? coinRange(sharpes.map(({ psr }) => psr)) : null,
  };
}

function coinRange(values: readonly number[]): CoinRange {
  const sorted = Float64Array.from(values).sort();
  const [low, median, high] = RANGE.map((share) => quantileOfSorted(sorted, share));
  return { low, median, high };
}
