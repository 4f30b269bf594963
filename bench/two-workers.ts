// A 10-fold training over the queue: wall time with one worker process of one thread, and then with two.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { OrchestratorConfig } from '../src/config/index.ts';
import { count } from '../src/core/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { QueueTrainer } from '../src/trainer/bullmq/index.ts';
import { RedisServer } from '../test/faults/harness/redis-server.ts';
import { writeResults } from './support/results-file.ts';
import { median } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const N_BARS = 260_000;
const N_FOLDS = 10;
const N_ROUNDS = 5;

using directory = temporaryDirectory();
const server = await RedisServer.start(directory.file('redis'), false);
const settings = directory.file('worker.yaml');
writeFileSync(settings, `redis: {url: "${server.url}"}\n`);
const config = OrchestratorConfig({
  trainer: { kind: 'bullmq' },
  redis: { url: server.url },
  walkForward: { nFolds: N_FOLDS },
});
const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.15, breakAt: null, seed: 9 });
const trainer = new QueueTrainer({ config, logger: SILENT });

async function startWorker(): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [MAIN, 'worker', '--config', settings, '--workers', '1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const text of child.stderr.setEncoding('utf8')) if (String(text).includes('takes pieces')) break;
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}

async function seconds(): Promise<number> {
  const startMs = performance.now();
  await trainer.train({ instruments: [{ instrument: null, bars, side: null }], config }, () => undefined);
  return (performance.now() - startMs) / 1000;
}

/** Wall times of a few trainings, after two for warm-up; seconds. */
async function times(): Promise<number[]> {
  for (let k = 0; k < 2; k++) await seconds();
  const found: number[] = [];
  for (let round = 0; round < N_ROUNDS; round++) found.push(await seconds());
  return found;
}

const stopFirst = await startWorker();
const alone = await times();
const stopSecond = await startWorker();
const together = await times();
await Promise.all([stopFirst(), stopSecond()]);
await trainer.close();
await server.stop();

const lines = [
  `${N_FOLDS} folds and the final fit on ${count(N_BARS)} bars, over Redis, medians of ${N_ROUNDS}`,
  `one worker: ${median(alone).toFixed(2)} s; two workers: ${median(together).toFixed(2)} s`,
  `two are ${(median(alone) / median(together)).toFixed(2)} times as fast as one, on ${availableParallelism()} cores`,
];
console.log(lines.join('\n'));
if (values.write) writeResults('Two workers against one', lines.map((line) => `- ${line}`).join('\n'));
