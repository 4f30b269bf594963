const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const MASK = BUCKETS - 1;
/** First bits of the digits of 32. */
const SHIFTS = [0, DIGIT_BITS, 2 * DIGIT_BITS];
/** Place of the low and of the high 32 bits of a double in memory. */
const [LOW, HIGH] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];

/**
 * Rows by rising value, equal values in the order of their rows: a radix sort of the bits, which takes time in proportion to their
 * number and no memory of the heap, where a sort by comparison takes more of both.
 *
 * @param values - (n,) finite; −0 and 0 are equal.
 * @returns (n,) rows.
 */
export function risingRows(values: Float64Array): Int32Array {
  const n = values.length;
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  writeKeys(values, low, high);
  let rows = new Int32Array(n);
  let spare = new Int32Array(n);
  for (let k = 0; k < n; k++) rows[k] = k;
  for (const keys of [low, high]) {
    for (const shift of SHIFTS) {
      if (!scatterRows(rows, keys, shift, spare)) continue;
      [rows, spare] = [spare, rows];
    }
  }
  return rows;
}

/** Keys whose unsigned order is that of the values: all bits of a negative one are flipped, else the sign bit. */
function writeKeys(values: Float64Array, low: Uint32Array, high: Uint32Array): void {
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  for (let k = 0; k < values.length; k++) {
    double[0] = values[k] + 0; // −0 becomes 0
    const isNegative = words[HIGH] >>> 31 === 1;
    low[k] = isNegative ? ~words[LOW] : words[LOW];
    high[k] = isNegative ? ~words[HIGH] : words[HIGH] ^ 0x80000000;
  }
}

/** Writes the rows by one digit of their keys. @returns false, and writes nothing, where all have the same digit. */
function scatterRows(rows: Int32Array, keys: Uint32Array, shift: number, out: Int32Array): boolean {
  const next = new Int32Array(BUCKETS);
  for (let k = 0; k < keys.length; k++) next[(keys[k] >>> shift) & MASK]++;
  if (keys.length === 0 || next[(keys[0] >>> shift) & MASK] === keys.length) return false;
  for (let b = 0, start = 0; b < BUCKETS; b++) {
    const size = next[b];
    next[b] = start;
    start += size;
  }
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    out[next[(keys[row] >>> shift) & MASK]++] = row;
  }
  return true;
}
