import type { Redis } from 'ioredis';
import { Ml4tError } from '../../core/index.ts';
import type { LiveService } from '../../ports/index.ts';
import type { BusCodec } from '../codecs/bus-codec.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { BLOCK_MS } from './connection.ts';
import { callBuffer, firstStream, isBefore, type StreamEntry } from './entries.ts';

/** Few enough not to keep signals waiting while a long history is read. */
const COUNT = 100;

export interface BarReaderOptions {
  readonly stream: string;
  readonly codec: BusCodec;
  readonly board: BusMetrics;
}

/**
 * Reads the bars' stream, all of it, by a cursor of this process. A node writes a bar before the signal that rests on it,
 * and the server runs one command after another: whoever has read a signal finds its bars by reading this stream to its end
 * afterwards, {@link catchUp}. Of several readers each starts at the cursor and moves it on, so that none leaves a gap.
 */
export class BarReader {
  readonly #options: BarReaderOptions;
  #cursor = '0-0';
  #hasWarned = false;

  constructor(options: BarReaderOptions) {
    this.#options = options;
  }

  /** Waits for bars on a connection of its own. */
  async waitForBars(redis: Redis, service: LiveService): Promise<void> {
    const { stream } = this.#options;
    const raw = await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'BLOCK', BLOCK_MS, 'STREAMS', stream, this.#cursor);
    await this.#take(firstStream(raw), service); // the journal sets the pace of a long history
  }

  /** Reads what is there to the end, without waiting. */
  async catchUp(redis: Redis, service: LiveService): Promise<void> {
    const { stream } = this.#options;
    for (;;) {
      const entries = firstStream(await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'STREAMS', stream, this.#cursor));
      void this.#take(entries, service);
      if (entries.length < COUNT) return;
    }
  }

  /** The stream begins anew: the server lost its data. */
  rewind(): void {
    this.#cursor = '0-0';
  }

  /** Takes bars at once; settles when they are written, or never will be. */
  #take(entries: readonly StreamEntry[], service: LiveService): Promise<void> {
    const { codec, board } = this.#options;
    let recorded = Promise.resolve();
    for (const { id, fields } of entries) {
      if (!isBefore(this.#cursor, id)) continue; // both readers met it
      try {
        const decoded = codec.decode(fields);
        if (decoded.kind === 'bars') recorded = service.addBars(decoded.instrumentId, decoded.bars).recorded;
        recorded.catch(() => undefined); // the journal tells of itself
      } catch (error) {
        if (isServiceFault(error)) throw error; // read again later, from the same place
        board.count('nIgnored');
        if (!this.#hasWarned) board.warn(`bars ${id} of ${this.#options.stream} are left out: ${String(error)}`);
        this.#hasWarned = true; // the rest is counted
      }
      this.#cursor = id;
    }
    return recorded.catch(() => undefined);
  }
}

const SERVICE_FAULTS = new Set(['OVERLOADED', 'JOURNAL_FULL', 'JOURNAL_FAILED', 'JOURNAL_DAMAGED', 'STOPPING']);

/** Whether it is not the message that is at fault. */
export function isServiceFault(error: unknown): boolean {
  return error instanceof Ml4tError && SERVICE_FAULTS.has(error.code);
}
