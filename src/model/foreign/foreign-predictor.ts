import { ModelError } from '../../core/index.ts';
import { backgroundDividends } from '../explanation/background-game.ts';
import type { Predictor } from '../learner.ts';
import type { ModelGraph } from '../model-graph.ts';
import type { Program } from './run/program.ts';
import { programRunner } from './run/run-program.ts';

/** Rounding error by which a computed probability may leave [0, 1]. */
export const PROBABILITY_TOLERANCE = 1e-5;

/** A foreign graph and what it computes, as plain data. */
export interface ForeignModel {
  /** From `X` to `raw_probability`; see {@link ModelGraph}. */
  readonly graph: ModelGraph;
  readonly program: Program;
  /** What it is, by its operators, and what of it was chosen as the probability. */
  readonly description: string;
  readonly nTrees: number;
  /** Number of nodes of its trees, or of its operators where it has no trees. */
  readonly nNodes: number;
}

/** Predictor of a model that was trained elsewhere. */
export interface ForeignPredictor extends Predictor {
  readonly foreign: ForeignModel;
}

/** The foreign model as a predictor. It has no importance, and its decisions no explanation without rows that it was calibrated on. */
export function foreignPredictor(foreign: ForeignModel): ForeignPredictor {
  const { program, description, nTrees, nNodes } = foreign;
  const run = programRunner(program);
  const predictAt = (x: Float32Array, offset: number): number => checked(run(x, offset));
  return {
    foreign,
    importance: null,
    description,
    size: nTrees > 0 ? { trees: nTrees, nodes: nNodes } : { operators: nNodes },
    predictOne: (row) => predictAt(row, 0),
    predictMany: (x, nRows) => Float64Array.from({ length: nRows }, (_, k) => predictAt(x, k * program.nFeatures)),
  };
}

/**
 * The predictor with explanations, by what it says of rows that it was calibrated on.
 *
 * @param background - (nRows, nFeatures) row-major, the golden inputs of its file; without any there is no explanation.
 */
export function explainedForeign(predictor: ForeignPredictor, background: Float32Array): ForeignPredictor {
  if (background.length === 0) return predictor;
  const { program, nTrees, nNodes } = predictor.foreign;
  const game = { predictor, background, nFeatures: program.nFeatures, cost: nTrees > 0 ? nTrees : nNodes };
  return { ...predictor, dividends: (row) => backgroundDividends(game, row) };
}

/** @throws {ModelError} `MODEL_LEARNER` for a number that is no probability, so that no bet is made by it. */
function checked(p: number): number {
  if (p >= 0 && p <= 1) return Math.fround(p);
  if (p >= -PROBABILITY_TOLERANCE && p <= 1 + PROBABILITY_TOLERANCE) return p < 0 ? 0 : 1;
  throw new ModelError('MODEL_LEARNER', `the foreign model predicts ${p}; a probability must be in [0, 1]`);
}
