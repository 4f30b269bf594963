import { pick, rowsWhere } from '../../math/index.ts';
import type { CoinKnowledge } from '../claims/claims.ts';
import { meanOf } from '../metrics.ts';
import { type MeanInterval, meanInterval } from '../significance/mean-interval.ts';
import { type DecidedTrades, type FactoredTrades, lagAmong, takenRows } from './decided-trades.ts';

/** Products of factors that sizes are made of. */
export const ATTRIBUTED_SIZES = ['bet', 'regime', 'toxicity', 'bet_regime', 'bet_toxicity', 'all'] as const;
export type AttributedSize = (typeof ATTRIBUTED_SIZES)[number];

/** Earnings per unit of exposure, after the cost, units of R: a number that no rescaling of the sizes changes. */
export interface Earnings {
  readonly n: number;
  /** As booked. */
  readonly bookedR: number;
  /** What a coin earns at the same events with the same sizes; null where that is unknown. */
  readonly coinR: number | null;
  /** Over the coin. A coin gets minus the cost. */
  readonly excessR: number;
}

/** What a size of several factors earns on the taken trades. */
export interface SizeEarnings extends Earnings {
  /** Mean size, [0, 1]. */
  readonly meanExposure: number;
  /** What it earns over the coin beyond a constant stake of the same exposure; 0 for a factor that knows nothing. */
  readonly overConstantR: MeanInterval;
}

/** Where the money comes from: choosing trades, the bet, and each factor. Null where there is no such trade or exposure. */
export interface Attribution {
  /** Every answered trade, the same stake. */
  readonly everyTrade: Earnings | null;
  /** The taken trades, the same stake. */
  readonly constant: Earnings | null;
  /** The taken trades by products of factors. */
  readonly sizes: Readonly<Record<AttributedSize, SizeEarnings | null>>;
}

/** Compares sizes with a constant stake on the same trades. */
export function attributionOf(
  trades: FactoredTrades,
  decided: DecidedTrades,
  coin: CoinKnowledge = 'known',
): Attribution {
  const taken = takenRows(decided);
  const answered = rowsWhere(decided.isAnswered.length, (k) => decided.isAnswered[k] === 1);
  const lag = lagAmong(trades, taken);
  const bet = pick(decided.bet, taken);
  const regime = pick(trades.regimeWeight, taken);
  const calm = pick(trades.toxicity, taken);
  for (let k = 0; k < calm.length; k++) calm[k] = 1 - calm[k];
  const factorsOf: Record<AttributedSize, readonly Float64Array[]> = {
    bet: [bet],
    regime: [regime],
    toxicity: [calm],
    bet_regime: [bet, regime],
    bet_toxicity: [bet, calm],
    all: [bet, regime, calm],
  };
  const money = moneyAt(decided, taken, coin);
  const sizes = ATTRIBUTED_SIZES.map((name): [AttributedSize, SizeEarnings | null] => [
    name,
    sizeEarnings(productOf(factorsOf[name]), money, lag),
  ]);
  return {
    everyTrade: sameStake(decided, answered, coin),
    constant: sameStake(decided, taken, coin),
    sizes: Object.fromEntries(sizes) as Record<AttributedSize, SizeEarnings | null>,
  };
}

/** (n,) products of columns, from the first one on. */
function productOf([first, ...others]: readonly Float64Array[]): Float64Array {
  const product = first.slice();
  for (const factor of others) for (let k = 0; k < product.length; k++) product[k] *= factor[k];
  return product;
}

/** Returns of some trades after the cost, R. */
interface MoneyOfTrades {
  readonly booked: Float64Array;
  readonly coin: Float64Array | null;
  readonly excess: Float64Array;
}

function moneyAt({ booked, excess, cost }: DecidedTrades, rows: Int32Array, coin: CoinKnowledge): MoneyOfTrades {
  return {
    booked: pick(booked, rows),
    coin: coin === 'known' ? coinAt(booked, excess, cost, rows) : null,
    excess: pick(excess, rows),
  };
}

/** (rows.length,) what a coin earns at some trades after the cost. */
function coinAt(booked: Float64Array, excess: Float64Array, cost: Float64Array, rows: Int32Array): Float64Array {
  const coin = new Float64Array(rows.length);
  for (let k = 0; k < coin.length; k++) coin[k] = booked[rows[k]] - excess[rows[k]] - cost[rows[k]];
  return coin;
}

function sameStake(decided: DecidedTrades, rows: Int32Array, knowledge: CoinKnowledge): Earnings | null {
  if (rows.length === 0) return null;
  const { booked, coin, excess } = moneyAt(decided, rows, knowledge);
  const coinR = coin === null ? null : meanOf(coin);
  return { n: rows.length, bookedR: meanOf(booked), coinR, excessR: meanOf(excess) };
}

/** @param size - (n,) of the taken trades, >= 0. */
function sizeEarnings(size: Float64Array, { booked, coin, excess }: MoneyOfTrades, lag: number): SizeEarnings | null {
  const meanExposure = size.length === 0 ? 0 : meanOf(size);
  if (!(meanExposure > 0)) return null;
  const sized = (returns: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < size.length; k++) sum += (size[k] / meanExposure) * returns[k];
    return sum / size.length;
  };
  const sameStakeR = meanOf(excess);
  const overConstant = new Float64Array(size.length);
  for (let k = 0; k < size.length; k++) overConstant[k] = (size[k] / meanExposure - 1) * (excess[k] - sameStakeR);
  return {
    n: size.length,
    meanExposure,
    bookedR: sized(booked),
    coinR: coin === null ? null : sized(coin),
    excessR: sized(excess),
    // The mean of these products is the difference itself: earnings per exposure, less those of a constant stake.
    overConstantR: meanInterval(overConstant, lag),
  };
}
