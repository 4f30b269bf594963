import type { OrchestratorConfig } from '../../config/index.ts';
import type { Own } from '../../domain/index.ts';
import { isForest, type Learner } from '../../model/index.ts';
import { SILENT } from '../../ports/index.ts';
import { inlineTrainer } from '../../trainer/index.ts';
import type { TrainingLoop } from '../../training/index.ts';
import { createTrainingLoop } from '../create-orchestrator.ts';
import type { GivenFeatures } from '../own-features.ts';

export interface CalibrationLoopOptions extends GivenFeatures {
  /** What encodes the predictor. */
  readonly learner: Own<Learner>;
  /** Threads that compute beside the calling one. */
  readonly workers: number;
}

/**
 * A training loop for a predictor that was made elsewhere, which is handed in with the bars: `{ fixed }`. It works on the calling thread, with
 * others for the features.
 */
export function createCalibrationLoop(
  config: OrchestratorConfig,
  { features, learner, workers }: CalibrationLoopOptions,
): TrainingLoop {
  return createTrainingLoop(config, {
    ...(features && { features }),
    ...(!isForest(learner) && { learner }),
    trainer: inlineTrainer({ workers }),
    logger: SILENT,
  });
}
