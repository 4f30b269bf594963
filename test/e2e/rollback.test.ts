import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createOrchestrator, createSignalService, openModels } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import type { Side } from '../../src/domain/index.ts';
import { primarySides } from '../../src/labeling/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { smallModelBytes, submitNow } from '../support/live-service.ts';

const TRAINED = 10_000;
const N_BARS = 14_000;
const SIGNAL_EVERY = 3;
const TRIAL = 800;

test('a bad champion is taken back within its trial, also across a restart; the good one before it serves again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-rollback-'));
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.15, breakAt: null, seed: 5 });
  const sides = primarySides(bars, 'ema_cross').map((side, i) => (i % SIGNAL_EVERY === 0 ? side : 0));
  const config = OrchestratorConfig({
    modelPath: join(directory, 'good.onnx'),
    server: { dataDir: directory },
    retrain: { rollbackWindow: TRIAL },
    retrainMinSamples: 1_000_000,
  });
  const orchestrator = createOrchestrator(config, { logger: SILENT });
  const good = await orchestrator.train(bars.slice(0, TRAINED), { side: sides.subarray(0, TRAINED) });
  await orchestrator.stop();
  const bytes = smallModelBytes(1);
  const bad = readModel(bytes, { sha256 }).version;
  mkdirSync(join(directory, 'models'), { recursive: true });
  writeFileSync(join(directory, 'models', `${bad}.onnx`), bytes);

  let service = await createSignalService(config, { logger: SILENT });
  await service.promote(bad);
  service.addBars('SIM', bars.slice(TRAINED - 200, TRAINED));
  for (let i = TRAINED; i < N_BARS && service.status().modelVersion === bad; i++) {
    service.addBars('SIM', bars.slice(i, i + 1));
    if (sides[i] === 0) continue;
    const message = {
      signalId: null,
      instrumentId: 'SIM',
      signal: sides[i] as Side,
      timestamp: bars.tsEvent[i],
      bars: null,
    };
    await submitNow(service, message, { transport: 'library', receivedNs: 0, waitedMs: 0, durable: true }).recorded;
    if (i === TRAINED + 50 * SIGNAL_EVERY) {
      await service.stop();
      service = await createSignalService(config, { logger: SILENT });
      expect(service.status().modelVersion, 'before there is evidence').toBe(bad);
    }
  }
  // On a busy machine the bars may end before the file of the good one is read.
  await vi.waitUntil(() => service.status().modelVersion !== bad, { timeout: 20_000 });
  expect(service.status().modelVersion).toBe(good.model.version);
  const taken = await openModels(directory).manifest(bad);
  const [, nOutcomes] = taken.quarantined?.reason.match(/^it is worse: .* on (\d+) outcomes \(p /) ?? [];
  expect(Number(nOutcomes), 'outcomes that it was judged by').toBeLessThanOrEqual(TRIAL);
  await expect(service.promote(bad), 'it may not come back').rejects.toMatchObject({ code: 'MODEL_QUARANTINED' });
  await service.stop();
  rmSync(directory, { recursive: true });
});
