import type { ResourceLimits } from 'node:worker_threads';

/** Heap of young objects of a thread of the journal, which holds one group of records at a time; V8 would let it grow to 48 MB. */
export const SMALL_HEAP: ResourceLimits = { maxYoungGenerationSizeMb: 12 };
