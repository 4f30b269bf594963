import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator, createSignalService, loadModules } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { messageAt, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-labels-'));
const at = (...names: string[]): string => join(directory, ...names);
const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 14 });
const LABELING = JSON.stringify(new URL('../../src/labeling/index.ts', import.meta.url).href);
const SMALL = ['--set', 'forest.n_estimators=6', '--set', 'walk_forward.n_folds=3', '--workers', '2'];

/** A labeler that ends trades after some bars. */
const moduleOf = (nBars: number): string => `
  import { defineLabeler } from ${LABELING};
  export default defineLabeler({
    name: 'after_bars',
    maxHoldingBars: ${nBars},
    resolve: ({ close, length }, entry) =>
      entry + ${nBars} < length ? { bar: entry + ${nBars}, price: close[entry + ${nBars}], kind: 'vertical' } : null,
  });
`;

beforeAll(() => {
  writeFileSync(at('mine.ts'), moduleOf(4));
  writeFileSync(at('other.ts'), moduleOf(5));
  writeFileSync(at('ml4t.yaml'), 'labels: { kind: module, module: mine.ts }\nredis_enabled: false\n');
  const rows = Array.from(bars.tsEvent, (ts, i) =>
    [ts, bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]].join(','),
  );
  writeFileSync(at('bars.csv'), ['ts_event,open,high,low,close,volume', ...rows].join('\n'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ml4t = (...args: readonly string[]) => runCli(args, { cwd: directory });
const heldIn = (dump: string): Set<number> => {
  const [head, ...rows] = readFileSync(at(dump), 'utf8').trim().split('\n');
  const [t0, t1] = ['t0', 't1'].map((name) => head.split(',').indexOf(name));
  const times = rows.map((row) => row.split(','));
  const step = Number(bars.tsEvent[1] - bars.tsEvent[0]);
  return new Set(times.map((cells) => (Number(cells[t1]) - Number(cells[t0])) / step));
};

describe('a labeler by module', () => {
  test('of the settings, relative to their file, labels a training; replay wants the same one, by its hash', async () => {
    const trained = await ml4t('train', 'bars.csv', '--model', 'own.onnx', '--json', ...SMALL);
    expect(trained.code, trained.stderr).toBe(0);
    const { labels } = JSON.parse(trained.stdout);
    expect(labels).toMatchObject({ labeler: 'after_bars', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const model = ['replay', 'bars.csv', '--model', 'own.onnx'];
    const alone = ['--config', 'none.yaml'];
    writeFileSync(at('none.yaml'), 'redis_enabled: false\n');
    const [same, other, none] = await Promise.all([
      ml4t(...model, '--json'),
      ml4t(...model, '--labeler-module', 'other.ts'),
      ml4t(...model, ...alone),
    ]);
    expect(JSON.parse(same.stdout).labels, same.stderr).toEqual(labels);
    for (const run of [other, none]) expect(run.code).toBe(1);
    const hash = labels.hash.slice(0, 12);
    expect(other.stderr).toMatch(
      new RegExp(
        `learned from labeler after_bars \\(module hash ${hash}\\), and this program labels with labeler after_bars`,
      ),
    );
    expect(none.stderr).toContain('and this program labels with the built-in triple barrier');
    expect(none.stderr).toContain('or name its module: labels.kind module with labels.module (--labeler-module FILE)');
  });

  test('is loaded by a service, which follows its trades; an orchestrator wants it handed in', async () => {
    const config = OrchestratorConfig({
      modelPath: at('own.onnx'),
      labels: { kind: 'module', module: at('mine.ts') },
      server: { dataDir: at('data') },
    });
    const service = await createSignalService(config, { logger: SILENT, workers: 1 });
    expect(service.status().modelVersion).not.toBeNull();
    const ended: string[] = [];
    service.on('outcome', ({ outcome }) => void ended.push(`${outcome.outcome} at ${outcome.exitTs}`));
    await submitNow(service, messageAt(bars, 1400, { signalId: 'one' }), OVER_HTTP).recorded;
    expect((await service.explain('one')).barriers).toMatchObject({
      takeProfit: null,
      stopLoss: null,
      maxHoldingBars: 4,
    });
    await service.addBars('SIM', bars.slice(1401, 1410)).recorded;
    await expect.poll(() => ended).toEqual([`vertical at ${bars.tsEvent[1404]}`]);
    await service.stop();
    expect(() => createOrchestrator(config, { logger: SILENT })).toThrow(
      'labels.module must be handed in beside the settings: { labeler: await fromModule(config.labels.module) }',
    );
  });

  test.each([
    ['that is not there', 'none.ts', /cannot read the module .*none\.ts/],
    [
      'of something else',
      'number.ts',
      /the default export of .*number\.ts must be a labeler, made by defineLabeler, was 7/,
    ],
    ['without a name', 'nameless.ts', /the name of a labeler must be a letter/],
  ])('%s is refused', async (_, name, message) => {
    writeFileSync(at('number.ts'), 'export default 7;');
    writeFileSync(at('nameless.ts'), 'export default {};');
    const labels = { kind: 'module' as const, module: at(name) };
    await expect(loadModules(OrchestratorConfig({ labels }))).rejects.toThrow(message);
  });

  test('beside --labels is refused', async () => {
    const both = await ml4t('train', 'bars.csv', '--labeler-module', 'mine.ts', '--labels', 'x.csv');
    expect(both).toMatchObject({ code: 2 });
    expect(both.stderr).toContain('--labeler-module must be left out with --labels');
  });
});

describe('built-in labels', () => {
  const none = ['--config', 'none.yaml'];

  test('of a fixed horizon: R is ATR(14), no barrier is spoken of, and a replay takes them from the model', async () => {
    const horizon = ['--set', 'labels.kind=fixed_horizon', '--set', 'labels.horizon_bars=7'];
    const files = ['--model', 'fixed.onnx', '--dump-dataset', 'fixed.csv', '--report', 'fixed.html'];
    const trained = await ml4t('train', 'bars.csv', ...none, ...files, ...horizon, ...SMALL);
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stdout).toContain(
      'labels: A trade ends at the close 7 bars after its entry; it has neither a stop nor a take-profit.',
    );
    expect(trained.stdout).toContain('R is ATR(14) of the bar of entry: no stop of these trades is known');
    expect(trained.stdout).toContain('a coin at the same events earns nothing: both sides end at one price');
    expect(trained.stdout).not.toMatch(/filled at the barrier|ended by/);
    const page = readFileSync(at('fixed.html'), 'utf8');
    expect(page).not.toMatch(/filled at the barrier|ended by (stop|take)|R is the distance of the stop/);
    expect(page).toContain('ended by time');
    expect([...heldIn('fixed.csv')]).toEqual([7]);
    const [replayed, refused] = await Promise.all([
      ml4t('replay', 'bars.csv', ...none, '--model', 'fixed.onnx', '--json'),
      ml4t('replay', 'bars.csv', ...none, '--model', 'fixed.onnx', '--set', 'labels.horizon_bars=5'),
    ]);
    expect(JSON.parse(replayed.stdout).labels, replayed.stderr).toEqual({
      labeler: 'fixed_horizon',
      hash: null,
      horizon_bars: 7,
      min_return: 0,
      net_of_costs: false,
      sl_multiplier: 1,
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'learned from the built-in fixed horizon of 7 bars, and this program labels by 5; set labels.horizon_bars to 7',
    );
  });

  test('of a model that serves where others are set are refused by name, with the setting', async () => {
    const config = OrchestratorConfig({ modelPath: at('fixed.onnx'), server: { dataDir: at('other-data') } });
    const lines: string[] = [];
    const logger = { info: () => undefined, warn: (line: string) => void lines.push(line) };
    const service = await createSignalService(config, { logger, workers: 1 });
    expect(service.status().modelVersion).toBeNull();
    await service.stop();
    expect(lines.join('\n')).toContain(
      'learned from the built-in fixed horizon, and this program labels with the built-in triple barrier; set labels.kind to fixed_horizon, labels.horizon_bars to 7',
    );
  });
});
