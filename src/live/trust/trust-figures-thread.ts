import { parentPort } from 'node:worker_threads';
import { joinOutcomes, type PromisedOutcomes } from '../../domain/index.ts';
import { type TrustFigures, trustFigures } from '../../monitoring/index.ts';
import { buffersOf } from './outcome-buffers.ts';

/** Figures, and the columns back. */
export interface FiguresReply {
  readonly figures: TrustFigures;
  readonly outcomes: PromisedOutcomes;
}

// The port exists: this file is only ever a thread's entry.
parentPort?.once('message', (pages: readonly PromisedOutcomes[]) => {
  const outcomes = joinOutcomes(pages);
  const reply: FiguresReply = { figures: trustFigures(outcomes), outcomes };
  parentPort?.postMessage(reply, buffersOf(outcomes));
});
