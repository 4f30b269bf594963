import { parentPort, workerData } from 'node:worker_threads';
import type { BarColumns } from '../../domain/index.ts';
import type { InstrumentHistory } from '../../ports/index.ts';
import { JournalReader, openToRead } from '../store/index.ts';
import { faultOf, type WriterFault } from './fault.ts';

/** What a reading thread is started with. */
export interface HistoryThreadData {
  readonly path: string;
  readonly instrumentId: string;
}

export type HistoryReply =
  | { readonly kind: 'history'; readonly bars: BarColumns; readonly signals: InstrumentHistory['signals'] }
  | { readonly kind: 'fault'; readonly fault: WriterFault };

/** Reads one history and ends. A whole journal may take seconds, in which the serving thread goes on. */
function readHistory({ path, instrumentId }: HistoryThreadData): HistoryReply {
  try {
    const db = openToRead(path);
    const { bars, signals } = new JournalReader(db).history(instrumentId);
    db.close();
    const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
    return { kind: 'history', bars: { tsEvent, open, high, low, close, volume, takerBuyVolume }, signals };
  } catch (cause) {
    return { kind: 'fault', fault: faultOf(cause, path) };
  }
}

// The port exists: this file is only ever a thread's entry.
parentPort?.postMessage(readHistory(workerData as HistoryThreadData));
