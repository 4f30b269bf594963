// Fitting the forest: 100 trees, depth 5, 6 features, from 1,000 to 260,000 rows and 1,000,000; binning included, on one
// thread and on all. The forests must be the same to the last bit.
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { count } from '../src/core/index.ts';
import { type ForestArrays, growOnPool } from '../src/model/index.ts';
import { workerPool } from '../src/trainer/compute/worker-pool.ts';
import { learnerPool } from '../src/training/index.ts';
import { FOREST_OPTIONS, N_FEATURES } from './support/forest-options.ts';
import { learningSet, onSharedMemory } from './support/learning-set.ts';
import { showTimes, timeRuns } from './support/statistics.ts';

const pools = [workerPool(1), workerPool(availableParallelism())];
for (const [nRows, runs] of [
  [1_000, 31],
  [10_000, 31],
  [100_000, 15],
  [260_000, 15],
  [1_000_000, 3],
] as const) {
  const set = learningSet(nRows, N_FEATURES, 1);
  const rows = { ...set, x: onSharedMemory(set.x), y: onSharedMemory(set.y) };
  const forests: ForestArrays[] = [];
  for (const pool of pools) {
    let forest: ForestArrays | null = null;
    const times = await timeRuns(runs, async () => {
      forest = await growOnPool(learnerPool(pool), rows, FOREST_OPTIONS);
    });
    if (forest !== null) forests.push(forest);
    console.log(`${count(nRows).padStart(9)} rows, threads ${pool.size}: ${showTimes(times)}`);
  }
  if (!isDeepStrictEqual(forests[0], forests[1])) throw new Error('the number of threads changed the forest');
}
await Promise.all(pools.map((pool) => pool.close()));
console.log(`peak memory: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
