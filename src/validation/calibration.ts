/** One group of events with neighbouring probabilities. */
export interface ReliabilityBin {
  readonly n: number;
  /** Lowest and highest probability in the group. */
  readonly low: number;
  readonly high: number;
  readonly meanProbability: number;
  /** Share of ones. */
  readonly hitRate: number;
}

const N_BINS = 10;

/**
 * Expected calibration error: the mean gap between mean probability and share of ones in ten equally wide bins, weighted by
 * their events.
 *
 * @returns [0, 1]; NaN for no events.
 * @see Naeini, Cooper, Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI.
 */
export function expectedCalibrationError(label: Uint8Array, probability: Float64Array): number {
  const n = new Float64Array(N_BINS);
  const ones = new Float64Array(N_BINS);
  const sum = new Float64Array(N_BINS);
  for (let k = 0; k < label.length; k++) {
    const bin = Math.min(N_BINS - 1, Math.floor(probability[k] * N_BINS));
    n[bin]++;
    ones[bin] += label[k];
    sum[bin] += probability[k];
  }
  let gap = 0;
  for (let bin = 0; bin < N_BINS; bin++) gap += Math.abs(sum[bin] - ones[bin]);
  return gap / label.length;
}

/** Events sorted by probability and cut into at most ten groups of (nearly) equal size; equal probabilities stay together. */
export function reliabilityDeciles(label: Uint8Array, probability: Float64Array): ReliabilityBin[] {
  const order = Array.from(label.keys()).sort((a, b) => probability[a] - probability[b]);
  const bins: ReliabilityBin[] = [];
  for (let start = 0; start < order.length; ) {
    let end = Math.max(start + 1, Math.floor(((bins.length + 1) * order.length) / N_BINS));
    while (end < order.length && probability[order[end]] === probability[order[end - 1]]) end++;
    const rows = order.slice(start, end);
    bins.push({
      n: rows.length,
      low: probability[rows[0]],
      high: probability[rows[rows.length - 1]],
      meanProbability: rows.reduce((sum, k) => sum + probability[k], 0) / rows.length,
      hitRate: rows.reduce((sum, k) => sum + label[k], 0) / rows.length,
    });
    start = end;
  }
  return bins;
}
