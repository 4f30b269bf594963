export { workerPool } from './compute/worker-pool.ts';
export { createTrainer, createTrainingWorker } from './create-trainer.ts';
export { inlineTrainer } from './inline-trainer.ts';
export { loadOwn, sourcesOf } from './own-sources.ts';
export { workerTrainer } from './worker-trainer.ts';
