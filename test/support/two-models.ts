import { Rng } from '../../src/core/index.ts';
import { normalCdf } from '../../src/math/index.ts';

export interface TwoModels {
  readonly label: Uint8Array;
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  readonly t0: Int32Array;
  readonly t1: Int32Array;
}

/** Standard deviations of the noise on the signal, whose own standard deviation is 0.6. */
export interface ModelNoise {
  /** Noise that both models see, as persistent as the signal. */
  readonly shared: number;
  /** Noise that only the champion sees. */
  readonly champion: number;
  /** Noise that only the challenger sees. */
  readonly challenger: number;
  /** Correlation of a model's own noise from one bar to the next, [0, 1). */
  readonly persistence: number;
}

const SPAN = 10;
const PERSISTENCE = 0.9;
const SIGNAL = 0.6;

/**
 * Simulates two calibrated models that see the same persistent signal with different noise. Events come every one or two bars
 * and their labels look ten bars ahead, so that outcomes overlap and mistakes persist.
 */
export function twoModels(nEvents: number, seed: number, noise: ModelNoise): TwoModels {
  const rng = new Rng(seed);
  const nBars = 2 * nEvents + SPAN + 1;
  const signal = wave(rng, nBars, SIGNAL, PERSISTENCE);
  const shared = wave(rng, nBars, noise.shared, PERSISTENCE).map((each, bar) => each + signal[bar]);
  const champion = wave(rng, nBars, noise.champion, noise.persistence);
  const challenger = wave(rng, nBars, noise.challenger, noise.persistence);
  const returns = Float64Array.from({ length: nBars }, () => rng.nextGaussian() / Math.sqrt(SPAN));
  const t0 = new Int32Array(nEvents);
  for (let k = 1; k < nEvents; k++) t0[k] = t0[k - 1] + 1 + rng.nextInt(2);
  return {
    label: Uint8Array.from(t0, (bar) => {
      let total = signal[bar];
      for (let i = 1; i <= SPAN; i++) total += returns[bar + i];
      return Number(total > 0);
    }),
    champion: Float64Array.from(t0, (bar) => confidence(shared[bar] + champion[bar], noise.shared, noise.champion)),
    challenger: Float64Array.from(t0, (bar) =>
      confidence(shared[bar] + challenger[bar], noise.shared, noise.challenger),
    ),
    t0,
    t1: t0.map((bar) => bar + SPAN),
  };
}

/** Probability of label 1 given what the model sees, the best possible forecast. */
function confidence(seen: number, shared: number, own: number): number {
  const trust = SIGNAL ** 2 / (SIGNAL ** 2 + shared ** 2 + own ** 2);
  return normalCdf((trust * seen) / Math.sqrt(1 + SIGNAL ** 2 * (1 - trust)));
}

function wave(rng: Rng, n: number, scale: number, persistence: number): Float64Array {
  const values = new Float64Array(n);
  const step = Math.sqrt(1 - persistence ** 2);
  values[0] = scale * rng.nextGaussian();
  for (let i = 1; i < n; i++) values[i] = persistence * values[i - 1] + scale * step * rng.nextGaussian();
  return values;
}
