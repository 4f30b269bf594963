import type { Redis } from 'ioredis';
import { Ml4tError } from '../../../core/index.ts';
import type { LiveService } from '../../../ports/index.ts';
import type { BusCodec } from '../codecs/bus-codec.ts';
import type { BusBoard } from './bus-board.ts';
import { BLOCK_MS } from './connection.ts';
import { callBuffer, firstStream, isBefore, type StreamEntry } from './entries.ts';

const COUNT = 500;

export interface BarReaderOptions {
  readonly stream: string;
  readonly codec: BusCodec;
  readonly board: BusBoard;
}

/**
 * Reads the bars' stream, all of it, by a cursor of this process. A node writes a bar before the signal that rests on it, so
 * whoever has read a signal finds its bars by reading this stream to its end first: {@link catchUp}.
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
    this.#take(firstStream(raw), service);
  }

  /** Reads what is there to the end, without waiting. */
  async catchUp(redis: Redis, service: LiveService): Promise<void> {
    const { stream } = this.#options;
    for (;;) {
      const entries = firstStream(await callBuffer(redis, 'XREAD', 'COUNT', COUNT, 'STREAMS', stream, this.#cursor));
      this.#take(entries, service);
      if (entries.length < COUNT) return;
    }
  }

  /** The stream begins anew: the server lost its data. */
  rewind(): void {
    this.#cursor = '0-0';
  }

  #take(entries: readonly StreamEntry[], service: LiveService): void {
    const { codec, board } = this.#options;
    for (const { id, fields } of entries) {
      if (!isBefore(this.#cursor, id)) continue; // both readers met it
      try {
        const decoded = codec.decode(fields);
        if (decoded.kind === 'bars') this.#add(service, decoded);
      } catch (error) {
        if (!(error instanceof Ml4tError)) throw error;
        if (isServiceFault(error)) throw error; // read again later, from the same place
        board.count('nIgnored');
        if (!this.#hasWarned) board.warn(`bars ${id} of ${this.#options.stream} are left out: ${error.message}`);
        this.#hasWarned = true; // the rest is counted
      }
      this.#cursor = id;
    }
  }

  #add(
    service: LiveService,
    { instrumentId, bars }: { instrumentId: string; bars: Parameters<LiveService['addBars']>[1] },
  ): void {
    service.addBars(instrumentId, bars).recorded.catch(() => undefined); // the journal tells of itself
  }
}

const SERVICE_FAULTS = new Set(['OVERLOADED', 'JOURNAL_FULL', 'JOURNAL_FAILED', 'JOURNAL_DAMAGED', 'STOPPING']);

/** Whether it is not the message that is at fault. */
export function isServiceFault(error: unknown): boolean {
  return error instanceof Ml4tError && SERVICE_FAULTS.has(error.code);
}
