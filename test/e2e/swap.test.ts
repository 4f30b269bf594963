import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { InferenceLoop } from '../../src/inference/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { OVER_HTTP, smallModelBytes, submitNow } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';

const N_SIGNALS = 3000;
const SWAP_EVERY = 60;

test('twenty swaps and more under load: no error, and every answer is from exactly one model', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-swap-'));
  const files = [smallModelBytes(1), smallModelBytes(2)];
  const models = files.map((bytes) => readModel(bytes, { sha256 }));
  mkdirSync(join(directory, 'models'), { recursive: true });
  for (const [k, bytes] of files.entries())
    writeFileSync(join(directory, 'models', `${models[k].version}.onnx`), bytes);
  writeFileSync(join(directory, 'first.onnx'), files[0]);
  const config = OrchestratorConfig({ modelPath: join(directory, 'first.onnx'), server: { dataDir: directory } });
  const service = await createSignalService(config, { logger: SILENT });
  const bars = randomWalk(N_SIGNALS + WINDOW_BARS, 3, { gaps: 0 });
  const loops = models.map((model) => {
    const loop = new InferenceLoop({ config, clock: { monotonicNs: () => 0 }, logger: SILENT });
    loop.swapModel(model);
    return loop;
  });
  const served = new Set<string>();
  /** Lets the other model serve, and takes it back at once when told to. */
  async function swap(isTakenBack: boolean): Promise<void> {
    const serving = service.status().modelVersion;
    const other = models.find(({ version }) => version !== serving)?.version ?? '';
    await service.promote(other, true); // whether or not it was taken back before
    if (isTakenBack) await service.rollback(other);
  }
  let swapping: Promise<unknown> = Promise.resolve();
  let nSwaps = 0;
  for (let i = 0; i < N_SIGNALS; i++) {
    const window = bars.slice(i, i + WINDOW_BARS);
    const signal = i % 2 === 0 ? 1 : -1;
    const message = {
      signalId: `s${i}`,
      instrumentId: 'SIM',
      signal,
      timestamp: window.tsEvent[WINDOW_BARS - 1],
      bars: window,
    } as const;
    const { text } = submitNow(service, message, OVER_HTTP);
    const answer = JSON.parse(text) as { model_version: string; meta_confidence: number; regime_weight: number };
    const k = models.findIndex(({ version }) => version === answer.model_version);
    const alone = loops[k].infer(new SignalEvent({ ...message, bars: window }));
    expect([answer.meta_confidence, answer.regime_weight]).toEqual([alone.metaConfidence, alone.regimeWeight]);
    served.add(answer.model_version);
    if (i % SWAP_EVERY === 0) {
      swapping = swapping.then(() => swap(++nSwaps % 5 === 0));
    }
    if (i % 10 === 0) await nextTurn();
  }
  await swapping;
  expect(served.size).toBe(2);
  expect(nSwaps).toBeGreaterThanOrEqual(20);
  expect(service.status().counts.rejected).toEqual({});
  await service.stop();
  rmSync(directory, { recursive: true });
});
