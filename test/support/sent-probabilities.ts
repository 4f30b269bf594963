import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { Rng } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { tripleBarrierLabeler } from '../../src/labeling/index.ts';
import { labelEvents } from '../../src/training/index.ts';

/** Signals with the probabilities of a model whose knowledge is known. */
export interface PredictedSignals {
  /** (nBars,) -1, 0 or 1. */
  readonly side: Int8Array;
  /** (nBars,) the chance that the signal of a bar wins, by all that the model knows; NaN without a signal. */
  readonly truth: Float64Array;
}

export interface PredictedOptions {
  /** Distance between a bar with a signal and the next. */
  readonly every: number;
  /** How far the model tells wins from losses, standard deviations between the two: 0 knows nothing, 1 has an AUC of 0.76. */
  readonly knowledge: number;
  readonly seed: number;
  readonly config?: OrchestratorConfigInput;
}

/**
 * Signals at random sides, each with the true chance of winning given what a model of that knowledge saw: of a loss a number from
 * N(0, 1), of a win from N(knowledge, 1), turned into a chance by Bayes' rule. So P(win | truth = p) = p exactly.
 */
export function predictedSignals(bars: BarSeries, options: PredictedOptions): PredictedSignals {
  const { every, knowledge, seed } = options;
  const rng = new Rng(seed);
  const side = new Int8Array(bars.length);
  for (let bar = 99; bar < bars.length; bar += every) side[bar] = rng.nextFloat() < 0.5 ? -1 : 1;
  const config = OrchestratorConfig(options.config ?? {});
  const labeler = tripleBarrierLabeler({ ...config.labels, tickSize: null, netCostBps: 0 });
  const { t0, label } = labelEvents(bars, side, config, labeler);
  const rate = label.reduce((sum, one) => sum + one, 0) / label.length;
  const truth = new Float64Array(bars.length).fill(Number.NaN);
  const chanceOf = (isWin: number): number => {
    const seen = rng.nextGaussian() + knowledge * isWin;
    const odds = (rate / (1 - rate)) * Math.exp(knowledge * seen - (knowledge * knowledge) / 2);
    return odds / (1 + odds);
  };
  for (let bar = 0; bar < side.length; bar++) if (side[bar] !== 0) truth[bar] = rate;
  for (let k = 0; k < t0.length; k++) truth[t0[k]] = chanceOf(label[k]);
  return { side, truth };
}

/** What an overconfident model says for a chance: three times its log-odds. */
export function overconfident(chance: number): number {
  const odds = (chance / (1 - chance)) ** 3;
  return odds / (1 + odds);
}
