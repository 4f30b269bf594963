import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { forestIn } from '../../test/support/small-model.ts';
import { alone, modelOf } from '../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../config/index.ts';
import type { Own } from '../domain/index.ts';
import { defineFeature, type FeatureDefinition, logRatio } from '../features/index.ts';
import { fromModule, moduleHash } from '../runtime/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import type { TrainingOutput } from '../training/index.ts';
import { inlineTrainer, workerTrainer } from './index.ts';

const MODULE = new URL('../../test/support/own-features.ts', import.meta.url);
const SMALL: OrchestratorConfigInput = { forest: { nEstimators: 5 }, walkForward: { nFolds: 3 } };
const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 4 });
const features = await fromModule<readonly FeatureDefinition[]>(MODULE, 'features');
const threads = [1, 2].map((workers) => workerTrainer({ workers }));
const directory = mkdtempSync(join(tmpdir(), 'own-features-'));

afterAll(async () => {
  await Promise.all(threads.map((trainer) => trainer.close()));
  rmSync(directory, { recursive: true, force: true });
});

function train(
  trainer: ReturnType<typeof inlineTrainer>,
  own: Own<readonly FeatureDefinition[]> | null,
  input: OrchestratorConfigInput = {},
): Promise<TrainingOutput> {
  const config = OrchestratorConfig({ ...SMALL, featureNames: ['volatility', 'range_position'], ...input });
  return trainer.train({ instruments: alone(bars), config, ...(own && { own: { features: own } }) }, () => undefined);
}

describe('features of a module', () => {
  test('give the same bytes on this thread and on others, and the file records them', async () => {
    const here = await train(inlineTrainer(), features);
    for (const trainer of threads) expect((await train(trainer, features)).modelBytes).toEqual(here.modelBytes);
    const model = modelOf(here);
    const names = ['volatility', 'range_position', 'my_momentum', 'calm_multiple'];
    expect(model.featureNames, 'those of the settings, then those that they do not list').toEqual(names);
    expect(model.ownFeatures).toEqual({ names: names.slice(1), hash: moduleHash(MODULE), exportName: 'features' });
    expect(Object.keys(model.metadata.featureProfiles ?? {}).sort()).toEqual([...names].sort());
    expect(Object.keys(here.featureImportance)).toEqual(names);
    expect(here.dataset.featureNames).toEqual(names);
  });

  test('of a module that has changed since are refused', async () => {
    const file = join(directory, 'features.ts');
    const source = readFileSync(MODULE, 'utf8').replace(
      '../../src',
      new URL('..', import.meta.url).pathname.slice(0, -1),
    );
    writeFileSync(file, source);
    const own = await fromModule<readonly FeatureDefinition[]>(pathToFileURL(file), 'features');
    await expect(train(threads[0], own)).resolves.toBeDefined();
    writeFileSync(file, `${source}\n`);
    for (const trainer of threads) {
      await expect(train(trainer, own)).rejects.toThrow('has changed since it was loaded; start again');
    }
  });
});

test('a module that leaves a timer running leaves no thread', async () => {
  const [file, beats] = [join(directory, 'timer.ts'), join(directory, 'beats')];
  writeFileSync(beats, '');
  writeFileSync(
    file,
    `import { appendFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) setInterval(() => appendFileSync(${JSON.stringify(beats)}, '.'), 20);
    export { features } from ${JSON.stringify(MODULE.href)};`,
  );
  await train(threads[0], await fromModule(file, 'features'));
  await sleep(200); // for the thread to end
  const nBeats = readFileSync(beats).length;
  await sleep(400);
  expect(readFileSync(beats).length).toBe(nBeats);
});

describe('features that are closures', () => {
  const closures = { value: features.value, source: null };

  test('are refused where a training leaves the thread, with the remedy', async () => {
    for (const trainer of threads)
      await expect(train(trainer, closures)).rejects.toThrow(
        "hand in await fromModule(new URL('./my-features.ts', import.meta.url)), or train with inlineTrainer()",
      );
  });

  test('train on this thread; the file has no hash, and the same forest', async () => {
    const [closed, loaded] = [await train(inlineTrainer(), closures), await train(inlineTrainer(), features)].map(
      modelOf,
    );
    expect(closed.ownFeatures).toEqual({ ...loaded.ownFeatures, hash: null, exportName: null });
    expect(forestIn(closed)).toEqual(forestIn(loaded));
  });
});

test('a copy of momentum gives the very forest of momentum', async () => {
  const [copy] = features.value;
  const names = (name: string) => ({ featureNames: ['volatility', name, 'regime', 'trend_strength'] });
  const builtIn = await train(inlineTrainer(), null, names('momentum'));
  const own = await train(inlineTrainer(), { value: [copy], source: null }, names('my_momentum'));
  expect(own.dataset.x).toEqual(builtIn.dataset.x);
  const [a, b] = [modelOf(own), modelOf(builtIn)];
  expect(forestIn(a)).toEqual(forestIn(b));
  expect(a.calibrator).toEqual(b.calibrator);
  expect(own.dataset.probability).toEqual(builtIn.dataset.probability);
  expect(b.ownFeatures).toBeNull();
});

test('a feature that needs the regime is computed under the model of each fit', async () => {
  const output = await train(inlineTrainer(), features);
  const { regime, featureNames } = modelOf(output);
  const { x, t0 } = output.dataset;
  const column = featureNames.indexOf('calm_multiple');
  expect(regime).not.toBeNull();
  for (let k = 0; k < t0.length; k += 7) {
    const bar = t0[k];
    const expected = logRatio(bars.close[bar], bars.close[bar - 1]) ** 2 / (regime?.calmVariance ?? Number.NaN);
    expect(x[k * featureNames.length + column], `event ${k}`).toBe(Math.fround(expected));
  }
});

test.each<[string, number | (() => number), string]>([
  ['NaN', Number.NaN, 'the feature broken is NaN, not a finite number, at bar '],
  ['a value outside its range', 7, 'the feature broken is 7, outside its range [0, 1], at bar '],
  ['an exception', () => JSON.parse('{'), 'the feature broken failed: '],
])('a feature that gives %s ends the training with its name and the bar', async (_, wrong, message) => {
  const broken = defineFeature({
    name: 'broken',
    lookback: 2,
    range: [0, 1],
    compute: ({ tsEvent }) => (tsEvent[1] < bars.tsEvent[900] ? 0.5 : typeof wrong === 'number' ? wrong : wrong()),
  });
  const failure = await train(inlineTrainer(), { value: [broken], source: null }, { featureNames: ['vpin'] }).catch(
    (error: unknown) => error as Error,
  );
  expect(failure).toMatchObject({ name: 'TrainingError', code: 'TRAINING_FAILED' });
  expect(String(failure)).toContain(message);
  const [, bar, time] = /at bar (\d+) \((\S+)\); correct the feature/.exec(String(failure)) ?? [];
  expect(Number(bar)).toBeGreaterThanOrEqual(900);
  expect(BigInt(Date.parse(time)) * 1_000_000n).toBe(bars.tsEvent[Number(bar)]);
});

test('a name in the settings that nobody defined is refused before any work', async () => {
  await expect(train(threads[0], features, { featureNames: ['range_positon'] })).rejects.toThrow(
    '(did you mean range_position?), was "range_positon"',
  );
});
