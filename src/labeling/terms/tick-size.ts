import { medianOf } from '../../math/index.ts';

/** Number of latest closes that an estimate looks at. */
const LATEST = 20_000;
/** Number of closes of which one may lie off a step. */
const CLOSES_PER_EXCEPTION = 1000;
/** Smallest step that is a tick, as a share of the median close: adjusted and simulated prices have more digits. */
const MIN_STEP = 1e-8;
/** Distance from the grid that is rounding of doubles, in steps. */
const ON_GRID = 1e-6;
const DECIMAL_STEPS = [5, 2.5, 2, 1] as const;

/** Prices on a grid are whole multiples of a step. */
interface PriceGrid {
  /** The step is numerator / denominator; whole numbers where a decimal step allows it, so that prices come out as they are read. */
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Tick size of an instrument: the coarsest step on which at least 99.9 % of the latest 20,000 closes lie.
 *
 * Steps tried: 1, 2, 2.5 and 5 times a power of ten, and 1/2, 1/4, 1/8, …
 *
 * @param close - (nBars,) prices, > 0, chronological.
 * @returns price units, > 0; null where no step above 1e-8 of their median fits (adjusted or simulated prices), and where all
 * closes are the same.
 */
export function estimateTickSize(close: Float64Array): number | null {
  const latest = close.subarray(Math.max(0, close.length - LATEST));
  if (latest.every((price) => price === latest[0])) return null;
  let highest = 0;
  for (const price of latest) highest = Math.max(highest, price);
  const steps = stepsBetween(MIN_STEP * medianOf(latest), highest);
  return steps.find((step) => holds(latest, step)) ?? null;
}

/**
 * Nearest price of a grid that is at or beyond a price, in a direction.
 *
 * @param direction - above 0 for up, else down.
 * @param tickSize - step of the grid, price units, > 0; null for no grid.
 * @returns the price itself where it is on the grid within a millionth of a step. A price of a decimal grid is the double that its
 * decimal digits are read as, so that it equals the prices of a file.
 */
export function roundToTick(price: number, direction: number, tickSize: number | null): number {
  if (tickSize === null) return price;
  const { numerator, denominator } = gridOf(tickSize);
  const steps = (price * denominator) / numerator;
  const nearest = Math.round(steps);
  if (Math.abs(steps - nearest) <= ON_GRID) return (nearest * numerator) / denominator;
  return ((direction > 0 ? Math.ceil(steps) : Math.floor(steps)) * numerator) / denominator;
}

/**
 * Share of prices that lie on a grid, [0, 1].
 *
 * @param close - (nBars,) prices, > 0; nBars >= 1. @param step - of the grid, price units, > 0.
 */
export function shareOnGrid(close: Float64Array, step: number): number {
  const { numerator, denominator } = gridOf(step);
  let nOn = 0;
  for (let i = 0; i < close.length; i++) {
    const steps = (close[i] * denominator) / numerator;
    if (Math.abs(steps - Math.round(steps)) <= ON_GRID) nOn++;
  }
  return nOn / close.length;
}

/** The steps that are tried in [lowest, highest], the coarsest first. */
function stepsBetween(lowest: number, highest: number): number[] {
  const steps: number[] = [];
  for (let k = Math.ceil(Math.log10(highest)); 10 ** (k + 1) >= lowest; k--) {
    for (const digit of DECIMAL_STEPS) steps.push(Number(`${digit}e${k}`));
  }
  for (let step = 1; step >= lowest; step /= 2) steps.push(step);
  return steps.filter((step) => step >= lowest && step <= highest).sort((a, b) => b - a);
}

function holds(close: Float64Array, step: number): boolean {
  const { numerator, denominator } = gridOf(step);
  let nOff = 0;
  for (let i = 0; i < close.length; i++) {
    const steps = (close[i] * denominator) / numerator;
    if (Math.abs(steps - Math.round(steps)) > ON_GRID && ++nOff * CLOSES_PER_EXCEPTION > close.length) return false;
  }
  return true;
}

/** The step as a fraction of whole numbers over a power of ten; over 1 where it has too many digits. */
function gridOf(step: number): PriceGrid {
  for (let denominator = 1; denominator <= 1e15; denominator *= 10) {
    const numerator = Math.round(step * denominator);
    if (numerator > 0 && numerator / denominator === step) return { numerator, denominator };
  }
  return { numerator: step, denominator: 1 };
}
