import type { Own } from '../../domain/index.ts';
import type { Learner, Predictor } from '../../model/index.ts';

/**
 * A predictor that was made elsewhere. A training fits nothing of it, and everything around it: regime model, bounds, calibrator, statistics
 * of the decision, verdict.
 */
export interface FixedPredictor {
  readonly predictor: Predictor;
  /** What encodes it; by default the learner of the training. */
  readonly learner?: Own<Learner>;
  /**
   * Time of the last bar that the predictor may have learned from, UNIX ns; null where it has seen none of the bars. Nobody can check it:
   * a wrong one makes every figure of the training flatter.
   */
  readonly trainedUntil: bigint | null;
}
