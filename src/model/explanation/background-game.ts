import { ModelError } from '../../core/index.ts';
import type { Predictor } from '../learner.ts';
import { dividendsOf } from './dividends.ts';

/** Maximum number of trees (or operators of a model without any) that one explanation computes: some 50 ms. */
const MAX_WALKS = 2 ** 22;

/** A game by rows that are known. */
export interface BackgroundGame {
  readonly predictor: Pick<Predictor, 'predictOne'>;
  /** (nRows, nFeatures) row-major, float32: what features are where they are not known. */
  readonly background: Float32Array;
  readonly nFeatures: number;
  /** Number of trees or operators that one prediction computes, > 0. */
  readonly cost: number;
}

/**
 * Computes the Harsanyi dividends of a prediction of any model: the value of a set of features is the mean prediction over background
 * rows whose features in the set are replaced by those of the row. It needs nothing of the inside of the model, unlike the game of a
 * forest (`forestDividends`), which needs the weights of its nodes.
 *
 * @param row - (nFeatures,) float32 values.
 * @returns (2^nFeatures,) dividends by bit set; null where that takes too long, or a mixed row has no prediction.
 * @see Lundberg & Lee (2017), A unified approach to interpreting model predictions; Janzing et al. (2020), the interventional game.
 */
export function backgroundDividends(game: BackgroundGame, row: Float32Array): Float64Array | null {
  const { background, nFeatures, cost } = game;
  const nRows = background.length / nFeatures;
  if (nRows === 0 || 2 ** nFeatures * nRows * cost > MAX_WALKS) return null;
  try {
    return dividendsOf(setValues(game, row, nRows));
  } catch (error) {
    if (error instanceof ModelError && error.code === 'MODEL_LEARNER') return null;
    throw error;
  }
}

/** (2^nFeatures,) values by bit set. */
function setValues(
  { predictor, background, nFeatures }: BackgroundGame,
  row: Float32Array,
  nRows: number,
): Float64Array {
  const values = new Float64Array(2 ** nFeatures);
  const mixed = new Float32Array(nFeatures);
  for (let set = 0; set < values.length; set++) {
    let sum = 0;
    for (let k = 0; k < nRows; k++) {
      for (let j = 0; j < nFeatures; j++) mixed[j] = ((set >> j) & 1) === 1 ? row[j] : background[k * nFeatures + j];
      sum += predictor.predictOne(mixed);
    }
    values[set] = sum / nRows;
  }
  return values;
}
