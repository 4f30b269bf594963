/** Parameters fitted by Baum–Welch: the regime model and the start of the chain. */
export interface BaumWelchParameters {
  readonly calmVariance: number;
  readonly turbulentVariance: number;
  readonly stayCalm: number;
  readonly stayTurbulent: number;
  /** P(turbulent at the first return); fitted, but not part of the model. */
  readonly startTurbulent: number;
}

export interface BaumWelchStep {
  /** Log-likelihood of the returns under the parameters before the step, nats. */
  readonly logLikelihood: number;
  readonly next: BaumWelchParameters;
  /** Mean smoothed probability of turbulence under the parameters before the step. */
  readonly occupancy: number;
}

export interface BaumWelchBounds {
  /** Minimum of either variance. */
  readonly varianceFloor: number;
  /** Minimum distance of a probability from 0 and 1. */
  readonly probabilityMargin: number;
}

// Largest exponent of a likelihood ratio without overflow; the excess is added to the log-likelihood directly.
const MAX_EXPONENT = 700;
const LARGE = 1e100;

/** Expected sums over the hidden states, added up over all sequences. */
interface ExpectedSums {
  logLikelihood: number;
  nReturns: number;
  turbulentMass: number;
  turbulentSquares: number;
  calmSquares: number;
  stayedTurbulent: number;
  stayedCalm: number;
  leftTurbulent: number;
  leftCalm: number;
  startedTurbulent: number;
}

/**
 * One expectation-maximisation step for a two-state hidden Markov model of zero-mean Gaussian returns. Bounded parameters
 * stay optimal on their bounds, so the log-likelihood never falls from step to step. Sequences are independent chains
 * with the same parameters: the end of one and the beginning of the next are not a transition.
 *
 * @param sequences - each (nReturns,) squared log returns, nReturns >= 1.
 * @param filtered - scratch, as long as the longest sequence.
 * @see Baum et al. (1970), Annals of Mathematical Statistics 41(1); Rabiner (1989), Proceedings of the IEEE 77(2),
 * section V.B on several sequences; the backward recursion is Kim's smoother.
 */
export function baumWelchStep(
  sequences: readonly Float64Array[],
  parameters: BaumWelchParameters,
  bounds: BaumWelchBounds,
  filtered: Float64Array,
): BaumWelchStep {
  const sums: ExpectedSums = {
    logLikelihood: 0,
    nReturns: 0,
    turbulentMass: 0,
    turbulentSquares: 0,
    calmSquares: 0,
    stayedTurbulent: 0,
    stayedCalm: 0,
    leftTurbulent: 0,
    leftCalm: 0,
    startedTurbulent: 0,
  };
  for (const squares of sequences) addExpectedSums(squares, parameters, filtered, sums);
  const { nReturns, turbulentMass, turbulentSquares, calmSquares } = sums;
  const { stayedTurbulent, stayedCalm, leftTurbulent, leftCalm } = sums;
  const margin = bounds.probabilityMargin;
  const within = (probability: number): number => Math.min(Math.max(probability, margin), 1 - margin);
  const stay = (stayed: number, left: number, before: number): number =>
    stayed + left > 0 ? within(stayed / (stayed + left)) : before;
  const variance = (sum: number, mass: number, before: number): number =>
    Math.max(mass > 0 ? sum / mass : before, bounds.varianceFloor);
  return {
    logLikelihood: sums.logLikelihood,
    occupancy: turbulentMass / nReturns,
    next: {
      calmVariance: variance(calmSquares, nReturns - turbulentMass, parameters.calmVariance),
      turbulentVariance: variance(turbulentSquares, turbulentMass, parameters.turbulentVariance),
      stayCalm: stay(stayedCalm, leftCalm, parameters.stayCalm),
      stayTurbulent: stay(stayedTurbulent, leftTurbulent, parameters.stayTurbulent),
      startTurbulent: within(sums.startedTurbulent / sequences.length),
    },
  };
}

/**
 * Adds the expected sums of one sequence. The forward pass works with the ratio of the two densities, which costs one
 * exponential per return; the backward pass smooths the filtered probabilities directly, so that only one column is
 * stored.
 */
function addExpectedSums(
  squares: Float64Array,
  parameters: BaumWelchParameters,
  filtered: Float64Array,
  sums: ExpectedSums,
): void {
  sums.logLikelihood += forward(squares, parameters, filtered);
  const n = squares.length;
  const { stayCalm, stayTurbulent } = parameters;
  const leaveCalm = 1 - stayCalm;
  const leaveTurbulent = 1 - stayTurbulent;
  let smoothed = filtered[n - 1];
  let turbulentMass = smoothed;
  let turbulentSquares = smoothed * squares[n - 1];
  let calmSquares = (1 - smoothed) * squares[n - 1];
  let [stayedTurbulent, stayedCalm, leftTurbulent, leftCalm] = [0, 0, 0, 0];
  for (let t = n - 2; t >= 0; t--) {
    const turbulent = filtered[t];
    const calm = 1 - turbulent;
    const tt = turbulent * stayTurbulent;
    const ct = calm * leaveCalm;
    const tc = turbulent * leaveTurbulent;
    const cc = calm * stayCalm;
    const toTurbulent = smoothed / (tt + ct);
    const toCalm = (1 - smoothed) / (tc + cc);
    const stayT = tt * toTurbulent;
    const leaveT = tc * toCalm;
    stayedTurbulent += stayT;
    leftTurbulent += leaveT;
    leftCalm += ct * toTurbulent;
    stayedCalm += cc * toCalm;
    smoothed = stayT + leaveT;
    if (smoothed > 1) smoothed = 1;
    const square = squares[t];
    turbulentMass += smoothed;
    turbulentSquares += smoothed * square;
    calmSquares += (1 - smoothed) * square;
  }
  sums.nReturns += n;
  sums.turbulentMass += turbulentMass;
  sums.turbulentSquares += turbulentSquares;
  sums.calmSquares += calmSquares;
  sums.stayedTurbulent += stayedTurbulent;
  sums.stayedCalm += stayedCalm;
  sums.leftTurbulent += leftTurbulent;
  sums.leftCalm += leftCalm;
  sums.startedTurbulent += smoothed;
}

/** Fills `filtered` with P(turbulent at t | returns up to t) and returns the log-likelihood. */
function forward(squares: Float64Array, parameters: BaumWelchParameters, filtered: Float64Array): number {
  const { calmVariance, turbulentVariance, stayCalm, stayTurbulent, startTurbulent } = parameters;
  const factor = Math.sqrt(calmVariance / turbulentVariance);
  const slope = 0.5 / calmVariance - 0.5 / turbulentVariance;
  const leaveCalm = 1 - stayCalm;
  let predicted = startTurbulent;
  let logs = 0;
  let product = 1;
  let sumSquares = 0;
  for (let t = 0; t < squares.length; t++) {
    const square = squares[t];
    let exponent = slope * square;
    if (exponent > MAX_EXPONENT) {
      logs += exponent - MAX_EXPONENT;
      exponent = MAX_EXPONENT;
    }
    const turbulent = predicted * (factor * Math.exp(exponent));
    const density = turbulent + (1 - predicted);
    // Densities are relative to the calm one. Their running product needs a logarithm only when it becomes very large or
    // small.
    if (density > LARGE) logs += Math.log(density);
    else product *= density;
    if (product > LARGE || product < 1 / LARGE) {
      logs += Math.log(product);
      product = 1;
    }
    const probability = turbulent / density;
    filtered[t] = probability;
    predicted = probability * stayTurbulent + (1 - probability) * leaveCalm;
    sumSquares += square;
  }
  const calm = -0.5 * (squares.length * Math.log(2 * Math.PI * calmVariance) + sumSquares / calmVariance);
  return calm + logs + Math.log(product);
}
