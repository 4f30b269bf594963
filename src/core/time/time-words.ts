// 64-bit times as pairs of 32-bit words, low word first, as every machine has them that Node is built for but s390x: a bigint that
// leaves the register of its operation is an object, so that a window of times read as bigints costs kilobytes of garbage.

const TWO_32 = 2 ** 32;
const scratch = new BigInt64Array(2);
const words = new Int32Array(scratch.buffer);

/** `to` − `from`, ns, as the nearest double; exact below 2^53 ns, which are 104 days. */
export function nanosBetween(from: bigint, to: bigint): number {
  scratch[0] = from;
  scratch[1] = to;
  return (words[3] - words[1]) * TWO_32 + ((words[2] >>> 0) - (words[0] >>> 0));
}

/**
 * Times since another.
 *
 * @param times - (n,) UNIX ns, in any order. @returns (n,) ns, as the nearest doubles; exact below 2^53 ns.
 */
export function nanosSince(from: bigint, times: BigInt64Array): Float64Array {
  const halves = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  scratch[0] = from;
  const low = words[0] >>> 0;
  const high = words[1];
  const since = new Float64Array(times.length);
  for (let i = 0; i < since.length; i++) {
    since[i] = (halves[2 * i + 1] - high) * TWO_32 + ((halves[2 * i] >>> 0) - low);
  }
  return since;
}

/**
 * Longest step from one time to the next, of those in [first, end).
 *
 * @param times - (n,) UNIX ns, rising. @returns ns, >= 0; exact below 2^53 ns. 0 for fewer than two times.
 */
export function longestStep(times: BigInt64Array, first: number, end: number): number {
  const halves = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  let longest = 0;
  for (let i = first + 1; i < end; i++) {
    const step = (halves[2 * i + 1] - halves[2 * i - 1]) * TWO_32 + ((halves[2 * i] >>> 0) - (halves[2 * i - 2] >>> 0));
    if (step > longest) longest = step;
  }
  return longest;
}

/**
 * The first of rising times that is not before `ts`.
 *
 * @param times - (n,) UNIX ns. @returns its index in [first, end]; `end` where all of them are before.
 */
export function findTime(times: BigInt64Array, ts: bigint, first = 0, end = times.length): number {
  const halves = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  scratch[0] = ts;
  const low = words[0] >>> 0;
  const high = words[1];
  let from = first;
  let to = end;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = halves[2 * middle + 1];
    const isBefore = other < high || (other === high && halves[2 * middle] >>> 0 < low);
    if (isBefore) from = middle + 1;
    else to = middle;
  }
  return from;
}
