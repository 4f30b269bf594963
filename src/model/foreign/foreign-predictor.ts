import { ModelError } from '../../core/index.ts';
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

/** The foreign model as a predictor. It has no importance, and its decisions have no explanation. */
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

/** @throws {ModelError} `MODEL_LEARNER` for a number that is no probability, so that no bet is made by it. */
function checked(p: number): number {
  if (p >= 0 && p <= 1) return Math.fround(p);
  if (p >= -PROBABILITY_TOLERANCE && p <= 1 + PROBABILITY_TOLERANCE) return p < 0 ? 0 : 1;
  throw new ModelError('MODEL_LEARNER', `the foreign model predicts ${p}; a probability must be in [0, 1]`);
}
