import { setImmediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Ml4tError } from '../../core/index.ts';
import { isServiceFault, type LiveService } from '../../ports/index.ts';
import type { BusMetrics } from './bus-metrics.ts';
import type { ServerTime } from './clock/server-time.ts';
import { BLOCK_MS } from './connection.ts';
import { callBuffer, entryMs, firstStream, isBefore, partsOf, type StreamEntry, toEntries } from './entries/entries.ts';
import type { EntryDecoder } from './entries/entry-decoder.ts';

/** Maximum number of entries in one read; a low one, so that signals do not wait while a long history is read. */
const COUNT = 100;

export interface BarReaderOptions {
  readonly stream: string;
  readonly decoder: EntryDecoder;
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
    const { recorded } = await this.#take(firstStream(raw), service);
    await recorded; // a long history would overload the journal otherwise
  }

  /** Reads to the end of the stream, without waiting for new entries. */
  async catchUp(redis: Redis, service: LiveService): Promise<void> {
    const { stream, serverTime } = this.#options;
    if (serverTime.isDue) await serverTime.refresh(redis);
    for (;;) {
      const entries = firstStream(await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'STREAMS', stream, this.#cursor));
      await this.#take(entries, service);
      if (entries.length < COUNT) return;
    }
  }

  /** Whether this reads a stream. */
  isReading(stream: string): boolean {
    return stream === this.#options.stream;
  }

  /** Starts at the first entry again, for a server that lost its data. */
  rewind(): void {
    this.#cursor = '0-0';
  }

  /**
   * Moves the cursor back to the end of the stream, where a server has less of it than was read: one that took over before it had
   * everything gives ids again.
   */
  async fitTo(redis: Redis): Promise<void> {
    if (this.#cursor === '0-0') return;
    const [last] = toEntries(await callBuffer(redis, 'XREVRANGE', this.#options.stream, '+', '-', 'COUNT', 1));
    const end = last?.id ?? '0-0';
    if (isBefore(end, this.#cursor)) this.#cursor = end;
  }

  /**
   * Adds bars to the service, with a turn of the event loop between large entries.
   *
   * @returns what settles when they are written to the journal, or writing them has failed.
   */
  async #take(entries: readonly StreamEntry[], service: LiveService): Promise<{ readonly recorded: Promise<void> }> {
    let recorded = Promise.resolve();
    for (const part of partsOf(entries, this.#options.entryBytes)) {
      for (const entry of part) recorded = this.#takeEntry(entry, service) ?? recorded;
      if (part.length < entries.length) await setImmediate();
    }
    return { recorded: recorded.catch(() => undefined) };
  }

  /** @returns what settles when its bars are written; null where it has none. */
  #takeEntry(entry: StreamEntry, service: LiveService): Promise<void> | null {
    const { id } = entry;
    const { decoder, metrics, stream, serverTime } = this.#options;
    if (!isBefore(this.#cursor, id)) return null; // another read has taken it already
    let recorded: Promise<void> | null = null;
    try {
      const decoded = decoder.decode(entry);
      if (decoded instanceof Ml4tError) throw decoded;
      if (decoded.kind === 'bars') {
        const { instrumentId, barType, bars } = decoded;
        recorded = service.addBars(instrumentId, bars, serverTime.takenMs(entryMs(id)), barType).recorded;
        recorded.catch(() => undefined); // the journal logs its own faults
      } else if (decoded.kind === 'heartbeat') service.noteHeartbeat(serverTime.sinceMs(entryMs(id)));
    } catch (error) {
      if (isServiceFault(error)) throw error; // read again later, from the same place
      metrics.count('nIgnored');
      if (!this.#hasWarned) metrics.warn(`bars ${id} of ${stream} are left out: ${String(error)}`);
      this.#hasWarned = true; // later ones are only counted
    }
    this.#cursor = id;
    return recorded;
  }
}
