import type { OrchestratorConfig } from '../../config/index.ts';
import { SILENT } from '../../ports/index.ts';
import { inlineTrainer } from '../../trainer/index.ts';
import type { TrainingLoop } from '../../training/index.ts';
import { createTrainingLoop } from '../create-orchestrator.ts';
import type { GivenModules } from '../own-modules.ts';

export interface CalibrationLoopOptions extends GivenModules {
  /** Threads that compute beside the calling one. */
  readonly workers: number;
}

/**
 * A training loop for a predictor that was made elsewhere, which is handed in with the bars: `{ fixed }`. It works on the calling thread, with
 * others for the features.
 */
export function createCalibrationLoop(
  config: OrchestratorConfig,
  { workers, ...own }: CalibrationLoopOptions,
): TrainingLoop {
  return createTrainingLoop(config, { ...own, trainer: inlineTrainer({ workers }), logger: SILENT });
}
