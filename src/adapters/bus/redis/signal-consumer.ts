import type { Redis } from 'ioredis';
import { type Clock, Ml4tError } from '../../../core/index.ts';
import type { SignalMessage } from '../../../domain/index.ts';
import type { DeadLetter, LiveService, SignalReceipt } from '../../../ports/index.ts';
import { type BusCodec, findSignalId } from '../codecs/index.ts';
import { type BarReader, isServiceFault } from './bar-reader.ts';
import type { BusBoard } from './bus-board.ts';
import { answerFields, entryMs, type StreamEntry } from './entries.ts';

const PAUSE_MS = 50;
const NOTHING = new Uint8Array();

export interface SignalConsumerOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly group: string;
  readonly maxOutputEntries: number;
  readonly codec: BusCodec;
  readonly board: BusBoard;
  readonly bars: BarReader;
  readonly service: LiveService;
  readonly clock: Clock;
  readonly nowMs: () => number;
  /** Commands that do not wait for anything to come. */
  readonly commands: Redis;
  readonly isStopping: () => boolean;
}

/** What is to be written for an entry before it is acknowledged. */
type Ending =
  | { readonly kind: 'answer'; readonly entry: StreamEntry; readonly text: string }
  | { readonly kind: 'dead'; readonly letter: DeadLetter; readonly entry: StreamEntry }
  | { readonly kind: 'ignored'; readonly entry: StreamEntry };

/**
 * Sees entries of the signals' stream through: judged, written to the journal, and only then answered and acknowledged, both
 * in one MULTI. An entry whose end cannot be written stays with this consumer and is tried again; nothing is acknowledged
 * for it.
 */
export class SignalConsumer {
  readonly #options: SignalConsumerOptions;
  readonly #underWay = new Set<string>();

  constructor(options: SignalConsumerOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#options.service.isReady;
  }

  /** Whether an entry is on its way here already. */
  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Settles when every entry is acknowledged, or the bus stops, or an entry is left to be delivered again. */
  async handle(entries: readonly StreamEntry[]): Promise<void> {
    const { board } = this.#options;
    board.count('nRead', entries.length);
    for (const { id } of entries) this.#underWay.add(id);
    try {
      let left = entries;
      while (left.length > 0 && !this.#options.isStopping()) {
        const { endings, again } = await this.#attempt(left);
        await this.#conclude(endings);
        left = again;
        if (left.length > 0) await pause();
      }
    } finally {
      for (const { id } of entries) this.#underWay.delete(id);
    }
  }

  /** Ends an entry that was delivered too often. */
  async bury(entry: StreamEntry, code: string, reason: string): Promise<void> {
    const letter = this.#letter(entry, code, reason);
    await this.#options.service.bury(letter);
    await this.#conclude([{ kind: 'dead', letter, entry }]);
  }

  /** Judges every entry and waits for the records. Those that the service cannot take now come back. */
  async #attempt(
    entries: readonly StreamEntry[],
  ): Promise<{ readonly endings: readonly Ending[]; readonly again: readonly StreamEntry[] }> {
    const { service, bars, commands, board } = this.#options;
    if (!service.isReady) return { endings: [], again: entries };
    const endings: Promise<Ending | 'again' | 'left'>[] = [];
    let hasReadBars = false;
    for (const entry of entries) {
      const message = this.#decode(entry);
      if (message !== null && 'bars' in message && message.bars === null && !hasReadBars) {
        try {
          await bars.catchUp(commands, service);
          hasReadBars = true;
        } catch (error) {
          board.fault('bars', error);
          endings.push(Promise.resolve('again'));
          continue;
        }
      }
      endings.push(this.#end(entry, message));
    }
    const ended = await Promise.all(endings);
    return {
      endings: ended.filter((ending) => typeof ending === 'object'),
      again: entries.filter((_, i) => ended[i] === 'again'),
    };
  }

  /** The signal an entry holds, null for one that is nothing to us, or the error that it is. */
  #decode({ fields }: StreamEntry): SignalMessage | Error | null {
    try {
      const decoded = this.#options.codec.decode(fields);
      return decoded.kind === 'signal' ? decoded.message : null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #end(entry: StreamEntry, message: SignalMessage | Error | null): Promise<Ending | 'again' | 'left'> {
    if (message === null) return { kind: 'ignored', entry };
    try {
      if (message instanceof Error) throw message;
      const receipt = this.#submit(entry, message);
      await receipt.recorded;
      return { kind: 'answer', entry, text: receipt.text };
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  #submit(entry: StreamEntry, message: SignalMessage): SignalReceipt {
    const { service, clock, nowMs } = this.#options;
    const waitedMs = Math.max(0, nowMs() - entryMs(entry.id));
    const receivedNs = clock.monotonicNs();
    return service.submit(message, { transport: 'redis_stream', receivedNs, waitedMs, durable: true });
  }

  async #failed(entry: StreamEntry, error: unknown): Promise<Ending | 'again' | 'left'> {
    if (isServiceFault(error)) return 'again';
    if (!(error instanceof Ml4tError)) {
      // Nobody knows whose fault it is: it stays pending, is delivered again, and is dead after so many times.
      this.#options.board.warn(`entry ${entry.id} of ${this.#options.signals} failed unexpectedly: ${String(error)}`);
      return 'left';
    }
    const letter = this.#letter(entry, error.code, error.message);
    try {
      await this.#options.service.bury(letter);
      return { kind: 'dead', entry, letter };
    } catch (journalError) {
      return isServiceFault(journalError) ? 'again' : 'left';
    }
  }

  #letter({ id, fields }: StreamEntry, code: string, reason: string): DeadLetter {
    const payload = fields.payload ?? NOTHING;
    return { stream: this.#options.signals, entryId: id, signalId: findSignalId(payload), code, reason, payload };
  }

  /** Writes answers and dead letters and acknowledges, in one MULTI; again until it is done, for the records are written. */
  async #conclude(endings: readonly Ending[]): Promise<void> {
    const { board, isStopping } = this.#options;
    if (endings.length === 0) return;
    while (!isStopping()) {
      try {
        await this.#write(endings);
        board.works('writes');
        break;
      } catch (error) {
        board.fault('writes', error);
        await pause();
      }
    }
  }

  async #write(endings: readonly Ending[]): Promise<void> {
    const { commands, signals, enriched, group, maxOutputEntries, codec, board } = this.#options;
    const multi = commands.multi();
    const limit = ['MAXLEN', '~', maxOutputEntries, '*'] as const;
    for (const ending of endings) {
      if (ending.kind === 'answer') multi.xadd(enriched, ...limit, ...answerFields(codec.encodeAnswer(ending.text)));
      if (ending.kind === 'dead') multi.xadd(`${enriched}:dead`, ...limit, ...deadFields(ending));
    }
    multi.xack(signals, group, ...endings.map(({ entry }) => entry.id));
    const replies = await multi.exec();
    const failed = replies?.find(([error]) => error !== null)?.[0];
    if (replies === null || failed) throw failed ?? new Error('the transaction was given up');
    const count = (kind: Ending['kind']): number => endings.filter((ending) => ending.kind === kind).length;
    board.count('nAnswered', count('answer'));
    board.count('nDead', count('dead'));
    board.count('nIgnored', count('ignored'));
  }
}

function deadFields({ letter, entry }: Extract<Ending, { kind: 'dead' }>): (string | Buffer)[] {
  const { topic, type, encoding } = entry.fields;
  return [
    ...['topic', topic ?? ''],
    ...['payload', Buffer.from(letter.payload)],
    ...['type', type ?? ''],
    ...['encoding', encoding ?? ''],
    ...['code', letter.code, 'reason', letter.reason, 'source_id', entry.id, 'signal_id', letter.signalId ?? ''],
  ];
}

/** Long enough not to burn the processor while something is away. */
export function pause(ms = PAUSE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
