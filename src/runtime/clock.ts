import type { Clock } from '../core/index.ts';

/** The machine's monotonic clock. */
export const systemClock: Clock = { monotonicNs: () => performance.now() * 1e6 };
