import { test } from 'vitest';
import { workerTrainer } from '../../trainer/index.ts';
import { trainerContract } from './trainer-contract.ts';

const CASES = trainerContract(async () => {
  const trainer = workerTrainer({ workers: 2 });
  return { trainer, dispose: () => trainer.close() };
});

for (const { name, run } of CASES) test(`threads: ${name}`, run);
