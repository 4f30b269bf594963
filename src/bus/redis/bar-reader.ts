import type { Redis } from 'ioredis';
import { type BusCodec, isServiceFault, type LiveService } from '../../ports/index.ts';
import type { BusMetrics } from './bus-metrics.ts';
import type { ServerTime } from './clock/server-time.ts';
import { BLOCK_MS } from './connection.ts';
import { tooLarge } from './cut-payload.ts';
import { callBuffer, entryMs, firstStream, isBefore, type StreamEntry } from './entries.ts';

/** Maximum number of entries in one read; a low one, so that signals do not wait while a long history is read. */
const COUNT = 100;

export interface BarReaderOptions {
  readonly stream: string;
  readonly codec: BusCodec;
  readonly metrics: BusMetrics;
  /** Maximum size of an entry, in bytes. */
  readonly entryBytes: number;
  readonly serverTime: ServerTime;
}

/**
 * Reads the whole stream of bars with a cursor that belongs to this process. A node writes a bar before the signal that needs
 * it, so that after a signal is read, its bars are found by reading this stream to its end ({@link catchUp}). Several reads
 * may run at once: each starts at the cursor and moves it forward, so that no entry is left out.
 */
export class BarReader {
  readonly #options: BarReaderOptions;
  #cursor = '0-0';
  #hasWarned = false;

  constructor(options: BarReaderOptions) {
    this.#options = options;
  }

  /** Waits for new bars. @param redis - connection that may block. */
  async waitForBars(redis: Redis, service: LiveService): Promise<void> {
    const { stream, serverTime } = this.#options;
    await serverTime.refresh(redis);
    const raw = await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'BLOCK', BLOCK_MS, 'STREAMS', stream, this.#cursor);
    await this.#take(firstStream(raw), service); // waits for the journal, or a long history would overload it
  }

  /** Reads to the end of the stream, without waiting for new entries. */
  async catchUp(redis: Redis, service: LiveService): Promise<void> {
    const { stream, serverTime } = this.#options;
    if (serverTime.isDue) await serverTime.refresh(redis);
    for (;;) {
      const entries = firstStream(await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'STREAMS', stream, this.#cursor));
      void this.#take(entries, service);
      if (entries.length < COUNT) return;
    }
  }

  /** Starts at the first entry again, for a server that lost its data. */
  rewind(): void {
    this.#cursor = '0-0';
  }

  /** Adds bars to the service. Settles when they are written to the journal, or writing them has failed. */
  #take(entries: readonly StreamEntry[], service: LiveService): Promise<void> {
    const { codec, metrics, entryBytes, serverTime } = this.#options;
    let recorded = Promise.resolve();
    for (const { id, fields, cut } of entries) {
      if (!isBefore(this.#cursor, id)) continue; // another read has taken it already
      try {
        if (cut !== null) throw tooLarge('entry', cut, entryBytes);
        const decoded = codec.decode(fields);
        if (decoded.kind === 'bars')
          recorded = service.addBars(decoded.instrumentId, decoded.bars, serverTime.takenMs(entryMs(id))).recorded;
        recorded.catch(() => undefined); // the journal logs its own faults
      } catch (error) {
        if (isServiceFault(error)) throw error; // read again later, from the same place
        metrics.count('nIgnored');
        if (!this.#hasWarned) metrics.warn(`bars ${id} of ${this.#options.stream} are left out: ${String(error)}`);
        this.#hasWarned = true; // later ones are only counted
      }
      this.#cursor = id;
    }
    return recorded.catch(() => undefined);
  }
}
