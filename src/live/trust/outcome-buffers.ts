import type { PromisedOutcomes } from '../../domain/index.ts';

/** The memory of columns, to be moved to another thread. */
export function buffersOf(outcomes: PromisedOutcomes): ArrayBuffer[] {
  return Object.values(outcomes).map(
    (column: PromisedOutcomes[keyof PromisedOutcomes]) => column.buffer as ArrayBuffer,
  );
}
