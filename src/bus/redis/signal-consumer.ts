import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type Clock, DataError, MismatchError, Ml4tError } from '../../core/index.ts';
import {
  type BusCodec,
  type DeadLetter,
  type DecodedEntry,
  type EncodedAnswer,
  isServiceFault,
  type LiveService,
  type SignalOrigin,
  type SignalReceipt,
} from '../../ports/index.ts';
import { sha256 } from '../../runtime/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { findSignalId } from '../codecs/index.ts';
import type { BarReader } from './bar-reader.ts';
import type { BusMetrics } from './bus-metrics.ts';
import type { ServerTime } from './clock/server-time.ts';
import { answerFields, entryFault, entryMs, type StreamEntry, untilClosed } from './entries.ts';
import { HEAD_BYTES } from './replies/cut-payload.ts';

const PAUSE_MS = 50;
const NO_PAYLOAD = new Uint8Array();

export interface SignalConsumerOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly group: string;
  readonly maxOutputEntries: number;
  /** Maximum size of an entry, in bytes. */
  readonly entryBytes: number;
  readonly claimIdleMs: number;
  readonly codec: BusCodec;
  readonly metrics: BusMetrics;
  readonly barReader: BarReader;
  readonly serverTime: ServerTime;
  readonly service: LiveService;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  /** Connection for commands that never block. */
  readonly commands: Redis;
  /** Whether no further entry may be started. */
  readonly isStopping: () => boolean;
  /** Whether the connection is closed for good, so that nothing can be written any more. */
  readonly isOver: () => boolean;
}

type DecodedBars = Extract<DecodedEntry, { readonly kind: 'bars' }>;

/** An entry that is answered. */
interface AnswerEnding {
  readonly kind: 'answer';
  readonly entry: StreamEntry;
  readonly receipt: SignalReceipt;
  /** Text of the receipt when its record was written, and the same as the codec writes it. */
  readonly text: string;
  readonly answer: EncodedAnswer;
}

/** What is written for an entry in the transaction that acknowledges it. */
type Ending =
  | AnswerEnding
  | { readonly kind: 'dead'; readonly letter: DeadLetter; readonly entry: StreamEntry }
  | { readonly kind: 'ignored'; readonly entry: StreamEntry };

/**
 * Judges entries of the stream of signals. An entry is written to the journal first, and then answered and acknowledged in one
 * MULTI, which is sent again until the server takes it.
 */
export class SignalConsumer {
  readonly #options: SignalConsumerOptions;
  readonly #underWay = new Set<string>();
  /** Time before which an entry that failed unexpectedly is not tried again, by entry id; monotonic milliseconds. */
  readonly #retryAtMs = new Map<string, number>();
  /** Whether the keys of answers and dead letters are known to be streams; unknown again after a failed write. */
  #areOutputsChecked = false;

  constructor(options: SignalConsumerOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#options.service.isReady;
  }

  /** Ids of the entries that are being judged now. */
  get underWay(): ReadonlySet<string> {
    return new Set(this.#underWay);
  }

  /** Whether an entry is being judged now, or failed and waits for its next attempt. */
  isKnown(id: string): boolean {
    if (this.#underWay.has(id)) return true;
    const retryAtMs = this.#retryAtMs.get(id);
    if (retryAtMs === undefined) return false;
    if (retryAtMs > this.#nowMs) return true;
    this.#retryAtMs.delete(id);
    return false;
  }

  /** Settles when every entry is acknowledged or left for another delivery, or when the bus stops. */
  async handle(entries: readonly StreamEntry[]): Promise<void> {
    const { metrics } = this.#options;
    metrics.count('nRead', entries.length);
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

  /** Writes an entry to the dead letters and acknowledges it. */
  async recordDeadLetter(entry: StreamEntry, code: string, reason: string): Promise<void> {
    const letter = this.#letter(entry, code, reason);
    await this.#options.service.recordDeadLetter(letter);
    await this.#conclude([{ kind: 'dead', letter, entry }]);
  }

  /** Ends an entry that was delivered too often, with its recorded answer where there is one, otherwise as a dead letter. */
  async endUndeliverable(entry: StreamEntry, deliveries: number): Promise<void> {
    const receipt = await this.#recall(entry);
    if (receipt === 'unknown') return; // the next round of maintenance asks again
    if (receipt === null)
      return this.recordDeadLetter(entry, 'POISON', `delivered ${deliveries} times and never judged`);
    await receipt.recorded;
    await this.#conclude([this.#answered(entry, receipt)]);
  }

  /** @returns null where it was never judged; `unknown` where the service cannot say now. */
  async #recall(entry: StreamEntry): Promise<SignalReceipt | null | 'unknown'> {
    const decoded = this.#decode(entry);
    if (decoded instanceof Ml4tError || decoded.kind !== 'signal') return null;
    try {
      return await this.#options.service.recall(decoded.message, this.#originOf(entry));
    } catch (error) {
      if (isServiceFault(error)) return 'unknown';
      if (error instanceof Ml4tError) return null; // the recorded answer is for another signal of the same id
      throw error;
    }
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicNs() / 1e6;
  }

  /** Judges every entry and waits for the records. @returns `again`: entries that the service cannot take now. */
  async #attempt(
    entries: readonly StreamEntry[],
  ): Promise<{ readonly endings: readonly Ending[]; readonly again: readonly StreamEntry[] }> {
    const { service, barReader, serverTime, commands, metrics } = this.#options;
    if (!service.isReady) return { endings: [], again: entries };
    if (serverTime.isDue) await serverTime.refresh(commands);
    const decoded = entries.map((entry) => this.#decode(entry));
    if (decoded.some(isWithoutBars)) {
      try {
        await barReader.catchUp(commands, service);
        metrics.setWorking('bars');
      } catch (error) {
        if (!isServiceFault(error)) metrics.setFault('bars', error);
        return { endings: [], again: entries };
      }
    }
    // No await before the last submit, so that the signals of a batch are judged in the order of the stream.
    const endings = entries.map((entry, i) => this.#end(entry, decoded[i]));
    const ended = await Promise.all(endings);
    return {
      endings: ended.filter((ending) => typeof ending === 'object'),
      again: entries.filter((_, i) => ended[i] === 'again'),
    };
  }

  #decode(entry: StreamEntry): DecodedEntry | Ml4tError {
    const fault = entryFault(entry, this.#options.entryBytes);
    if (fault !== null) return fault;
    try {
      return this.#options.codec.decode(entry.fields);
    } catch (error) {
      return error instanceof Ml4tError ? error : new DataError('BAD_JSON', `it cannot be read: ${String(error)}`);
    }
  }

  async #end(entry: StreamEntry, decoded: DecodedEntry | Ml4tError): Promise<Ending | 'again' | 'left'> {
    try {
      if (decoded instanceof Ml4tError) throw decoded;
      if (decoded.kind === 'bars') await this.#addBars(entry, decoded);
      if (decoded.kind === 'heartbeat') this.#noteHeartbeat(entry);
      if (decoded.kind !== 'signal') return { kind: 'ignored', entry };
      const receipt = await this.#submit(entry, decoded.message);
      await receipt.recorded;
      return this.#answered(entry, receipt);
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  /** Bars that do not fit what the service holds are acknowledged: a node may publish several lengths, and the service says which it refuses. */
  async #addBars({ id }: StreamEntry, { instrumentId, barType, bars }: DecodedBars): Promise<void> {
    const { service, serverTime } = this.#options;
    try {
      await service.addBars(instrumentId, bars, serverTime.takenMs(entryMs(id)), barType).recorded;
    } catch (error) {
      if (!(error instanceof MismatchError)) throw error;
    }
  }

  /** Where the bars share the stream, whoever reads them takes it in, in every process. */
  #noteHeartbeat({ id }: StreamEntry): void {
    const { barReader, signals, service, serverTime } = this.#options;
    if (!barReader.isReading(signals)) service.noteHeartbeat(serverTime.ageMs(entryMs(id)));
  }

  #answered(entry: StreamEntry, receipt: SignalReceipt): AnswerEnding {
    const { text } = receipt;
    return { kind: 'answer', entry, receipt, text, answer: this.#options.codec.encodeAnswer(text) };
  }

  /** The answer as it is now: a halt may have come while Redis was away. */
  #answerNow({ receipt, text, answer }: AnswerEnding): EncodedAnswer {
    return receipt.text === text ? answer : this.#options.codec.encodeAnswer(receipt.text);
  }

  #submit(entry: StreamEntry, message: SignalMessage): SignalReceipt | Promise<SignalReceipt> {
    return this.#options.service.submit(message, this.#originOf(entry));
  }

  #originOf(entry: StreamEntry): SignalOrigin {
    const { clock, nowMs, serverTime } = this.#options;
    const idMs = entryMs(entry.id);
    const takenMs = serverTime.takenMs(idMs);
    const waitedMs = Math.max(0, nowMs() - idMs);
    const origin = { transport: 'redis_stream', receivedNs: clock.monotonicNs(), waitedMs, durable: true } as const;
    return takenMs === undefined ? origin : { ...origin, takenMs };
  }

  async #failed(entry: StreamEntry, error: unknown): Promise<Ending | 'again' | 'left'> {
    if (isServiceFault(error)) return 'again';
    if (!(error instanceof Ml4tError)) {
      // An unexpected error may be transient: the entry stays pending and is delivered again, up to `maxDeliveries` times.
      this.#retryAtMs.set(entry.id, this.#nowMs + this.#options.claimIdleMs);
      this.#options.metrics.warn(`entry ${entry.id} of ${this.#options.signals} failed unexpectedly: ${String(error)}`);
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

  /** A letter keeps the beginning of a large payload, and its hash with the reason. */
  #letter({ id, fields, cut }: StreamEntry, code: string, reason: string): DeadLetter {
    const payload = fields.payload ?? NO_PAYLOAD;
    const letter = { stream: this.#options.signals, entryId: id, signalId: findSignalId(payload), code };
    if (cut === null && payload.length <= HEAD_BYTES) return { ...letter, reason, payload };
    const { nBytes, sha256: sum } = cut ?? { nBytes: payload.length, sha256: sha256(payload) };
    const kept = `the first ${HEAD_BYTES} of ${nBytes} bytes are kept, all have the SHA-256 ${sum}`;
    return { ...letter, reason: `${reason}; ${kept}`, payload: new Uint8Array(payload.subarray(0, HEAD_BYTES)) };
  }

  /** Writes answers and dead letters and acknowledges their entries, in one MULTI that is repeated until it succeeds or the bus ends. */
  async #conclude(endings: readonly Ending[]): Promise<void> {
    const { metrics, isOver } = this.#options;
    if (endings.length === 0) return;
    while (!isOver()) {
      try {
        await this.#checkOutputs();
        await this.#write(endings);
        metrics.setWorking('writes');
        metrics.setWorking('commands');
        break;
      } catch (error) {
        this.#areOutputsChecked = false;
        metrics.setFault('writes', error);
        await pause();
      }
    }
  }

  /**
   * Redis runs the rest of a MULTI where one of its commands meets a key of another type: the entry would be acknowledged without
   * its answer, or answered again with every attempt. @throws WRONGTYPE of the server.
   */
  async #checkOutputs(): Promise<void> {
    if (this.#areOutputsChecked) return;
    const { commands, enriched } = this.#options;
    await untilClosed(commands, Promise.all([commands.xlen(enriched), commands.xlen(`${enriched}:dead`)]));
    this.#areOutputsChecked = true;
  }

  /**
   * Sends one MULTI as single commands, without waiting between them. A pipeline of ioredis keeps its commands and replies until the
   * next full garbage collection, and that pause delays signals.
   */
  async #write(endings: readonly Ending[]): Promise<void> {
    const { commands, signals, enriched, group, maxOutputEntries, metrics } = this.#options;
    const answers = endings.map((ending) => (ending.kind === 'answer' ? this.#answerNow(ending) : null));
    const limit = ['MAXLEN', '~', maxOutputEntries, '*'] as const;
    const queued: Promise<unknown>[] = [commands.multi({ pipeline: false })];
    for (const [i, ending] of endings.entries()) {
      const answer = answers[i];
      if (answer !== null) queued.push(commands.xadd(enriched, ...limit, ...answerFields(answer)));
      if (ending.kind === 'dead') queued.push(commands.xadd(`${enriched}:dead`, ...limit, ...deadFields(ending)));
    }
    queued.push(commands.xack(signals, group, ...endings.map(({ entry }) => entry.id)));
    // A command that is refused when it is queued aborts the transaction; its own error names the reason.
    const [replies] = await untilClosed(commands, Promise.all([commands.exec(), ...queued]));
    const failed = replies?.find(([error]) => error !== null)?.[0];
    if (replies === null || failed) throw failed ?? new Error('the transaction was aborted');
    const count = (kind: Ending['kind']): number => endings.filter((ending) => ending.kind === kind).length;
    metrics.count('nAnswered', count('answer'));
    metrics.count('nDead', count('dead'));
    metrics.count('nIgnored', count('ignored'));
  }
}

/** Whether a signal comes without bars, so that it is judged with those of the stream. */
function isWithoutBars(decoded: DecodedEntry | Ml4tError): boolean {
  return !(decoded instanceof Ml4tError) && decoded.kind === 'signal' && decoded.message.bars === null;
}

function deadFields({ letter, entry }: Extract<Ending, { kind: 'dead' }>): (string | Buffer)[] {
  const { topic, type, encoding } = entry.fields;
  const named: readonly (readonly [name: string, value: string | Buffer])[] = [
    ['topic', headOf(topic)],
    ['payload', Buffer.from(letter.payload)],
    ['type', headOf(type)],
    ['encoding', headOf(encoding)],
    ['code', letter.code],
    ['reason', letter.reason],
    ['source_id', entry.id],
    ['signal_id', letter.signalId ?? ''],
  ];
  return named.flat();
}

/** The beginning of a field, as of a payload. */
function headOf(field: string | null): string {
  return field?.slice(0, HEAD_BYTES) ?? '';
}

/**
 * Waits before the next attempt.
 *
 * @param ms - milliseconds; the default keeps a repeated attempt from using a whole processor.
 * @param signal - ends the wait at once when it is aborted.
 */
export async function pause(ms = PAUSE_MS, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined); // rejects only when it is aborted
}
