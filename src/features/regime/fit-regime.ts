import { checkInteger, hashSeed, Rng } from '../../core/index.ts';
import { type RegimeModel, WINDOW_BARS } from '../../domain/index.ts';
import { logRatio } from '../../math/index.ts';
import { type BaumWelchBounds, type BaumWelchParameters, baumWelchStep } from './baum-welch.ts';

export interface RegimeFitOptions {
  /** Seeded starts, the likeliest of which wins; >= 1. */
  readonly nStarts: number;
  /** Steps of a start at most; >= 1. */
  readonly maxIterations: number;
  /** Only the latest so many bars are used, shared out evenly where there are several series; >= 2. */
  readonly maxBars: number;
  readonly seed: number;
}

export interface RegimeFit {
  /** Null when nothing was fitted: fewer returns than a window has, flat prices, or a degenerate fit. */
  readonly model: RegimeModel | null;
  /** Whether the returns do not show two regimes. */
  readonly degenerate: boolean;
  /** Why there is no model, one short sentence; null when there is one. */
  readonly reason: string | null;
  /** Of the returns under the fitted parameters and start, nats; NaN when no step was made. */
  readonly logLikelihood: number;
  /** Steps of the winning start. */
  readonly iterations: number;
}

/** A variance never falls below this share of the returns' mean square. */
const VARIANCE_FLOOR = 0.1;
/** Of 20,000 returns even one change of state keeps a probability further from 0 and 1 than this. */
const PROBABILITY_MARGIN = 1e-6;
/** A start has converged when a step gains less than this many nats a return. */
const TOLERANCE = 1e-7;
const MIN_OCCUPANCY = 0.01;

interface StartResult {
  readonly parameters: BaumWelchParameters;
  readonly logLikelihood: number;
  readonly occupancy: number;
  readonly iterations: number;
}

/**
 * Fits the two-state regime model of log returns by Baum–Welch: zero-mean Gaussians, several seeded starts, the likeliest
 * taken. A fit that ends on the variance floor, or with a state that holds under 1 % of the returns, is degenerate and
 * gives no model.
 *
 * @param closes - of each series (nBars,) prices, > 0, chronological; all of it is training data.
 * @returns the model, or why there is none; the same input and seed give the same bits.
 * @throws {ConditionError} for options out of range.
 */
export function fitRegime(closes: readonly Float64Array[], options: RegimeFitOptions): RegimeFit {
  checkInteger('nStarts', options.nStarts, 1);
  checkInteger('maxIterations', options.maxIterations, 1);
  checkInteger('maxBars', options.maxBars, 2);
  const shares = shareOut(closes, options.maxBars);
  const sequences = closes.map((close, i) => squaredReturns(close, shares[i])).filter(({ length }) => length > 0);
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
    const result = climb(sequences, start, bounds, options.maxIterations, scratch);
    if (best === null || result.logLikelihood > best.logLikelihood) best = result;
  }
  return judge(best as StartResult, bounds);
}

/** Bars of each series that are used: as many of each, and what a short one leaves goes to the longer ones. */
function shareOut(closes: readonly Float64Array[], maxBars: number): number[] {
  const shares = new Array<number>(closes.length).fill(0);
  const shortestFirst = [...closes.keys()].sort((a, b) => closes[a].length - closes[b].length || a - b);
  let left = maxBars;
  shortestFirst.forEach((i, k) => {
    shares[i] = Math.min(closes[i].length, Math.floor(left / (closes.length - k)));
    left -= shares[i];
  });
  return shares;
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

/** Steps until a step gains too little. The last step's expectation judges the parameters that the fit ends with. */
function climb(
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

function judge(best: StartResult, bounds: BaumWelchBounds): RegimeFit {
  const { parameters, occupancy, logLikelihood, iterations } = best;
  const reason = degeneracy(parameters, occupancy, bounds);
  if (reason !== null) return { model: null, degenerate: true, reason, logLikelihood, iterations };
  const { calmVariance, turbulentVariance, stayCalm, stayTurbulent } = inOrder(parameters);
  const model = { calmVariance, turbulentVariance, stayCalm, stayTurbulent };
  return { model, degenerate: false, reason: null, logLikelihood, iterations };
}

function degeneracy(parameters: BaumWelchParameters, occupancy: number, bounds: BaumWelchBounds): string | null {
  const { calmVariance, turbulentVariance } = parameters;
  if (Math.min(calmVariance, turbulentVariance) <= bounds.varianceFloor) return 'a variance ended on its floor';
  if (Math.min(occupancy, 1 - occupancy) < MIN_OCCUPANCY) return 'a state holds under 1 % of the returns';
  return calmVariance === turbulentVariance ? 'both states have the same variance' : null;
}

/** The turbulent state is the one with the larger variance, wherever the climb put it. */
function inOrder(parameters: BaumWelchParameters): RegimeModel {
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
