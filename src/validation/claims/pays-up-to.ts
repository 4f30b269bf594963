import type { JudgedTrades } from './claims.ts';
import { costInR, type MoneyTest, takeAt } from './money-test.ts';

/** Grid of costs, basis points: 0.05 · 1.25^j. */
const FIRST_STEP = 0.05;
const STEP_FACTOR = 1.25;
/** The whole price: no walk goes further. */
const LAST_COST = 10_000;

/** Costs at which the taken trades pay, basis points a round trip. */
export interface PaysUpTo {
  /** 0 where the configured cost fails. */
  readonly paysUpToBps: number;
  /** Where the configured cost fails: up to where it would pay, 0 for nowhere; null where the configured cost passes. */
  readonly wouldPayUpToBps: number | null;
}

/**
 * Raises the cost until the money test first fails, from the configured one; where that fails, from 0 up to it. Trades are
 * taken anew at each cost. A step raises the cost of each instrument to at least itself; below the smallest configured
 * cost it is the cost of all.
 *
 * @param configured - cost of each instrument, bp; a result at the configured costs is the smallest of them.
 * @param test - money test of the same trades.
 */
export function paysUpTo(trades: JudgedTrades, configured: readonly number[], test: MoneyTest): PaysUpTo {
  const passes = (costBps: readonly number[]): boolean => {
    const cost = costInR(trades, costBps);
    return test.passes(takeAt(trades, cost), cost);
  };
  const smallest = configured.reduce((a, b) => Math.min(a, b), Infinity);
  if (passes(configured)) {
    const up = walk(stepsBetween(smallest, LAST_COST), (step) => passes(configured.map((own) => Math.max(own, step))));
    return { paysUpToBps: up ?? smallest, wouldPayUpToBps: null };
  }
  const below = [0, ...stepsBetween(0, smallest)];
  const wouldPayUpToBps = walk(below, (step) => passes(configured.map(() => step))) ?? 0;
  return { paysUpToBps: 0, wouldPayUpToBps };
}

/**
 * The same walk from 0 with every event taken: what the primary alone pays.
 *
 * @param nInstruments - number of instruments. @param test - money test of the same trades.
 * @returns bp a round trip; 0 where 0 fails.
 */
export function primaryPaysUpTo(trades: JudgedTrades, nInstruments: number, test: MoneyTest): number {
  const all = new Uint8Array(trades.t0.length).fill(1);
  const passes = (step: number): boolean =>
    test.passes(all, costInR(trades, new Float64Array(nInstruments).fill(step)));
  return walk([0, ...stepsBetween(0, LAST_COST)], passes) ?? 0;
}

/** Last step that passes before the first that fails; null where the first fails. */
function walk(steps: readonly number[], passes: (step: number) => boolean): number | null {
  const failed = steps.findIndex((step) => !passes(step));
  return (failed === -1 ? steps.at(-1) : steps[failed - 1]) ?? null;
}

/** Steps of the grid above one cost and below another, bp. */
function stepsBetween(above: number, below: number): number[] {
  const steps: number[] = [];
  for (let j = 0; FIRST_STEP * STEP_FACTOR ** j < below; j++) {
    const step = FIRST_STEP * STEP_FACTOR ** j;
    if (step > above) steps.push(step);
  }
  return steps;
}
