import { parentPort, workerData } from 'node:worker_threads';
import type { BarColumns } from '../../domain/index.ts';
import type { InstrumentHistory, NumberedAnswer, PromisedPage, RecordedOutcome } from '../../ports/index.ts';
import { JournalReader, openToRead } from '../store/index.ts';
import { faultOf, type WriterFault } from './fault.ts';

/** What is read of the past: all of the series with a key, or what has a higher number than `after`, also of one model alone. */
export type PastRequest =
  | { readonly what: 'history'; readonly key: string }
  | { readonly what: 'signals' | 'outcomes'; readonly after: number; readonly limit: number }
  | { readonly what: 'promises'; readonly modelVersion: string; readonly after: number; readonly limit: number };

/** What is found, by what was asked for, as it crosses threads. */
export interface PastReadings {
  readonly history: { readonly bars: BarColumns; readonly signals: InstrumentHistory['signals'] };
  readonly signals: readonly NumberedAnswer[];
  readonly outcomes: readonly RecordedOutcome[];
  readonly promises: PromisedPage;
}

/** What a reading thread is started with. */
export interface HistoryThreadData {
  readonly path: string;
  readonly request: PastRequest;
}

export type HistoryReply =
  | { readonly kind: 'found'; readonly found: PastReadings[keyof PastReadings] }
  | { readonly kind: 'fault'; readonly fault: WriterFault };

/** Reads once and ends. A whole history may take seconds, in which the serving thread goes on. */
function answer({ path, request }: HistoryThreadData): HistoryReply {
  try {
    const db = openToRead(path);
    const found = read(new JournalReader(db), request);
    db.close();
    return { kind: 'found', found };
  } catch (cause) {
    return { kind: 'fault', fault: faultOf(cause, path) };
  }
}

function read(reader: JournalReader, request: PastRequest): PastReadings[keyof PastReadings] {
  if (request.what === 'promises') return reader.promisesAfter(request.modelVersion, request.after, request.limit);
  if (request.what !== 'history') {
    const { what, after, limit } = request;
    return what === 'signals' ? reader.signalsAfter(after, limit) : reader.outcomesAfter(after, limit);
  }
  const { bars, signals } = reader.history(request.key);
  const { tsEvent, open, high, low, close, volume, takerBuyVolume, columns } = bars;
  return { bars: { tsEvent, open, high, low, close, volume, takerBuyVolume, columns }, signals };
}

// The port exists: this file is only ever a thread's entry.
parentPort?.postMessage(answer(workerData as HistoryThreadData));
