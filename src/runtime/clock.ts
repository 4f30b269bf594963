import type { Clock } from '../core/index.ts';

/** Monotonic clock of the machine. */
export const systemClock: Clock = { monotonicNs: () => performance.now() * 1e6 };
