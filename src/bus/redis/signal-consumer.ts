import type { Redis } from 'ioredis';
import { type Clock, DataError, Ml4tError } from '../../core/index.ts';
import type { DeadLetter, LiveService, SignalOrigin, SignalReceipt } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { type BusCodec, type DecodedEntry, type EncodedAnswer, findSignalId } from '../codecs/index.ts';
import { type BarReader, isServiceFault } from './bar-reader.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { answerFields, entryMs, type StreamEntry, untilClosed } from './entries.ts';

const PAUSE_MS = 50;
const NOTHING = new Uint8Array();

export interface SignalConsumerOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly group: string;
  readonly maxOutputEntries: number;
  readonly claimIdleMs: number;
  readonly codec: BusCodec;
  readonly board: BusMetrics;
  readonly bars: BarReader;
  readonly service: LiveService;
  readonly clock: Clock;
  readonly nowMs: () => number;
  /** Commands that do not wait for anything to come. */
  readonly commands: Redis;
  /** Nothing more is to be begun. */
  readonly isStopping: () => boolean;
  /** Nothing more can be written. */
  readonly isOver: () => boolean;
}

/** What is to be written for an entry before it is acknowledged. */
type Ending =
  | { readonly kind: 'answer'; readonly entry: StreamEntry; readonly answer: EncodedAnswer }
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
  /** Entries that failed unexpectedly, and until when they are let alone; monotonic milliseconds. */
  readonly #resting = new Map<string, number>();

  constructor(options: SignalConsumerOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#options.service.isReady;
  }

  /** The entries on their way here right now. */
  get underWay(): ReadonlySet<string> {
    return new Set(this.#underWay);
  }

  /** Whether an entry is on its way here already, or failed just now and is to be tried later. */
  isKnown(id: string): boolean {
    if (this.#underWay.has(id)) return true;
    const until = this.#resting.get(id);
    if (until === undefined) return false;
    if (until > this.#nowMs) return true;
    this.#resting.delete(id);
    return false;
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
  async recordDeadLetter(entry: StreamEntry, code: string, reason: string): Promise<void> {
    const letter = this.#letter(entry, code, reason);
    await this.#options.service.recordDeadLetter(letter);
    await this.#conclude([{ kind: 'dead', letter, entry }]);
  }

  /** Ends an entry that was delivered too often: by its recorded answer where there is one, else as poison. */
  async giveUp(entry: StreamEntry, deliveries: number): Promise<void> {
    const receipt = this.#recall(entry);
    if (receipt === null)
      return this.recordDeadLetter(entry, 'POISON', `delivered ${deliveries} times and never judged`);
    await receipt.recorded;
    await this.#conclude([{ kind: 'answer', entry, answer: this.#options.codec.encodeAnswer(receipt.text) }]);
  }

  #recall(entry: StreamEntry): SignalReceipt | null {
    const decoded = this.#decode(entry);
    if (decoded instanceof Ml4tError || decoded.kind !== 'signal') return null;
    try {
      return this.#options.service.recall(decoded.message, this.#originOf(entry));
    } catch (error) {
      if (error instanceof Ml4tError) return null; // a conflict: that answer is not to this signal
      throw error;
    }
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicNs() / 1e6;
  }

  /** Judges every entry and waits for the records. Those that the service cannot take now come back. */
  async #attempt(
    entries: readonly StreamEntry[],
  ): Promise<{ readonly endings: readonly Ending[]; readonly again: readonly StreamEntry[] }> {
    const { service, bars, commands, board } = this.#options;
    if (!service.isReady) return { endings: [], again: entries };
    const decoded = entries.map((entry) => this.#decode(entry));
    if (decoded.some(isWithoutBars)) {
      try {
        await bars.catchUp(commands, service);
        board.works('bars');
      } catch (error) {
        if (!isServiceFault(error)) board.fault('bars', error);
        return { endings: [], again: entries };
      }
    }
    // From here to the last submit nothing else runs: signals are judged in the order of the stream.
    const endings = entries.map((entry, i) => this.#end(entry, decoded[i]));
    const ended = await Promise.all(endings);
    return {
      endings: ended.filter((ending) => typeof ending === 'object'),
      again: entries.filter((_, i) => ended[i] === 'again'),
    };
  }

  #decode({ fields }: StreamEntry): DecodedEntry | Ml4tError {
    try {
      return this.#options.codec.decode(fields);
    } catch (error) {
      return error instanceof Ml4tError ? error : new DataError('BAD_JSON', `it cannot be read: ${String(error)}`);
    }
  }

  async #end(entry: StreamEntry, decoded: DecodedEntry | Ml4tError): Promise<Ending | 'again' | 'left'> {
    try {
      if (decoded instanceof Ml4tError) throw decoded;
      if (decoded.kind === 'bars') await this.#options.service.addBars(decoded.instrumentId, decoded.bars).recorded;
      if (decoded.kind !== 'signal') return { kind: 'ignored', entry };
      const receipt = this.#submit(entry, decoded.message);
      await receipt.recorded;
      return { kind: 'answer', entry, answer: this.#options.codec.encodeAnswer(receipt.text) };
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  #submit(entry: StreamEntry, message: SignalMessage): SignalReceipt {
    return this.#options.service.submit(message, this.#originOf(entry));
  }

  #originOf(entry: StreamEntry): SignalOrigin {
    const { clock, nowMs } = this.#options;
    const waitedMs = Math.max(0, nowMs() - entryMs(entry.id));
    return { transport: 'redis_stream', receivedNs: clock.monotonicNs(), waitedMs, durable: true };
  }

  async #failed(entry: StreamEntry, error: unknown): Promise<Ending | 'again' | 'left'> {
    if (isServiceFault(error)) return 'again';
    if (!(error instanceof Ml4tError)) {
      // Nobody knows whose fault it is: it stays pending, is delivered again, and is dead after so many times.
      this.#resting.set(entry.id, this.#nowMs + this.#options.claimIdleMs);
      this.#options.board.warn(`entry ${entry.id} of ${this.#options.signals} failed unexpectedly: ${String(error)}`);
      return 'left';
    }
    const letter = this.#letter(entry, error.code, error.message);
    try {
      await this.#options.service.recordDeadLetter(letter);
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
    const { board, isOver } = this.#options;
    if (endings.length === 0) return;
    while (!isOver()) {
      try {
        await this.#write(endings);
        board.works('writes');
        board.works('commands');
        break;
      } catch (error) {
        board.fault('writes', error);
        await pause();
      }
    }
  }

  /**
   * Sent command by command, in one go: what passes through a pipeline of the client's is held, answers and all, until the next full
   * collection, which then takes longer than the signals may.
   */
  async #write(endings: readonly Ending[]): Promise<void> {
    const { commands, signals, enriched, group, maxOutputEntries, board } = this.#options;
    const limit = ['MAXLEN', '~', maxOutputEntries, '*'] as const;
    const queued: Promise<unknown>[] = [commands.multi({ pipeline: false })];
    for (const ending of endings) {
      if (ending.kind === 'answer') queued.push(commands.xadd(enriched, ...limit, ...answerFields(ending.answer)));
      if (ending.kind === 'dead') queued.push(commands.xadd(`${enriched}:dead`, ...limit, ...deadFields(ending)));
    }
    queued.push(commands.xack(signals, group, ...endings.map(({ entry }) => entry.id)));
    // A command that is refused on its way in gives the transaction up, and says why.
    const [replies] = await untilClosed(commands, Promise.all([commands.exec(), ...queued]));
    const failed = replies?.find(([error]) => error !== null)?.[0];
    if (replies === null || failed) throw failed ?? new Error('the transaction was given up');
    const count = (kind: Ending['kind']): number => endings.filter((ending) => ending.kind === kind).length;
    board.count('nAnswered', count('answer'));
    board.count('nDead', count('dead'));
    board.count('nIgnored', count('ignored'));
  }
}

/** Whether it is to be judged by held bars. */
function isWithoutBars(decoded: DecodedEntry | Ml4tError): boolean {
  return !(decoded instanceof Ml4tError) && decoded.kind === 'signal' && decoded.message.bars === null;
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
