import type { WallClock } from '../core/index.ts';

/** Monotonic clock of the machine, and its time of day. */
export const systemClock: WallClock = { monotonicNs: () => performance.now() * 1e6, nowMs: () => Date.now() };
