import { setFlagsFromString } from 'node:v8';

/** Share by which the heap may grow over what is alive before it is collected again, percent. */
const GROWTH = 40;

/** Keeps the heaps of this process small, which V8 lets grow to a multiple of what is alive; see docs/decisions/0032-lean-heap.md. */
export function keepHeapLean(): void {
  if (process.versions.bun !== undefined) return;
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  // The space for young objects, which doubles while many survive, stays as it is now.
  setFlagsFromString('--semi-space-growth-factor=1');
}
