const DIGIT_BITS = 11;
const N_DIGITS = 3;
const BUCKETS = 1 << DIGIT_BITS;

/**
 * Sorts floats in linear time: a radix sort of their bits, in three digits of 11 bits, lowest digit first.
 *
 * @param values - (n,) finite. @returns (n,) rising; −0 becomes 0.
 */
export function sortedCopy(values: Float32Array): Float32Array {
  const sorted = values.slice();
  let from = new Uint32Array(sorted.buffer);
  let to = new Uint32Array(values.length);
  const starts = Array.from({ length: N_DIGITS }, () => new Uint32Array(BUCKETS));
  for (let k = 0; k < values.length; k++) {
    sorted[k] += 0;
    const key = orderedKey(from[k]);
    from[k] = key;
    for (let d = 0; d < N_DIGITS; d++) starts[d][digitOf(key, d)]++;
  }
  for (let d = 0; d < N_DIGITS; d++) {
    const next = starts[d];
    for (let b = 0, start = 0; b < BUCKETS; b++) {
      const size = next[b];
      next[b] = start;
      start += size;
    }
    for (let k = 0; k < from.length; k++) to[next[digitOf(from[k], d)]++] = from[k];
    [from, to] = [to, from];
  }
  for (let k = 0; k < from.length; k++) from[k] = bitsOfKey(from[k]);
  return new Float32Array(from.buffer);
}

/** Maps a float's bits to an unsigned integer of the same order: flips all bits of a negative float, else the sign bit. */
function orderedKey(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
}

function bitsOfKey(key: number): number {
  return key >>> 31 === 1 ? key ^ 0x80000000 : ~key;
}

function digitOf(key: number, digit: number): number {
  return (key >>> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}
