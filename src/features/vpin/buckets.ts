import { WINDOW_BARS } from '../../domain/index.ts';

/** A bucket short by no more than this share of its volume is complete: the window's last one falls short by rounding. */
const COMPLETE_WITHIN = 1e-9;
// A bucket finer than this part of the window changes nothing that a double can hold.
const FINEST = 2 ** -50;

/** What pouring found, reused from window to window. */
export interface BucketCount {
  /** Mean |buys - sells| / bucket volume over the completed buckets, [0, 1]; 0 when none is complete. */
  vpin: number;
  /** Completed buckets. */
  nBuckets: number;
}

/** The volume of bars [first, first + nBars). */
export function sumVolume(volume: Float64Array, first: number, nBars: number = WINDOW_BARS): number {
  let odd = 0;
  let even = 0;
  let i = first;
  for (; i + 1 < first + nBars; i += 2) {
    odd += volume[i];
    even += volume[i + 1];
  }
  return odd + even + (i < first + nBars ? volume[i] : 0);
}

/**
 * Pours bars into equal-volume buckets, overflow into the next, a bar's buys and sells in even proportion throughout.
 *
 * @param imbalance - (nBars,) (buys - sells) / volume of each bar, [-1, 1].
 * @param volume - the series' volumes; the bars poured are [first, first + imbalance.length).
 * @param total - the volume of those bars, >= 0.
 * @param bucketVolume - volume of a bucket, > 0.
 * @see Easley, López de Prado, O'Hara (2012), Flow Toxicity and Liquidity in a High-Frequency World, RFS 25(5), §1.
 */
export function pourBuckets(
  imbalance: Float64Array,
  volume: Float64Array,
  first: number,
  total: number,
  bucketVolume: number,
  out: BucketCount,
): void {
  out.vpin = 0;
  out.nBuckets = 0;
  const size = Math.max(bucketVolume, total * FINEST);
  if (!(size > 0 && size < Infinity)) return;
  let nBuckets = 0;
  let sum = 0; // of |buys - sells| over completed buckets
  let filled = 0;
  let signed = 0; // buys - sells in the open bucket
  for (let i = 0; i < imbalance.length; i++) {
    const v = volume[first + i];
    const x = imbalance[i];
    const room = size - filled;
    if (v < room) {
      filled += v;
      signed += x * v;
      continue;
    }
    signed += x * room;
    sum += Math.abs(signed);
    nBuckets++;
    let rest = v - room;
    if (rest >= size) {
      const whole = Math.floor(rest / size);
      sum += Math.abs(x) * size * whole;
      nBuckets += whole;
      rest = Math.max(0, rest - whole * size);
    }
    filled = rest;
    signed = x * rest;
  }
  if (size - filled <= COMPLETE_WITHIN * size) {
    sum += Math.abs(signed);
    nBuckets++;
  }
  if (nBuckets === 0) return;
  out.vpin = Math.min(1, sum / (size * nBuckets));
  out.nBuckets = nBuckets;
}
