import { expect, test } from 'vitest';
import { alone } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { SILENT } from '../ports/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { createTrainer } from './index.ts';

test('a queue that could not be opened fails its training, and closes all the same', async () => {
  const config = OrchestratorConfig({ trainer: { kind: 'bullmq' }, redis: { passwordFile: '/not/there' } });
  const trainer = createTrainer(config, { workers: 1, logger: SILENT });
  const { bars } = simulateMarket({ nBars: 1000, edge: 0.2, breakAt: null, seed: 4 });
  const train = () => trainer.train({ instruments: alone(bars), config }, () => undefined);
  await expect(train()).rejects.toThrow('redis.password_file must be a file that can be read');
  await expect(trainer.close()).resolves.toBeUndefined();
  await expect(train()).rejects.toThrow('the training was stopped');
});
