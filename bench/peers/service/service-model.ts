import { createOrchestrator } from '../../../src/app/index.ts';
import { OrchestratorConfig } from '../../../src/config/index.ts';
import { SILENT } from '../../../src/ports/index.ts';
import { simulateMarket } from '../../../src/simulation/index.ts';

/** Features that a team would have written for itself: none needs a fitted state, which would have to be ported too. */
const FEATURES = ['volatility', 'momentum', 'trend_strength', 'volume_ratio'] as const;

/** Trains the model that every service serves, a forest by the default settings, and writes its ONNX file. */
export async function trainServiceModel(path: string): Promise<void> {
  const { bars } = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
  const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath: path, featureNames: FEATURES }), {
    logger: SILENT,
  });
  await orchestrator.train(bars);
  await orchestrator.stop();
}
