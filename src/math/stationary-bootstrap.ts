import { ConditionError, checkInteger, type Rng } from '../core/index.ts';

/**
 * Draws one resample of a series that depends on its own past: blocks of neighbouring rows, each begun anywhere, of geometric length.
 * The last row is followed by the first.
 *
 * @param n - number of rows, >= 1.
 * @param meanBlock - mean length of a block, rows, >= 1; 1 is the ordinary bootstrap.
 * @param rows - (n,) array for the result; a new one when left out.
 * @returns (n,) rows drawn, in the order of the resample.
 * @throws {ConditionError} when `n` or `meanBlock` is out of range.
 * @see Politis, Romano (1994), The Stationary Bootstrap, JASA 89(428).
 */
export function stationaryResample(rng: Rng, n: number, meanBlock: number, rows = new Int32Array(n)): Int32Array {
  checkInteger('n', n, 1);
  if (!(meanBlock >= 1 && meanBlock < Infinity)) throw new ConditionError('meanBlock', 'finite and >= 1', meanBlock);
  // P(length > m) = (1 - 1/meanBlock)^m, so one draw gives a whole block.
  const logContinue = Math.log1p(-1 / meanBlock);
  for (let k = 0; k < n; ) {
    const length = 1 + Math.floor(Math.log(1 - rng.nextFloat()) / logContinue);
    let row = rng.nextInt(n);
    for (const end = Math.min(n, k + length); k < end; k++) {
      rows[k] = row++;
      if (row === n) row = 0;
    }
  }
  return rows;
}
