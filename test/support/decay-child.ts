import { writeSync } from 'node:fs';
import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { Rng } from '../../src/core/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { firstWithout } from './first-without.ts';
import { messageAt } from './live-service.ts';
import { randomWalk } from './random-walk.ts';

const N_SIGNALS = 300;
/** From this signal on, outcomes no longer follow the confidences. */
const DECAYS_AT = 120;
const FIRST = 99;
/** Time between two outcomes, ms, in which a kill may come. */
const PAUSE_MS = 2;

/**
 * A service on a data directory with a model whose outcomes are reported one after the other, until it is killed:
 * `decay-child.ts DIRECTORY`. It goes on at the first signal whose outcome is not recorded, and tells every one that is, a line of JSON.
 */
async function main(dataDir: string): Promise<void> {
  const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
  const bars = randomWalk(FIRST + N_SIGNALS, 7, { gaps: 0 });
  const config = OrchestratorConfig({
    modelPath: `${dataDir}/model.onnx`,
    server: { dataDir },
    retrain: { automatic: false, falseAlarmOutcomes: 1000 },
  });
  const service = await createSignalService(config, { logger: SILENT, workers: 1 });
  const hasOutcome = (i: number): Promise<boolean> =>
    service.explain(`${i}`).then(
      ({ outcome }) => outcome !== null,
      () => false,
    );
  tell({ opened: 1 });
  for (let i = await firstWithout(N_SIGNALS, hasOutcome); i < N_SIGNALS; i++) {
    const signalId = `${i}`;
    const receipt = await service.submit({ ...messageAt(bars, FIRST + i), signalId });
    await receipt.recorded;
    const { meta_confidence: confidence } = JSON.parse(receipt.text) as { readonly meta_confidence: number };
    const label = new Rng(i).nextFloat() < (i < DECAYS_AT ? confidence : 1 - confidence) ? 1 : 0;
    const exitTs = bars.tsEvent[Math.min(FIRST + i + 3, bars.length - 1)];
    const { recorded } = await service.recordOutcome({ signalId, label, tradeReturn: null, exitTs });
    await recorded;
    tell({ written: i });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await service.stop();
  tell({ closed: true });
}

await main(process.argv[2]);
