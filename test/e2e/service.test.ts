import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput, toSnakeCase } from '../../src/config/index.ts';
import { parseLossless } from '../../src/core/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { messageAt, OVER_HTTP, OVER_STREAM, smallModelBytes, submitNow } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import { runCli } from '../support/run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-service-'));
afterAll(() => rmSync(root, { recursive: true }));
const modelPath = join(root, 'model.onnx');
writeFileSync(modelPath, smallModelBytes());
const bars = randomWalk(400, 21, { gaps: 0 });

function service(name: string, input: OrchestratorConfigInput = {}): Promise<SignalService> {
  const config = OrchestratorConfig({ modelPath, server: { dataDir: join(root, name) }, ...input });
  return createSignalService(config, { logger: SILENT, workers: 1 });
}

function feed(to: SignalService, from: number, end: number): void {
  for (let i = from; i < end; i++) to.addBars('SIM', bars.slice(i, i + 1));
}

describe('the service on a real journal', () => {
  test('goes on after a stop where it was: answers, bars, open trades, figures', async () => {
    const first = await service('resume');
    feed(first, 0, 200);
    const answers = [150, 160, 199].map((end) => submitNow(first, messageAt(bars, end, { bars: null }), OVER_STREAM));
    await Promise.all(answers.map(({ recorded }) => recorded));
    const before = first.status();
    expect(before.outcomes).toMatchObject({ nPending: 1, nMatured: 2 });
    await first.stop();
    const second = await service('resume');
    expect(second.status().outcomes, 'the figures are those of before').toEqual(before.outcomes);
    for (const [k, end] of [150, 160, 199].entries()) {
      const again = submitNow(second, messageAt(bars, end, { bars: null }), OVER_HTTP);
      expect([again.isDuplicate, again.answerHash]).toEqual([true, answers[k].answerHash]);
    }
    const further = submitNow(second, messageAt(bars, 198, { bars: null }), OVER_HTTP);
    expect(further.isDuplicate, 'the bars are still held').toBe(false);
    feed(second, 200, 220);
    expect(second.status().outcomes).toMatchObject({ nPending: 0, nMatured: 4 });
    await second.stop();
  });

  test('lets nobody else into its directory, neither to write beside it nor to read', async () => {
    const first = await service('locked');
    await expect(service('locked')).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' });
    const directory = join(root, 'locked');
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
    }
    expect(statSync(directory).mode & 0o077).toBe(0);
    await first.stop();
    await (await service('locked')).stop();
  });

  test('`ml4t replay --journal` proves a decision while the service runs, and says what it has not', async () => {
    const live = await service('replay', { sizing: { fractionalKelly: 0.25 } });
    feed(live, 0, 200);
    const receipt = submitNow(live, messageAt(bars, 150, { bars: null, signalId: 'x/1' }), OVER_STREAM);
    await receipt.recorded;
    const run = await runCli(['replay', '--journal', 'x/1', '--data-dir', join(root, 'replay'), '--json']);
    expect(run.code, run.stderr).toBe(0);
    const told = parseLossless(run.stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ identical: true, answer_hash: receipt.answerHash });
    const { explanation, confidence } = await live
      .explain('x/1')
      .then((one) => ({ explanation: one.explanation, confidence: one.entry.confidence }));
    expect(told.explanation, 'from the file as from memory').toEqual(toSnakeCase(explanation));
    const { base, contributions } = explanation ?? expect.fail('the model judged it');
    const total = Object.values(contributions ?? {}).reduce((sum, by) => sum + by, base);
    expect(Math.abs(total - confidence)).toBeLessThan(1e-9);
    const shown = await runCli(['replay', '--journal', 'x/1', '--data-dir', join(root, 'replay')]);
    expect(shown.stdout).toContain(`explained   ${base.toFixed(4)} where nothing is known, `);
    const unknown = await runCli(['replay', '--journal', 'never', '--data-dir', join(root, 'replay')]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('has no signal never')]);
    await live.stop();
  });
});

test('a retraining learns from the journal, keeps the model, and says what it is worth', async () => {
  const market = simulateMarket({ nBars: 4000, edge: 0.2, breakAt: null, seed: 7 }).bars;
  const live = await service('retrain', { forest: { nEstimators: 10 } });
  for (let end = 106; end <= 4000; end += 7) {
    live.addBars('SIM', market.slice(end === 106 ? 0 : end - 7, end));
    submitNow(live, messageAt(market, end - 1, { bars: null, signal: end % 2 === 0 ? 1 : -1 }), OVER_HTTP);
  }
  expect(live.status().counts.bars.added, 'more bars came than are held').toBeGreaterThan(3900);
  const serving = live.status().modelVersion;
  expect(live.retrain(null).state).toBe('queued');
  expect(() => live.retrain('SIM')).toThrow(/on its way/);
  await expect.poll(() => live.status().retrain?.state).toMatch(/completed|failed/);
  const job = live.status().retrain;
  expect(job?.state, job?.note ?? '').toBe('completed');
  expect(live.status().modelVersion, 'it serves only when promoted').toBe(serving);
  const kept = await live.models();
  expect(kept.map(({ version }) => version).sort()).toEqual([serving, job?.modelVersion].sort());
  await live.promote(job?.modelVersion ?? '');
  expect(live.status().modelVersion).toBe(job?.modelVersion);
  await live.rollback(job?.modelVersion ?? '');
  expect(live.status().modelVersion).toBe(serving);
  await live.stop();
});
