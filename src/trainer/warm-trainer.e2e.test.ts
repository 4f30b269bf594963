import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { alone } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import type { Own } from '../domain/index.ts';
import type { FeatureDefinition } from '../features/index.ts';
import { fromModule } from '../runtime/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import type { OwnParts, Trainer } from '../training/index.ts';
import { inlineTrainer, workerTrainer } from './index.ts';

const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 4 });
const config = OrchestratorConfig({ forest: { nEstimators: 5 }, walkForward: { nFolds: 3 } });
const MODULE = new URL('../../test/support/own-features.ts', import.meta.url);

const bytesOf = async (trainer: Trainer, own?: OwnParts): Promise<Uint8Array> => {
  const request = { instruments: alone(bars), config, ...(own && { own }) };
  return (await trainer.train(request, () => undefined)).modelBytes;
};

test('a trainer that got ready trains the same model, with its definitions and with others', async () => {
  const trainer = workerTrainer({ workers: 2 });
  const own = { features: await fromModule<readonly FeatureDefinition[]>(MODULE, 'features') };
  trainer.warm?.(own);
  trainer.warm?.(own); // once is enough
  expect(await bytesOf(trainer)).toEqual(await bytesOf(inlineTrainer()));
  expect(await bytesOf(trainer, own)).toEqual(await bytesOf(inlineTrainer(), own));
  trainer.warm?.();
  await trainer.close(); // ends the thread that nothing was asked of
  await expect(bytesOf(trainer)).rejects.toThrow('the training was stopped');
});

test('what cannot be loaded is the reason of the training, not of getting ready', async () => {
  const trainer = workerTrainer({ workers: 1 });
  const { value, source } = await fromModule<readonly FeatureDefinition[]>(MODULE, 'features');
  if (source === null) throw new Error('the features have no module');
  const changed: Own<readonly FeatureDefinition[]> = { value, source: { ...source, hash: 'another' } };
  const own = { features: changed };
  trainer.warm?.(own);
  await sleep(300); // the thread has failed to load them by then
  await expect(bytesOf(trainer, own)).rejects.toThrow(/changed/);
  await trainer.close();
});
