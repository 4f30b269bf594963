export { QueueTrainer } from './queue-trainer.ts';
export { TrainingWorker } from './training-worker.ts';
