/** What a count must satisfy. */
export interface Bound {
  readonly word: 'at most' | 'at least';
  readonly count: number;
}

/** Chance of a wrong alarm about a rate that is just what it may be. */
const LEVEL = 0.01;

/**
 * A rate of at most `rate`, at the 99 % binomial bound: 18 of 200 for 5 %.
 *
 * @returns the smallest count that a true rate of `rate` exceeds in at most 1 of 100 cases.
 */
export function atMostRate(rate: number, n: number): Bound {
  let probability = (1 - rate) ** n;
  let [count, below] = [0, probability];
  while (below < 1 - LEVEL) {
    probability *= ((n - count) / (count + 1)) * (rate / (1 - rate));
    count++;
    below += probability;
  }
  return { word: 'at most', count };
}

/** An observed share of at most `share`. */
export function atMostShare(share: number, n: number): Bound {
  return { word: 'at most', count: Math.floor(share * n + 1e-9) };
}

/** An observed share of at least `share`. */
export function atLeastShare(share: number, n: number): Bound {
  return { word: 'at least', count: Math.ceil(share * n - 1e-9) };
}

/** A rate of at least `rate`, at the 99 % binomial bound. */
export function atLeastRate(rate: number, n: number): Bound {
  return { word: 'at least', count: n - atMostRate(1 - rate, n).count };
}

export function isWithin({ word, count }: Bound, found: number): boolean {
  return word === 'at most' ? found <= count : found >= count;
}
