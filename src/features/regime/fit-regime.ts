import { checkInteger, hashSeed, Rng } from '../../core/index.ts';
import { type RegimeModel, WINDOW_BARS } from '../../domain/index.ts';
import { logRatio } from '../../math/index.ts';
import { type BaumWelchBounds, type BaumWelchParameters, baumWelchStep } from './baum-welch.ts';

export interface RegimeFitOptions {
  /** Number of seeded starts, of which the one with the highest likelihood is kept; >= 1. */
  readonly nStarts: number;
  /** Maximum number of steps of one start, >= 1. */
  readonly maxIterations: number;
  /** Maximum number of bars used, the latest ones, divided evenly between several series; >= 2. */
  readonly maxBars: number;
  readonly seed: number;
}

export interface RegimeFit {
  /** Null when there are fewer returns than in a window, when prices are flat, or when the fit is degenerate. */
  readonly model: RegimeModel | null;
  /** True when the returns do not show two regimes. */
  readonly degenerate: boolean;
  /** Reason why there is no model, one short sentence; null when there is one. */
  readonly reason: string | null;
  /** Log-likelihood of the returns under the fitted parameters, nats; NaN when no step was made. */
  readonly logLikelihood: number;
  /** Number of steps of the start that was kept. */
  readonly iterations: number;
}

/** Minimum of a variance, as a share of the returns' mean square. */
const VARIANCE_FLOOR = 0.1;
/** Minimum distance of a probability from 0 and 1; one change of state in 20,000 returns lies above it. */
const PROBABILITY_MARGIN = 1e-6;
/** Gain in log-likelihood below which a start has converged, nats per return. */
const TOLERANCE = 1e-7;
/** Minimum share of the returns in either state. */
const MIN_OCCUPANCY = 0.01;

interface StartResult {
  readonly parameters: BaumWelchParameters;
  readonly logLikelihood: number;
  readonly occupancy: number;
  readonly iterations: number;
}

/**
 * Fits the two-state regime model of log returns by Baum–Welch: zero-mean Gaussians, several seeded starts, of which the one
 * with the highest likelihood is kept. A fit with a variance on its floor, or with under 1 % of the returns in a state, is
 * degenerate and gives no model.
 *
 * @param closes - (nBars,) prices of each series, > 0, chronological; all of them are training data.
 * @returns the model, or the reason why there is none; the same input and seed give the same bits.
 * @throws {ConditionError} for options out of range.
 */
export function fitRegime(closes: readonly Float64Array[], options: RegimeFitOptions): RegimeFit {
  checkInteger('nStarts', options.nStarts, 1);
  checkInteger('maxIterations', options.maxIterations, 1);
  checkInteger('maxBars', options.maxBars, 2);
  const nBars = barsPerSeries(closes, options.maxBars);
  const sequences = closes.map((close, i) => squaredReturns(close, nBars[i])).filter(({ length }) => length > 0);
  const nReturns = sequences.reduce((n, { length }) => n + length, 0);
  if (nReturns < WINDOW_BARS - 1) return unfitted(`only ${nReturns} returns to fit on`);
  let sum = 0;
  for (const squares of sequences) for (const square of squares) sum += square;
  const sampleVariance = sum / nReturns;
  if (!(sampleVariance > 0)) return unfitted('the price never moves');

  const bounds = { varianceFloor: VARIANCE_FLOOR * sampleVariance, probabilityMargin: PROBABILITY_MARGIN };
  const scratch = new Float64Array(Math.max(...sequences.map(({ length }) => length)));
  let best: StartResult | null = null;
  for (let s = 0; s < options.nStarts; s++) {
    const start = drawStart(sampleVariance, new Rng(hashSeed(options.seed, s)));
    const result = runStart(sequences, start, bounds, options.maxIterations, scratch);
    if (best === null || result.logLikelihood > best.logLikelihood) best = result;
  }
  return toRegimeFit(best as StartResult, bounds);
}

/** Number of bars to use of each series: equal shares, and the unused part of a short series goes to the longer ones. */
function barsPerSeries(closes: readonly Float64Array[], maxBars: number): number[] {
  const nBars = new Array<number>(closes.length).fill(0);
  const shortestFirst = [...closes.keys()].sort((a, b) => closes[a].length - closes[b].length || a - b);
  let left = maxBars;
  shortestFirst.forEach((i, k) => {
    nBars[i] = Math.min(closes[i].length, Math.floor(left / (closes.length - k)));
    left -= nBars[i];
  });
  return nBars;
}

function squaredReturns(close: Float64Array, maxBars: number): Float64Array {
  const first = Math.max(0, close.length - maxBars) + 1;
  const squares = new Float64Array(Math.max(0, close.length - first));
  for (let i = first; i < close.length; i++) squares[i - first] = logRatio(close[i], close[i - 1]) ** 2;
  return squares;
}

function drawStart(sampleVariance: number, rng: Rng): BaumWelchParameters {
  return {
    calmVariance: sampleVariance * (0.2 + 0.6 * rng.nextFloat()),
    turbulentVariance: sampleVariance * (1.5 + 2.5 * rng.nextFloat()),
    stayCalm: 0.85 + 0.14 * rng.nextFloat(),
    stayTurbulent: 0.75 + 0.2 * rng.nextFloat(),
    startTurbulent: 0.5,
  };
}

/** Runs one start until a step gains too little. One more step evaluates the final parameters; its update is not used. */
function runStart(
  sequences: readonly Float64Array[],
  start: BaumWelchParameters,
  bounds: BaumWelchBounds,
  maxIterations: number,
  scratch: Float64Array,
): StartResult {
  const tolerance = TOLERANCE * sequences.reduce((n, { length }) => n + length, 0);
  let parameters = start;
  let step = baumWelchStep(sequences, parameters, bounds, scratch);
  let iterations = 0;
  for (let gain = Infinity; iterations < maxIterations && gain > tolerance; iterations++) {
    parameters = step.next;
    const before = step.logLikelihood;
    step = baumWelchStep(sequences, parameters, bounds, scratch);
    gain = step.logLikelihood - before;
  }
  return { parameters, logLikelihood: step.logLikelihood, occupancy: step.occupancy, iterations };
}

function toRegimeFit(best: StartResult, bounds: BaumWelchBounds): RegimeFit {
  const { parameters, occupancy, logLikelihood, iterations } = best;
  const reason = degenerateReason(parameters, occupancy, bounds);
  if (reason !== null) return { model: null, degenerate: true, reason, logLikelihood, iterations };
  const { calmVariance, turbulentVariance, stayCalm, stayTurbulent } = orderStates(parameters);
  const model = { calmVariance, turbulentVariance, stayCalm, stayTurbulent };
  return { model, degenerate: false, reason: null, logLikelihood, iterations };
}

function degenerateReason(parameters: BaumWelchParameters, occupancy: number, bounds: BaumWelchBounds): string | null {
  const { calmVariance, turbulentVariance } = parameters;
  if (Math.min(calmVariance, turbulentVariance) <= bounds.varianceFloor) return 'a variance ended on its floor';
  if (Math.min(occupancy, 1 - occupancy) < MIN_OCCUPANCY) return 'a state holds under 1 % of the returns';
  return calmVariance === turbulentVariance ? 'both states have the same variance' : null;
}

/** Makes the state with the larger variance the turbulent one, because Baum–Welch may have swapped them. */
function orderStates(parameters: BaumWelchParameters): RegimeModel {
  const { calmVariance, turbulentVariance, stayCalm, stayTurbulent } = parameters;
  if (calmVariance <= turbulentVariance) return parameters;
  return {
    calmVariance: turbulentVariance,
    turbulentVariance: calmVariance,
    stayCalm: stayTurbulent,
    stayTurbulent: stayCalm,
  };
}

function unfitted(reason: string): RegimeFit {
  return { model: null, degenerate: true, reason, logLikelihood: Number.NaN, iterations: 0 };
}
