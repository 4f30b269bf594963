import { ConditionError, checkInteger, type Rng } from '../core/index.ts';

/**
 * Draws the blocks of one resample of a series that depends on its own past: neighbouring rows, begun anywhere, of geometric length,
 * together as many rows as there are. The last row is followed by the first.
 *
 * @param n - number of rows, >= 1.
 * @param meanBlock - mean length of a block, rows, >= 1; 1 is the ordinary bootstrap.
 * @param onRows - called for the rows from <= row < to of every block; twice for a block that passes the last row, more often for one
 * that passes it again.
 * @throws {ConditionError} when `n` or `meanBlock` is out of range.
 * @see Politis, Romano (1994), The Stationary Bootstrap, JASA 89(428).
 */
export function stationaryBlocks(
  rng: Rng,
  n: number,
  meanBlock: number,
  onRows: (from: number, to: number) => void,
): void {
  checkInteger('n', n, 1);
  if (!(meanBlock >= 1 && meanBlock < Infinity)) throw new ConditionError('meanBlock', 'finite and >= 1', meanBlock);
  // P(length > m) = (1 - 1/meanBlock)^m, so one draw gives a whole block.
  const logContinue = Math.log1p(-1 / meanBlock);
  for (let left = n; left > 0; ) {
    let length = Math.min(left, 1 + Math.floor(Math.log(1 - rng.nextFloat()) / logContinue));
    left -= length;
    for (let from = rng.nextInt(n); length > 0; from = 0) {
      const to = Math.min(n, from + length);
      onRows(from, to);
      length -= to - from;
    }
  }
}

/**
 * Draws one resample in {@link stationaryBlocks}.
 *
 * @param rows - (n,) array for the result; a new one when left out.
 * @returns (n,) rows drawn, in the order of the resample.
 */
export function stationaryResample(rng: Rng, n: number, meanBlock: number, rows = new Int32Array(n)): Int32Array {
  let k = 0;
  stationaryBlocks(rng, n, meanBlock, (from, to) => {
    for (let row = from; row < to; row++) rows[k++] = row;
  });
  return rows;
}
