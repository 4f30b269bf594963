import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDecisionReader, createOrchestrator, createSignalService } from '../../src/app/index.ts';
import { type BarReport, writeDatasetCsv } from '../../src/bars/index.ts';
import { originOf } from '../../src/cli/report/write-report.ts';
import { trainingRecord } from '../../src/cli/show/training-report.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { BarSeries, type Side, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import type { FeatureDefinition } from '../../src/features/index.ts';
import { primarySides } from '../../src/labeling/index.ts';
import { replay } from '../../src/orchestrator/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { trainingReportPage } from '../../src/report/index.ts';
import { fromModule, systemClock } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import {
  computeTasks,
  inlineCompute,
  permutationImportance,
  prepareTraining,
  type TrainingResult,
  trainingParts,
} from '../../src/training/index.ts';
import { messageAt, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256 } from '../support/small-model.ts';
import { alone } from '../support/trained.ts';

const OWN = ['my_momentum', 'range_position', 'calm_multiple'];
const NAMES = ['volatility', 'vpin', ...OWN];
const MODULE = new URL('../support/own-features.ts', import.meta.url);
const directory = mkdtempSync(join(tmpdir(), 'ml4t-own-features-'));
const modelPath = join(directory, 'model.onnx');
const { bars } = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 9 });
const SETTINGS: OrchestratorConfigInput = {
  modelPath,
  featureNames: ['volatility', 'vpin'],
  forest: { nEstimators: 10 },
  server: { dataDir: join(directory, 'data') },
};
const config = OrchestratorConfig(SETTINGS);
const features = await fromModule<readonly FeatureDefinition[]>(MODULE, 'features');
const options = { features, logger: SILENT, workers: 2 };
const orchestrator = createOrchestrator(config, options);
let result: TrainingResult;

const REPORT: BarReport = {
  files: [],
  nRows: bars.length,
  nRepaired: 0,
  nGaps: 0,
  hasVolume: true,
  hasTakerBuyVolume: false,
  shiftNs: 0n,
  timeUnit: 'ns',
  recognised: [],
  columns: [],
  unusedColumns: [],
  nDuplicates: 0,
  warnings: [],
  barNs: bars.tsEvent[1] - bars.tsEvent[0],
  firstTs: bars.tsEvent[0],
  lastTs: bars.tsEvent[bars.length - 1],
};

beforeAll(async () => {
  result = await orchestrator.train(bars, { accounts: true });
});
afterAll(async () => {
  await orchestrator.stop();
  rmSync(directory, { recursive: true, force: true });
});

function signalAt(end: number): SignalEvent {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  return new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[end], bars: window });
}

/** A signal as a line of NDJSON. */
function lineAt(end: number): string {
  const { bars: window, timestamp } = signalAt(end);
  const { tsEvent: ts_event, open, high, low, close, volume } = window;
  const columns = Object.entries({ open, high, low, close, volume }).map(([name, column]) => [name, [...column]]);
  const sent = { ts_event: Array.from(ts_event, String), ...Object.fromEntries(columns) };
  return JSON.stringify({ instrument_id: 'SIM', signal: 1, timestamp: String(timestamp), bars: sent });
}

describe('own features of a module', () => {
  test('are in the model, its profiles, its importances and the data set', async () => {
    expect(result.model.featureNames).toEqual(NAMES);
    expect(result.model.ownFeatures).toEqual({
      names: OWN,
      hash: features.source?.hash,
      exportName: features.source?.exportName,
    });
    expect(Object.keys(result.featureImportance)).toEqual(NAMES);
    expect(Object.keys(result.model.metadata.featureProfiles ?? {}).sort()).toEqual([...NAMES].sort());
    const path = join(directory, 'dataset.csv');
    await writeDatasetCsv(path, bars.tsEvent, result.dataset);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toContain(`weight,${NAMES.join(',')},fold`);
  });

  test('are judged live as they were learned, bit for bit, and explained', () => {
    const { dataset, model } = result;
    const width = NAMES.length;
    for (let k = 0; k < dataset.t0.length; k += 97) {
      const end = dataset.t0[k];
      const event = new SignalEvent({ ...signalAt(end), signal: dataset.side[k] as 1 | -1, bars: signalAt(end).bars });
      const { features: live } = orchestrator.processSignal(event);
      expect(Float32Array.from(live ?? []), `event ${k}`).toEqual(dataset.x.slice(k * width, (k + 1) * width));
    }
    const explanation = model.explain(orchestrator.processSignal(signalAt(2000)).features ?? new Float64Array(0));
    expect(Object.keys(explanation?.contributions ?? {})).toEqual(NAMES);
  });

  test('are out of distribution where their value is', () => {
    const { bars: window, ...rest } = signalAt(2000);
    const { tsEvent, open, low, volume, takerBuyVolume } = window;
    const close = window.close.with(WINDOW_BARS - 1, 3 * window.close[WINDOW_BARS - 1]);
    const high = window.high.map((price, i) => Math.max(price, close[i]));
    const jumped = BarSeries.fromColumns({ tsEvent, open, high, low, close, volume, takerBuyVolume });
    const event = new SignalEvent({ ...rest, bars: jumped });
    expect(orchestrator.processSignal(event).source).toBe('out_of_distribution');
  });

  test('are replayed, and have a held-out importance and a report', async () => {
    const own = { features };
    const request = { instruments: alone(bars), config, own };
    const pool = inlineCompute(computeTasks(trainingParts(own)));
    const machinery = { pool, sha256, clock: systemClock, onProgress: () => undefined };
    const { context } = await prepareTraining(request, machinery);
    const importance = await permutationImportance(context, { nRepeats: 2, seed: 1 });
    expect(Object.keys(importance.features)).toEqual(NAMES);
    const replayed = replay(orchestrator, bars, { instrumentId: 'SIM', side: null });
    expect(replayed.filter(({ enriched }) => enriched.source === 'model').length).toBeGreaterThan(100);
    const run = {
      result,
      report: REPORT,
      labelRule: orchestrator.labeler.rule,
      modelPath,
      costBps: 0,
      readMs: 0,
      durationMs: 0,
      importance,
    };
    const page = await trainingReportPage({
      warnings: [],
      record: trainingRecord(run),
      result,
      accounts: result.accounts,
      bars,
      config,
      labeler: orchestrator.labeler,
      importance,
      origin: originOf([]),
    });
    for (const name of OWN) expect(page).toContain(name);
  });
});

describe('a program without them', () => {
  const REASON = 'needs the feature "my_momentum", which was not handed in';

  test('answers with the default, and says which feature is missing', async () => {
    const other = createOrchestrator(config, { logger: SILENT });
    await other.start();
    expect(other.processSignal(signalAt(2000))).toMatchObject({
      source: 'default',
      modelAvailable: false,
      reason: expect.stringContaining(REASON),
    });
    await expect(other.swapModel(modelPath)).rejects.toMatchObject({ code: 'MODEL_SCHEMA' });
    await other.stop();
  });

  test('and the command line shows the model, and refuses to judge by it', async () => {
    const inspected = await runCli(['inspect', modelPath]);
    expect(inspected.stdout).toContain(NAMES.join(', '));
    const answered = await runCli(['enrich', '--model', modelPath], { input: `${lineAt(2000)}\n` });
    expect(answered.stderr).toContain(REASON);
    expect(answered).toMatchObject({ code: 1, stdout: '' });
  });

  test('refuses settings that name them before any work, with the nearest name', () => {
    const named = OrchestratorConfig({ ...SETTINGS, featureNames: ['my_momentun'] });
    expect(() => createOrchestrator(named, { logger: SILENT })).toThrow('featureNames.0 must be one of volatility');
    expect(() => createOrchestrator(named, options)).toThrow('(did you mean my_momentum?), was "my_momentun"');
  });
});

describe('the live service', () => {
  test('serves them, counts their drift, explains them, and takes a decision again', async () => {
    const service = await createSignalService(config, options);
    expect(service.status().modelVersion).toBe(result.model.version);
    const receipts = Array.from({ length: 60 }, (_, k) => submitNow(service, messageAt(bars, 1000 + k), OVER_HTTP));
    await Promise.all(receipts.map(({ recorded }) => recorded));
    expect(Object.keys(service.status().drift.psi ?? {})).toEqual(NAMES);
    const { signalId } = receipts[7];
    const explained = await service.explain(signalId);
    expect(Object.keys(explained.features ?? {})).toEqual(NAMES);
    await service.stop();
    const reader = await createDecisionReader(config, { features });
    expect(await reader.recompute(signalId)).toMatchObject({ isIdentical: true });
    reader.close();
    const without = await createDecisionReader(config);
    await expect(without.recompute(signalId)).rejects.toThrow('which was not handed in');
    without.close();
  });

  test('retrains with them, on its own threads', async () => {
    const settings = { ...SETTINGS, modelPath: join(directory, 'none.onnx'), retrainMinSamples: 100 };
    const empty = OrchestratorConfig({ ...settings, server: { dataDir: join(directory, 'retrained') } });
    const service = await createSignalService(empty, { features, logger: SILENT, workers: 1 });
    const sides = primarySides(bars, 'ema_cross');
    for (let i = 0; i < 2000; i++) {
      service.addBars('SIM', bars.slice(i, i + 1));
      if (i < WINDOW_BARS || i % 5 > 0 || sides[i] === 0) continue;
      const message = messageAt(bars, i, { bars: null, signal: sides[i] as Side });
      await submitNow(service, message, OVER_HTTP).recorded;
    }
    expect(service.status().modelVersion).toBeNull();
    service.retrain(null);
    await expect.poll(async () => (await service.triggers(1))[0]?.state).toBe('completed');
    const { signalId } = submitNow(service, messageAt(bars, 1999), OVER_HTTP);
    const explained = await service.explain(signalId);
    expect(Object.keys(explained.features ?? {}), 'the model that came of it serves').toEqual(NAMES);
    await service.stop();
  }, 120_000);

  test('does not serve them where they are not handed in, and says so', async () => {
    const service = await createSignalService(config, { logger: SILENT, workers: 1 });
    const { modelVersion, modelReason } = service.status();
    expect(modelVersion).toBeNull();
    expect(modelReason).toContain('MODEL_SCHEMA');
    await expect(service.promote(result.model.version)).rejects.toThrow('which was not handed in');
    expect(service.status().modelVersion).toBeNull();
    await service.stop();
    const fresh = OrchestratorConfig({ ...SETTINGS, server: { dataDir: join(directory, 'fresh') } });
    const empty = await createSignalService(fresh, { logger: SILENT, workers: 1 });
    expect(await empty.models(), 'a file that may not serve is not adopted').toEqual([]);
    await empty.stop();
  });
});
