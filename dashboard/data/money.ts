import { verdictOf } from './decision.ts';
import type { Shown } from './types.ts';

/** What signals earned that have ended on both sides. Sums of returns, not compounded, as fractions of the entry prices. */
export interface Money {
  readonly n: number;
  /** At size 1, before costs. */
  readonly gross: number;
  /** Mean of both sides of each signal, before costs. */
  readonly coin: number;
  readonly excess: number;
  /** At size 1, after costs. */
  readonly net: number;
  /** At the sizes answered, after costs. */
  readonly sized: number;
}

/** What all signals on this page earned, those that were taken, and the others; signals of which a side is open do not count. */
export function moneyOf(shown: readonly Shown[]): Readonly<Record<'all' | 'taken' | 'left', Money>> {
  const ended = shown.flatMap(endedOf);
  return {
    all: sumOf(ended),
    taken: sumOf(ended.filter(({ isTaken }) => isTaken)),
    left: sumOf(ended.filter(({ isTaken }) => !isTaken)),
  };
}

interface Ended {
  readonly isTaken: boolean;
  readonly gross: number;
  readonly coin: number;
  readonly excess: number;
  readonly net: number;
  readonly size: number;
}

function endedOf({ enriched, outcome }: Shown): Ended[] {
  if (outcome === null || outcome.coin === null || outcome.excess === null || outcome.return === null) return [];
  const cost = outcome.cost_bps / 1e4;
  const ended = {
    isTaken: verdictOf(enriched) === 'take',
    gross: outcome.return,
    coin: outcome.coin,
    excess: outcome.excess,
    net: outcome.return - cost,
    size: Math.abs(enriched.size),
  };
  return [ended];
}

function sumOf(ended: readonly Ended[]): Money {
  const sum = (of: (one: Ended) => number): number => ended.reduce((total, one) => total + of(one), 0);
  return {
    n: ended.length,
    gross: sum(({ gross }) => gross),
    coin: sum(({ coin }) => coin),
    excess: sum(({ excess }) => excess),
    net: sum(({ net }) => net),
    sized: sum(({ size, net }) => size * net),
  };
}
