export { workerTrainer } from './worker-trainer.ts';
