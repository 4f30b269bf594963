import { ConditionError, checkInteger } from '../../core/index.ts';
import { normalCdf } from '../../math/index.ts';

/** Statistics beyond this have a chance below 1e-15. */
const LARGEST = 8;
/** Cells of the density of a statistic that has crossed no bound yet; even, for Simpson's rule. */
const N_CELLS = 256;
/** Halvings of [0, LARGEST] down to 1e-14. */
const HALVINGS = 50;

/**
 * One-sided levels of the looks at a growing sample so that all looks together have a false rate of `alpha`, spent as O'Brien and
 * Fleming's bounds do: next to nothing at the first look, most of it at the last. The looks come after equal parts of the sample.
 *
 * By Lan and DeMets: 2 − 2Φ(z(alpha/2) / √t) is spent until share t of the sample, one-sided. A statistic at share t is the sum of independent
 * normal increments over √t.
 *
 * @param alpha - false rate of all looks together, (0, 0.5].
 * @param nLooks - number of looks, >= 1.
 * @returns (nLooks,) chance that a look's p-value must stay under to reject, (0, alpha), increasing.
 * @throws {ConditionError} when a parameter is out of range.
 * @see O'Brien, Fleming (1979), Biometrics 35(3); Lan, DeMets (1983), Biometrika 70(3); Armitage, McPherson, Rowe (1969), JRSS A 132(2).
 */
export function obrienFlemingLevels(alpha: number, nLooks: number): Float64Array {
  if (!(alpha > 0 && alpha <= 0.5)) throw new ConditionError('alpha', 'in (0, 0.5]', alpha);
  checkInteger('nLooks', nLooks, 1);
  const levels = new Float64Array(nLooks);
  let before: Undecided | null = null;
  for (let look = 1; look <= nLooks; look++) {
    const share = look / nLooks;
    const spent = spentUntil(alpha, share) - (look === 1 ? 0 : spentUntil(alpha, (look - 1) / nLooks));
    const bound: number = solve((z) => chanceBeyond(before, z, share), spent);
    levels[look - 1] = normalCdf(-bound);
    if (look < nLooks) before = undecidedAt(before, bound, share);
  }
  return levels;
}

/** Sub-density of the statistic where no look until share `share` of the sample has rejected, on a grid from -LARGEST to the bound. */
interface Undecided {
  readonly share: number;
  readonly z: Float64Array;
  /** Density times the weight of Simpson's rule. */
  readonly mass: Float64Array;
}

function spentUntil(alpha: number, share: number): number {
  const z = solve((each) => normalCdf(-each), alpha / 2);
  return 2 * normalCdf(-z / Math.sqrt(share));
}

/** Chance that the statistic is above `z` at `share` and no look before rejected. */
function chanceBeyond(before: Undecided | null, z: number, share: number): number {
  if (before === null) return normalCdf(-z);
  const spread = Math.sqrt(share - before.share);
  let chance = 0;
  for (let i = 0; i <= N_CELLS; i++) {
    const sum = before.z[i] * Math.sqrt(before.share);
    chance += before.mass[i] * normalCdf((sum - z * Math.sqrt(share)) / spread);
  }
  return chance;
}

function undecidedAt(before: Undecided | null, bound: number, share: number): Undecided {
  const step = (bound + LARGEST) / N_CELLS;
  const z = Float64Array.from({ length: N_CELLS + 1 }, (_, i) => -LARGEST + i * step);
  const mass = z.map((each, i) => density(before, each, share) * simpsonWeight(i) * step);
  return { share, z, mass };
}

function density(before: Undecided | null, z: number, share: number): number {
  if (before === null) return normalDensity(z);
  const spread = Math.sqrt(share - before.share);
  let sum = 0;
  for (let i = 0; i <= N_CELLS; i++) {
    const step = z * Math.sqrt(share) - before.z[i] * Math.sqrt(before.share);
    sum += before.mass[i] * normalDensity(step / spread);
  }
  return (sum * Math.sqrt(share)) / spread;
}

function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

function simpsonWeight(i: number): number {
  if (i === 0 || i === N_CELLS) return 1 / 3;
  return i % 2 === 1 ? 4 / 3 : 2 / 3;
}

/** Where a chance that falls in z is `wanted`. */
function solve(chanceOf: (z: number) => number, wanted: number): number {
  let [low, high] = [0, LARGEST];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (chanceOf(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
