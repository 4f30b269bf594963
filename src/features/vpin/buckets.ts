/** Share of a bucket's volume that may be missing when it is complete, for rounding in the window's last bucket. */
const COMPLETE_TOLERANCE = 1e-9;
/** Minimum size of a bucket as a share of the window's volume; smaller ones do not change the result in doubles. */
const MIN_BUCKET_SHARE = 2 ** -50;

/** Result of filling buckets; one object is reused for all windows. */
export interface BucketCount {
  /** Mean |buys - sells| / bucket volume over the completed buckets, [0, 1]; 0 when none is complete. */
  vpin: number;
  /** Number of completed buckets. */
  nBuckets: number;
}

/** Sum of the volumes of the bars [first, first + nBars). */
export function sumVolume(volume: Float64Array, first: number, nBars: number): number {
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
 * Fills equal-volume buckets with bars. What overflows goes into the next bucket, with the bar's own share of buys and
 * sells.
 *
 * @param imbalance - (nBars,) (buys - sells) / volume of each bar, [-1, 1].
 * @param volume - volumes of the series; the bars used are [first, first + imbalance.length).
 * @param total - volume of those bars, >= 0.
 * @param bucketVolume - volume of a bucket, > 0.
 * @see Easley, López de Prado, O'Hara (2012), Flow Toxicity and Liquidity in a High-Frequency World, RFS 25(5), §1.
 */
export function fillBuckets(
  imbalance: Float64Array,
  volume: Float64Array,
  first: number,
  total: number,
  bucketVolume: number,
  out: BucketCount,
): void {
  out.vpin = 0;
  out.nBuckets = 0;
  const size = Math.max(bucketVolume, total * MIN_BUCKET_SHARE);
  if (!(size > 0 && size < Infinity)) return;
  let nBuckets = 0;
  let sum = 0; // sum of |buys - sells| over the completed buckets
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
  if (size - filled <= COMPLETE_TOLERANCE * size) {
    sum += Math.abs(signed);
    nBuckets++;
  }
  if (nBuckets === 0) return;
  out.vpin = Math.min(1, sum / (size * nBuckets));
  out.nBuckets = nBuckets;
}
