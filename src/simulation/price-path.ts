import type { Rng } from '../core/index.ts';

/** Prices of a bar, in the unit of its open. */
export interface PathBar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const STEPS_PER_BAR = 8;
const TWO_TO_32 = 4294967296;

/**
 * A continuous price path, bar by bar: Brownian motion of the logarithm whose price has no drift of its own.
 *
 * A path that is only looked at on a grid passes a barrier by some distance before anyone sees it, and an exit booked at the
 * barrier then earns that distance: with 64 looks a bar both sides of a trade at once still earn 0.016 of the stop's
 * distance. So the highest and the lowest point between two looks are drawn from the law of the Brownian bridge. The two are
 * drawn independently within a step; they come from different steps in all but a few bars, and so their joint law is right.
 *
 * @see Asmussen, Glynn, Pitman (1995), Discretization error in simulation of one-dimensional reflecting Brownian motion,
 *   Annals of Applied Probability 5(4): the maximum of a bridge.
 */
export class PricePath {
  readonly #moves: Rng;
  readonly #extremes: Rng;

  /**
   * @param moves - source of the moves: as many numbers a bar whatever the drift.
   * @param extremes - source of the extremes: closes do not depend on it.
   */
  constructor(moves: Rng, extremes: Rng) {
    this.#moves = moves;
    this.#extremes = extremes;
  }

  /**
   * Draws the next bar.
   *
   * @param open - price, > 0.
   * @param drift - mean of the bar's log move, beside the -sigma²/2 that makes the price a martingale.
   * @param sigma - standard deviation of the bar's log move, > 0.
   */
  drawBar(open: number, drift: number, sigma: number): PathBar {
    const variance = (sigma * sigma) / STEPS_PER_BAR;
    const deviation = Math.sqrt(variance);
    const meanMove = drift / STEPS_PER_BAR - variance / 2;
    let [log, highest, lowest] = [0, 0, 0];
    for (let step = 0; step < STEPS_PER_BAR; step++) {
      const move = meanMove + deviation * this.#moves.nextGaussian();
      highest = Math.max(highest, log + this.#bridgeMaximum(move, variance));
      lowest = Math.min(lowest, log - this.#bridgeMaximum(-move, variance));
      log += move;
    }
    const close = open * Math.exp(log);
    return {
      high: Math.max(open, close, open * Math.exp(highest)),
      low: Math.min(open, close, open * Math.exp(lowest)),
      close,
    };
  }

  /** Highest point of a bridge from 0 to `move`: P(maximum > m) = exp(-2 m (m - move) / variance). */
  #bridgeMaximum(move: number, variance: number): number {
    const logOfUniform = Math.log((this.#extremes.nextU32() + 0.5) / TWO_TO_32);
    return (move + Math.sqrt(move * move - 2 * variance * logOfUniform)) / 2;
  }
}
