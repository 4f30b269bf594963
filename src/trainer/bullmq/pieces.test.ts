import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { alone } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { defineFeature } from '../../features/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { packRequest, unpackRequest } from './pieces.ts';

test('a training set carries the settings it depends on, and neither address nor password of a server', async () => {
  const { bars } = simulateMarket({ nBars: 1000, edge: 0.1, breakAt: null, seed: 1 });
  const config = OrchestratorConfig({
    walkForward: { nFolds: 7 },
    redis: { url: 'redis://default:hunter2@queue.example:6379' },
    server: { tokenFile: '/secrets/token' },
  });
  const packed = await packRequest({ instruments: alone(bars), config });
  const text = zstdDecompressSync(packed).toString('latin1');
  expect(text).toContain('"n_folds":7');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain('/secrets/token');
  const { config: back } = await unpackRequest(packed, 1 << 20);
  const { redis: _a, server: _b, journal: _c, ...ours } = config;
  expect(back).toMatchObject(ours);
});

describe('definitions of the caller', async () => {
  const { bars } = simulateMarket({ nBars: 1000, edge: 0.1, breakAt: null, seed: 1 });
  const request = { instruments: alone(bars), config: OrchestratorConfig({ featureNames: ['vpin'] }) };
  const value = [defineFeature({ name: 'mine', lookback: 1, compute: () => 1 })];
  const source = { module: 'file:///secret/place/features.ts', exportName: 'default', hash: 'a'.repeat(64) };
  const features = { value, source };
  const packed = await packRequest({ ...request, own: { features } });

  test('travel as hashes, without a path', () => {
    const text = zstdDecompressSync(packed).toString('latin1');
    expect(text).toContain(`"own":{"features":{"exportName":"default","hash":"${source.hash}"}}`);
    expect(text).not.toContain('secret');
    expect(text).not.toContain('file:');
  });

  test('are those of the worker, where they have the same hash', async () => {
    const here = { features: { value, source: { ...source, module: 'file:///elsewhere/features.ts' } } };
    expect((await unpackRequest(packed, 1 << 20, here)).own).toEqual(here);
    const plain = await unpackRequest(await packRequest(request), 1 << 20, here);
    expect(plain.own, 'a training that needs none gets none').toEqual({});
  });

  test.each([
    ['none', {}, 'this worker has none'],
    [
      'another version',
      { features: { value, source: { ...source, hash: 'b'.repeat(64) } } },
      'those of this worker are others',
    ],
    [
      'another export',
      { features: { value, source: { ...source, exportName: 'more' } } },
      'those of this worker are others',
    ],
  ])('are refused by a worker with %s', async (_, own, reason) => {
    await expect(unpackRequest(packed, 1 << 20, own)).rejects.toThrow(
      `the training needs features of the caller, and ${reason}: start the worker with the same module, or train with trainer.kind threads`,
    );
  });

  test('that are closures are refused before they are sent', async () => {
    const closures = { features: { value, source: null } };
    await expect(packRequest({ ...request, own: closures })).rejects.toThrow('hand in await fromModule(');
  });
});
