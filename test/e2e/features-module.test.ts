import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator, createSignalService, loadModules } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { messageAt, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256, smallModel } from '../support/small-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-features-module-'));
const at = (...names: string[]): string => join(directory, ...names);
const { bars } = simulateMarket({ nBars: 1600, edge: 0.2, breakAt: null, seed: 12 });
const MARKER = at('loaded');
const DEFINE = JSON.stringify(new URL('../../src/features/index.ts', import.meta.url).href);

/** A module with one feature, which leaves a mark where it is loaded. */
const moduleOf = (lookback: number): string => `
  import { appendFileSync } from 'node:fs';
  import { defineFeature } from ${DEFINE};
  appendFileSync(${JSON.stringify(MARKER)}, '.');
  export default [defineFeature({ name: 'drop', lookback: ${lookback}, compute: ({ high, close, n }) => close[n - 1] / Math.max(...high) })];
`;
const nLoaded = (): number => readFileSync(MARKER, 'utf8').length;

beforeAll(() => {
  mkdirSync(at('settings', 'own'), { recursive: true });
  writeFileSync(MARKER, '');
  writeFileSync(at('settings', 'own', 'features.ts'), moduleOf(12));
  writeFileSync(at('other.ts'), moduleOf(13));
  writeFileSync(
    at('settings', 'ml4t.yaml'),
    'features_module: own/features.ts\nfeature_names: [momentum, drop]\nforest: { n_estimators: 6 }\nredis_enabled: false\n',
  );
  const rows = Array.from(bars.tsEvent, (ts, i) =>
    [ts, bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]].join(','),
  );
  writeFileSync(at('bars.csv'), ['ts_event,open,high,low,close,volume', ...rows].join('\n'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ml4t = (args: readonly string[], input = '') => runCli(args, { cwd: directory, input });
const CONFIG = ['--config', join('settings', 'ml4t.yaml')];

/** A signal as a line of NDJSON. */
function line(end = 1500): string {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  const { tsEvent, open, high, low, close, volume } = window;
  const columns = Object.entries({ open, high, low, close, volume }).map(([name, column]) => [name, [...column]]);
  const sent = { ts_event: Array.from(tsEvent, String), ...Object.fromEntries(columns) };
  return JSON.stringify({ instrument_id: 'SIM', signal: 1, timestamp: String(bars.tsEvent[end]), bars: sent });
}

describe('the module of the settings, relative to their file', () => {
  let version = '';

  test('is trained with', async () => {
    const run = await ml4t(['train', 'bars.csv', ...CONFIG, '--model', 'm.onnx', '--json', '--workers', '2']);
    expect(run.code, run.stderr).toBe(0);
    const record = JSON.parse(run.stdout);
    expect(Object.keys(record.feature_importance)).toEqual(['momentum', 'drop']);
    version = record.model_version;
  });

  test('judges, replays and is inspected', async () => {
    const commands = [['enrich'], ['replay', 'bars.csv', '--json'], ['inspect', 'm.onnx', '--json']];
    const model = ['--model', 'm.onnx'];
    const runs = await Promise.all(
      commands.map((args) => ml4t([...args, ...CONFIG, ...(args[0] === 'inspect' ? [] : model)], `${line()}\n`)),
    );
    for (const { code, stderr } of runs) expect(code, stderr).toBe(0);
    expect(JSON.parse(runs[0].stdout)).toMatchObject({ source: 'model', model_version: version });
    expect(JSON.parse(runs[1].stdout).n_signals).toBeGreaterThan(20);
    expect(JSON.parse(runs[2].stdout).own_features).toMatchObject({ names: ['drop'], export_name: 'default' });
  });

  test('is named on the command line too; another one is refused by its hash, with the remedy', async () => {
    const model = ['--model', 'm.onnx'];
    const [same, other, none, inspected] = await Promise.all([
      ml4t(['enrich', ...model, '--features-module', 'settings/own/features.ts'], `${line()}\n`),
      ml4t(['enrich', ...model, ...CONFIG, '--features-module', 'other.ts'], `${line()}\n`),
      ml4t(['enrich', ...model], `${line()}\n`),
      ml4t(['inspect', 'm.onnx', '--features-module', 'other.ts']),
    ]);
    expect(JSON.parse(same.stdout)).toMatchObject({ source: 'model' });
    const refusal =
      /the model m-\w+ was trained with drop of a module with the hash \w{12}…, and was given those of a module with the hash \w{12}…; hand in the module it was trained with: features_module in the settings \(--features-module my-features\.ts\)/;
    for (const run of [other, inspected]) {
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(refusal);
    }
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('needs the feature "drop", which was not handed in; hand in the module');
  });

  test('serves, and its decisions are taken again; without it they are not', async () => {
    const config = OrchestratorConfig({
      modelPath: at('m.onnx'),
      featuresModule: at('settings', 'own', 'features.ts'),
      server: { dataDir: at('data') },
    });
    const service = await createSignalService(config, { logger: SILENT, workers: 1 });
    expect(service.status().modelVersion).toBe(version);
    const { signalId, recorded } = submitNow(service, messageAt(bars, 1500), OVER_HTTP);
    await recorded;
    await service.stop();
    const args = ['replay', '--journal', signalId, '--data-dir', 'data', '--json'];
    const again = await ml4t([...args, ...CONFIG]);
    expect(JSON.parse(again.stdout), again.stderr).toMatchObject({ identical: true });
    const before = nLoaded();
    const without = await ml4t(args);
    expect(without.stderr, 'the recorded settings name it').toContain('which was not handed in');
    expect(nLoaded(), 'and it is not loaded').toBe(before);
  });

  test('must be handed to an orchestrator, which cannot load it', async () => {
    const config = OrchestratorConfig({ featuresModule: at('settings', 'own', 'features.ts'), featureNames: ['drop'] });
    expect(() => createOrchestrator(config, { logger: SILENT })).toThrow(
      'featuresModule must be handed in beside the settings: { features: await fromModule(config.featuresModule) }',
    );
    const orchestrator = createOrchestrator(config, { ...(await loadModules(config)), logger: SILENT });
    expect(orchestrator.features.isOwn('drop')).toBe(true);
    await orchestrator.stop();
  });

  test.each([
    ['that is not there', 'none.ts', /cannot read the module .*none\.ts/],
    ['of the network', 'https://example.com/x.mjs', 'code is loaded of files only'],
    ['without a default export', 'named.ts', 'has no export "default"; it exports mine'],
    ['of something else', 'number.ts', /the default export of .*number\.ts must be a list of features made by/],
  ])('%s is refused', async (_, name, message) => {
    writeFileSync(at('named.ts'), 'export const mine = [];');
    writeFileSync(at('number.ts'), 'export default 7;');
    const featuresModule = name.startsWith('https') ? name : at(name);
    await expect(loadModules(OrchestratorConfig({ featuresModule }))).rejects.toThrow(message);
  });

  test('is asked for the names that the settings list, with the nearest one', async () => {
    const named = { featuresModule: at('settings', 'own', 'features.ts'), featureNames: ['drp'] };
    await expect(loadModules(OrchestratorConfig(named))).rejects.toThrow(
      /feature_names\.0 must be one of volatility.*, drop \(did you mean drop\?\), was "drp"/,
    );
  });
});

describe('no data names code', () => {
  test('a model file whose settings name a module loads none', async () => {
    const parts = smallModel();
    const config = { ...parts.metadata.config, features_module: at('settings', 'own', 'features.ts') };
    writeFileSync(at('named.onnx'), encodeModel({ ...parts, metadata: { ...parts.metadata, config } }, sha256));
    const before = nLoaded();
    const runs = await Promise.all([
      ml4t(['replay', 'bars.csv', '--model', 'named.onnx', '--json']),
      ml4t(['enrich', '--model', 'named.onnx'], `${line()}\n`),
    ]);
    for (const { code, stderr } of runs) expect(code, stderr).toBe(0);
    expect(nLoaded()).toBe(before);
  });

  test('modules are loaded where a program starts, and where its threads get their sources from it', () => {
    const root = new URL('../../src/', import.meta.url);
    const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const found = (pattern: RegExp): string[] =>
      sources
        .filter((name) =>
          pattern.test(readFileSync(new URL(name, root), 'utf8').replace(/^\s*(\*|\/\*\*|\/\/).*$/gm, '')),
        )
        .sort();
    const importing = (name: string): string[] => found(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from`));
    // probe-parts loads the packages of a list of ours.
    expect(found(/\bimport\(\s*[^'"\s)]/)).toEqual(['app/machine/probe-parts.ts', 'runtime/modules/from-module.ts']);
    expect(importing('fromModule')).toEqual(['app/own-modules.ts', 'cli/features/features.ts']);
    expect(importing('loadModule')).toEqual(['registry/decoder-thread.ts', 'trainer/own-sources.ts']);
    expect(importing('loadOwn')).toEqual([
      'app/lanes/lane-thread.ts',
      'trainer/bullmq/piece-thread.ts',
      'trainer/compute/compute-thread.ts',
      'trainer/trainer-thread.ts',
    ]);
  });
});
