// Preloaded into a measured service. At SIGUSR2 it writes what the main thread has allocated on the heap since the signal before, bytes,
// to the file that the environment names. A collection empties the heap, so the growth between two of them is what was allocated.
import { renameSync, writeFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';

const file = process.env.BENCH_ALLOCATIONS;
let profiler = null;
let startBytes = 0;

process.on('SIGUSR2', () => {
  let allocated = 0;
  let emptied = startBytes;
  for (const { beforeGC, afterGC } of profiler?.stop().statistics ?? []) {
    allocated += Math.max(0, beforeGC.heapStatistics.usedHeapSize - emptied);
    emptied = afterGC.heapStatistics.usedHeapSize;
  }
  allocated += Math.max(0, getHeapStatistics().used_heap_size - emptied);
  writeFileSync(`${file}.part`, String(profiler === null ? 0 : allocated));
  renameSync(`${file}.part`, file);
  profiler = new GCProfiler();
  profiler.start();
  startBytes = getHeapStatistics().used_heap_size;
});
