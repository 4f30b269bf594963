/** (nBars - 1,) nanoseconds between bars; exact below 104 days. @param tsEvent - (nBars,) UNIX ns, rising. */
export function gapsOf(tsEvent: BigInt64Array): Float64Array {
  const gaps = new Float64Array(Math.max(0, tsEvent.length - 1));
  // As halves, low one first, because a difference of bigints is an allocation.
  const words = new Uint32Array(tsEvent.buffer, tsEvent.byteOffset, 2 * tsEvent.length);
  for (let i = 0; i < gaps.length; i++) gaps[i] = gapAt(words, 2 * i + 2);
  return gaps;
}

/** Nanoseconds between a time and the one before. @param words - the halves of times, low one first. @param i - of the low half, >= 2. */
export function gapAt(words: Uint32Array, i: number): number {
  // The upper halves are signed, and their difference is small: the border of 1970 is none.
  return ((words[i + 1] - words[i - 1]) | 0) * 2 ** 32 + (words[i] - words[i - 2]);
}
