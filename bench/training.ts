// A whole training: labels, features, five purged folds, final fit, save. Time on 260,000 bars, then memory on 1,000,000.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createOrchestrator } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { count } from '../src/core/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { showTimes, timeRuns } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

using directory = temporaryDirectory();
const config = OrchestratorConfig({ modelPath: directory.file('model.onnx') });
const workers = availableParallelism();

async function trainOn(nBars: number, runs: number, warmUps: number): Promise<void> {
  const { bars } = simulateMarket({ nBars, edge: 0.1, breakAt: null, seed: 5 });
  const orchestrator = createOrchestrator(config, { logger: SILENT, workers });
  let nSamples = 0;
  const train = async (): Promise<void> => {
    nSamples = (await orchestrator.train(bars)).nSamples;
  };
  const times = await timeRuns(runs, train, warmUps);
  console.log(`train ${count(nBars)} bars, ${count(nSamples)} events, ${workers} workers: ${showTimes(times)}`);
  await orchestrator.stop();
}

// The memory on a million bars is measured in a new process.
if (process.argv.includes('--million')) {
  await trainOn(1_000_000, 1, 0);
  console.log(`  peak memory of the process: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
} else {
  await trainOn(260_000, 5, 1);
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--million'], { stdio: 'inherit' });
}
