import { Rng } from '../../src/core/index.ts';
import { type KeptPromise, type PromisedOutcomes, promisedOutcomes } from '../../src/domain/index.ts';
import { normalCdf } from '../../src/math/index.ts';

export interface PromiseDraw {
  readonly n: number;
  /** Share of the promise that comes true over the coin, 1 where promises are kept. */
  readonly kept?: number;
  /** Promise of a taken trade, units of R; those that are left promise as much of a loss. */
  readonly promise?: number;
  /** Share of signals that are taken. */
  readonly taken?: number;
  /** How much of the probability's distance from the base rate is true; 1 for calibrated ones. */
  readonly known?: number;
  /** Minutes that a trade lasts at most; one begins every two minutes. */
  readonly holding?: number;
}

const MINUTE = 60_000_000_000n;
const START = 1_790_000_000_000_000_000n;
const BASE_RATE = 0.4;

/**
 * Promises with their ends as rows, in the order in which they ended; wins of 1.5 R and losses of 1 R over a coin of 0. Trades that are
 * open at the same time are moved by the same steps of a market, and so win and lose together.
 */
export function drawnPromises(seed: number, draw: PromiseDraw): KeptPromise[] {
  const { n, kept = 1, promise = 0.2, taken = 0.5, known = 1, holding = 9 } = draw;
  const rng = new Rng(seed);
  const steps = Float64Array.from({ length: 2 * n + holding }, () => rng.nextGaussian());
  const rows = Array.from({ length: n }, (_, k): KeptPromise => {
    const isTaken = rng.nextFloat() < taken;
    const promised = isTaken ? promise : -promise;
    const confidence = BASE_RATE + (promised + 0.02) / 2.5; // the promise is p · 1.5 − (1 − p) − the cost of 0.02 R
    const truth = BASE_RATE + known * kept * (confidence - BASE_RATE);
    const span = 1 + rng.nextInt(holding);
    const move = steps.subarray(2 * k, 2 * k + span).reduce((total, step) => total + step, 0) / Math.sqrt(span);
    const label = normalCdf(move) < truth ? 1 : 0;
    const entryTs = START + BigInt(2 * k) * MINUTE;
    return {
      isTaken,
      baseRate: BASE_RATE,
      expectedR: promised,
      risk: 0.005,
      entryTs,
      exitTs: entryTs + BigInt(span) * MINUTE,
      label,
      confidence,
      costBps: 1,
      excess: 0.005 * (label === 1 ? 1.5 : -1),
    };
  });
  return rows.toSorted((a, b) => Number((a.exitTs ?? 0n) - (b.exitTs ?? 0n)));
}

export function drawnOutcomes(seed: number, draw: PromiseDraw): PromisedOutcomes {
  return promisedOutcomes(drawnPromises(seed, draw));
}
