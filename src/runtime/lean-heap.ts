import { setFlagsFromString } from 'node:v8';
import { BusySpell } from './busy-spell.ts';

/** Share by which the heap may grow over what is alive before it is collected again, percent. */
const GROWTH = 40;
/** Milliseconds between two looks at how busy the thread was. */
const INTERVAL_MS = 10_000;

/** Keeps the heaps of this process small, which V8 lets grow to a multiple of what is alive; see docs/decisions/0032-lean-heap.md. */
export function keepHeapLean(): void {
  if (process.versions.bun !== undefined) return;
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  // The space for young objects, which doubles while many survive, stays as it is now.
  setFlagsFromString('--semi-space-growth-factor=1');
  // Objects of one kind that mostly lived a while are made old from their first moment, and keep all they refer to until a full collection.
  setFlagsFromString('--no-allocation-site-pretenuring');
  giveBackAfterBusySpells();
}

/** Collects the heap of this thread once after each busy spell: V8 gives nothing back while there is little that makes it collect. */
function giveBackAfterBusySpells(): void {
  const spell = new BusySpell();
  let last = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    if (spell.hasEnded(performance.eventLoopUtilization(now, last).utilization)) {
      void collectAll().catch(() => undefined); // a Node that was built without the inspector stays as large as it is
    }
    last = now;
  };
  setInterval(look, INTERVAL_MS).unref();
}

/** Collects all garbage of this thread, and gives the pages of the heap back to the system: one pause of about 3 ms a megabyte that is alive. */
export async function collectAll(): Promise<void> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
