import type { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
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
  /** The one reading it is for; null for a thread that is asked for one after the other, and ends when it is told {@link END}. */
  readonly request: PastRequest | null;
}

/** Ends a reading thread that is asked for one reading after the other. */
export const END = 'end';

export type HistoryReply =
  | { readonly kind: 'found'; readonly found: PastReadings[keyof PastReadings] }
  | { readonly kind: 'fault'; readonly fault: WriterFault };

/** Reads once. A whole history may take seconds, in which the serving thread goes on. */
function readOnce(path: string, request: PastRequest): HistoryReply {
  return answer(path, () => {
    const db = openToRead(path);
    const found = read(new JournalReader(db), request);
    db.close();
    return found;
  });
}

/** Reads whatever is asked, one after the other, over one connection. */
function readOn(path: string, port: MessagePort): void {
  let opened: { readonly db: DatabaseSync; readonly reader: JournalReader } | null = null;
  const reader = (): JournalReader => {
    if (opened === null) {
      const db = openToRead(path);
      opened = { db, reader: new JournalReader(db) };
    }
    return opened.reader;
  };
  port.on('message', (request: PastRequest | typeof END) => {
    if (request !== END) {
      port.postMessage(answer(path, () => read(reader(), request)));
      return;
    }
    opened?.db.close();
    port.close();
  });
}

function answer(path: string, find: () => PastReadings[keyof PastReadings]): HistoryReply {
  try {
    return { kind: 'found', found: find() };
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

if (parentPort !== null) {
  const { path, request } = workerData as HistoryThreadData;
  if (request === null) readOn(path, parentPort);
  else parentPort.postMessage(readOnce(path, request));
}
