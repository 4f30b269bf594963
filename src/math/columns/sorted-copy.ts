const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const SIGN = -0x80000000;

/**
 * Sorts floats in linear time: a radix sort of their bits, in three digits of 11 bits, lowest digit first.
 *
 * @param values - (n,) finite. @returns (n,) rising; −0 becomes 0.
 */
export function sortedCopy(values: Float32Array): Float32Array {
  const sorted = values.slice();
  const keys = new Int32Array(sorted.buffer);
  const spare = new Int32Array(values.length);
  const low = new Uint32Array(BUCKETS);
  const middle = new Uint32Array(BUCKETS);
  const high = new Uint32Array(BUCKETS);
  for (let k = 0; k < keys.length; k++) {
    const key = orderedKey(keys[k]);
    keys[k] = key;
    low[digitOf(key, 0)]++;
    middle[digitOf(key, DIGIT_BITS)]++;
    high[digitOf(key, 2 * DIGIT_BITS)]++;
  }
  scatter(keys, spare, startsOf(low), 0);
  scatter(spare, keys, startsOf(middle), DIGIT_BITS);
  scatter(keys, spare, startsOf(high), 2 * DIGIT_BITS);
  for (let k = 0; k < keys.length; k++) keys[k] = bitsOfKey(spare[k]);
  return sorted;
}

/** Turns the size of every bucket into its start, in place. */
function startsOf(sizes: Uint32Array): Uint32Array {
  for (let b = 0, start = 0; b < BUCKETS; b++) {
    const size = sizes[b];
    sizes[b] = start;
    start += size;
  }
  return sizes;
}

/** Moves every key to the next place of its bucket. */
function scatter(from: Int32Array, to: Int32Array, next: Uint32Array, shift: number): void {
  for (let k = 0; k < from.length; k++) {
    const key = from[k];
    to[next[digitOf(key, shift)]++] = key;
  }
}

/** Maps a float's bits to bits whose unsigned order is that of the floats: flips all bits of a negative float, else the sign bit. */
function orderedKey(bits: number): number {
  return bits === SIGN ? SIGN : bits ^ ((bits >> 31) | SIGN);
}

function bitsOfKey(key: number): number {
  return key < 0 ? key ^ SIGN : ~key;
}

function digitOf(key: number, shift: number): number {
  return (key >>> shift) & (BUCKETS - 1);
}
