import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { MetaModel, type ModelMetadata, UNKNOWN_METADATA } from '../../src/model/index.ts';
import { ML4TOrchestrator, type OrchestratorPorts } from '../../src/orchestrator/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { smallModel } from './small-model.ts';

/** Rows of the features volatility, momentum, regime, trend_strength to a probability. */
export type ProbabilityOf = (row: ArrayLike<number>) => number;

/** An orchestrator without a trainer, served by a model whose probabilities are a function of its features. */
export function servedBy(
  probabilityOf: ProbabilityOf,
  metadata: Partial<ModelMetadata> = {},
  settings: OrchestratorConfigInput = {},
): ML4TOrchestrator {
  const parts = smallModel();
  const predictor = { ...parts.predictor, predictOne: probabilityOf };
  const model = MetaModel.fromDecoded({
    version: 'm-0123456789abcdef',
    parts: {
      ...parts,
      predictor,
      calibrator: { kind: 'identity' },
      metadata: { ...UNKNOWN_METADATA, training: parts.metadata.training, ...metadata },
    },
  });
  const ports = { clock: { nowNs: () => 0n, monotonicNs: () => 0 }, logger: SILENT } as unknown as OrchestratorPorts;
  const orchestrator = new ML4TOrchestrator(OrchestratorConfig(settings), ports);
  orchestrator.inferenceLoop.swapModel(model);
  return orchestrator;
}
