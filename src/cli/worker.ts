import { Command } from 'commander';
import { startTrainingWorker } from '../app/index.ts';
import { requireParts, structuredLogger } from '../runtime/index.ts';
import { endRequested } from './end-requested.ts';
import {
  addLabelerOption,
  addModuleOption,
  addSettingsOptions,
  positiveInteger,
  type SettingsOptions,
  settingsFrom,
} from './options.ts';

const EXAMPLES = `
Examples:
  ml4t worker
  ml4t worker --redis rediss://queue.example:6380 --config ml4t.yaml
  ml4t worker --labeler-module my-labeler.ts      # takes trainings with the same one, by its hash
  ml4t train bars.csv --config bullmq.yaml        # with trainer: {kind: bullmq}

Every worker takes one piece at a time: a fold of a walk-forward, or all that comes after the folds. Start one on each machine.`;

const CLOSE_MS = 8000;

interface WorkerOptions extends SettingsOptions {
  readonly workers?: number;
}

/** Command that runs trainings of other processes on this machine. */
export function workerCommand(): Command {
  const command = new Command('worker')
    .description('Take trainings, and single folds of them, from a queue on Redis, and work on them here.')
    .option('--redis <url>', 'redis://, rediss:// or redis-sentinel:// (default: redis://127.0.0.1:6379)')
    .option('--workers <n>', 'compute threads of a piece (default: one a core)', positiveInteger)
    .addHelpText('after', EXAMPLES);
  return addLabelerOption(addModuleOption(addSettingsOptions(command))).action(work);
}

async function work({ workers, ...settings }: WorkerOptions): Promise<void> {
  const end = endRequested(); // before anything slow
  requireParts(['queue', 'logs']);
  const logger = await structuredLogger();
  const worker = await startTrainingWorker(await settingsFrom(settings), { logger, ...(workers && { workers }) });
  logger.info(`${await end}: finishing the piece under way`);
  await worker.close(CLOSE_MS);
  logger.info('stopped');
  process.exit(); // BullMQ keeps the process alive where its connection was never ready
}
