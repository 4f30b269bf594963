import { atLeastRate, atLeastShare, atMostRate, atMostShare, type Bound } from './bounds.ts';
import type { ClaimedAtCost, Cost, JudgedTraining } from './judged-training.ts';

/** How often a claim may, or must, be made on markets of a kind. */
export interface Promised {
  /** The claim: `edge`, `information`. */
  readonly claim: string;
  readonly cost: Cost;
  /** Number of trainings that a judgement needs; fewer give a hint. */
  readonly minSeeds: number;
  readonly isMade: (training: JudgedTraining) => boolean;
  /** Bounds on the number of claims among `n` trainings, and among fewer than `minSeeds`. */
  readonly bound: (n: number) => Bound;
  readonly boundOfFew: (n: number) => Bound;
}

const LEVEL = 0.05;
const MIN_SEEDS = 200;
const isEdge = ({ verdict }: ClaimedAtCost): boolean => verdict === 'edge';
const isInformation = ({ information }: ClaimedAtCost): boolean => information < LEVEL;

/** A claim that chance alone may make in 5 of 100 trainings. */
function byChance(claim: string, cost: Cost, isMade: (claimed: ClaimedAtCost) => boolean): Promised {
  const bound = (n: number): Bound => atMostRate(LEVEL, n);
  return { claim, cost, minSeeds: MIN_SEEDS, isMade: ({ claims }) => isMade(claims[cost]), bound, boundOfFew: bound };
}

const FALSE_INFORMATION: Promised = {
  ...byChance('information', 'unset', isInformation),
  minSeeds: 500,
  bound: (n) => atMostShare(0.07, n),
};

/** Nobody knows the direction. */
export const MARTINGALE: readonly Promised[] = [
  byChance('edge', '0', isEdge),
  byChance('edge', 'unset', isEdge),
  byChance('edge', '5', isEdge),
  byChance('the primary pays', 'unset', ({ primaryPays }) => primaryPays),
  FALSE_INFORMATION,
];

/** The sides are a coin's; features may know that prices bounce between bid and ask, which is worth less than the spread. */
export const COIN: readonly Promised[] = [
  byChance('edge', '5', isEdge),
  byChance('edge', 'unset', isEdge),
  {
    ...byChance('pays the larger of a tick and 1 bp, asked with a cost of 0', '0', () => false),
    isMade: ({ claims, tickBps }) => claims['0'].paysUpToBps >= Math.max(1, tickBps ?? 0),
  },
  byChance('the primary pays', 'unset', ({ primaryPays }) => primaryPays),
];

/** A claim that `share` of the trainings must make. */
function byTruth(claim: string, cost: Cost, share: number, isMade: (claimed: ClaimedAtCost) => boolean): Promised {
  return {
    claim,
    cost,
    minSeeds: MIN_SEEDS,
    isMade: ({ claims }) => isMade(claims[cost]),
    bound: (n) => atLeastShare(share, n),
    boundOfFew: (n) => atLeastRate(share, n),
  };
}

/** A planted edge, which `share` of the trainings must know of. */
export function known(share: number): readonly Promised[] {
  return [byTruth('information', 'unset', share, isInformation)];
}

/** A planted edge that pays 2 bp a round trip, and not 6. */
export const PAYS_TWO: readonly Promised[] = [
  byTruth('edge', '0', 0.95, isEdge),
  byTruth('edge', '2', 0.95, isEdge),
  byChance('edge', '6', isEdge),
];

/** The bound on the number of claims among `n` trainings. */
export function boundOf({ minSeeds, bound, boundOfFew }: Promised, n: number): Bound {
  return n < minSeeds ? boundOfFew(n) : bound(n);
}
