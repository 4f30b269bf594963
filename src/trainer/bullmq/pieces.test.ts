import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { alone } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
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
