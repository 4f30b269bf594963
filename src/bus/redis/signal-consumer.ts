import { type Clock, MismatchError, Ml4tError } from '../../core/index.ts';
import {
  type DeadLetter,
  type DecodedEntry,
  isServiceFault,
  type LiveService,
  type SignalOrigin,
  type SignalReceipt,
} from '../../ports/index.ts';
import { sha256 } from '../../runtime/index.ts';
import { findSignalId } from '../codecs/index.ts';
import type { BarReader } from './bar-reader.ts';
import type { ServerTime } from './clock/server-time.ts';
import { type AnswerEnding, type Ending, EndingWriter, type EndingWriterOptions, pause } from './ending-writer.ts';
import { entryMs, type StreamEntry } from './entries/entries.ts';
import type { EntryDecoder } from './entries/entry-decoder.ts';
import { HEAD_BYTES } from './replies/cut-payload.ts';
import type { BarWaits } from './waits/bar-waits.ts';

const NO_PAYLOAD = new Uint8Array();

export interface SignalConsumerOptions extends EndingWriterOptions {
  readonly decoder: EntryDecoder;
  readonly claimIdleMs: number;
  /** Maximum wait for a bar, milliseconds. */
  readonly barWaitMs: number;
  readonly barReader: BarReader;
  readonly waits: BarWaits;
  readonly serverTime: ServerTime;
  readonly service: LiveService;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  /** Whether no further entry may be started. */
  readonly isStopping: () => boolean;
}

type DecodedSignal = Extract<DecodedEntry, { readonly kind: 'signal' }>;
type DecodedBars = Extract<DecodedEntry, { readonly kind: 'bars' }>;

/** What became of an entry: `again` where the service cannot take it now, `left` for another delivery. */
type Fate = Ending | 'again' | 'left';

/**
 * Judges entries of the stream of signals. An entry is written to the journal first, and then answered and acknowledged in one
 * MULTI, which is sent again until the server takes it.
 */
export class SignalConsumer {
  readonly #options: SignalConsumerOptions;
  readonly #underWay = new Set<string>();
  /** Entries that wait for a bar, each until it is acknowledged or left. */
  readonly #waiting = new Map<string, Promise<void>>();
  /** Time before which an entry that failed unexpectedly is not tried again, by entry id; monotonic milliseconds. */
  readonly #retryAtMs = new Map<string, number>();
  readonly #writer: EndingWriter;
  /** Settles when the batches so far have been submitted, or could not be. */
  #submitted = Promise.resolve();
  #nSubmitted = 0;

  constructor(options: SignalConsumerOptions) {
    this.#options = options;
    this.#writer = new EndingWriter(options);
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

  /** Settles when every entry is acknowledged, left for another delivery, or waits for a bar; or when the bus stops. */
  async handle(entries: readonly StreamEntry[]): Promise<void> {
    const { metrics } = this.#options;
    metrics.count('nRead', entries.length);
    for (const { id } of entries) this.#underWay.add(id);
    try {
      await this.#work(entries);
    } finally {
      for (const { id } of entries) if (!this.#waiting.has(id)) this.#underWay.delete(id);
    }
  }

  /** Settles when no entry waits for a bar. */
  async idle(): Promise<void> {
    while (this.#waiting.size > 0) await Promise.all(this.#waiting.values());
  }

  async #work(entries: readonly StreamEntry[]): Promise<void> {
    let left = entries;
    while (left.length > 0 && !this.#options.isStopping()) {
      left = await this.#attempt(left);
      if (left.length > 0) await pause();
    }
  }

  /** Writes an entry to the dead letters and acknowledges it. */
  async recordDeadLetter(entry: StreamEntry, code: string, reason: string): Promise<void> {
    const letter = this.#letter(entry, code, reason);
    await this.#options.service.recordDeadLetter(letter);
    await this.#writer.write([{ kind: 'dead', letter, entry }]);
  }

  /** Ends an entry that was delivered too often, with its recorded answer where there is one, otherwise as a dead letter. */
  async endUndeliverable(entry: StreamEntry, deliveries: number): Promise<void> {
    const receipt = await this.#recall(entry);
    if (receipt === 'unknown') return; // the next round of maintenance asks again
    if (receipt === null)
      return this.recordDeadLetter(entry, 'POISON', `delivered ${deliveries} times and never judged`);
    await receipt.recorded;
    await this.#writer.write([this.#answered(entry, receipt)]);
  }

  /** @returns null where it was never judged; `unknown` where the service cannot say now. */
  async #recall(entry: StreamEntry): Promise<SignalReceipt | null | 'unknown'> {
    const decoded = this.#options.decoder.decode(entry);
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

  /** Judges every entry, and writes each ending once its record is written. @returns entries that the service cannot take now. */
  async #attempt(entries: readonly StreamEntry[]): Promise<readonly StreamEntry[]> {
    if (!this.#options.service.isReady) return entries;
    const started = await this.#submitInTurn(entries);
    if (started === null) return entries;
    const fates = await Promise.all(started.map((fate) => this.#written(fate)));
    return entries.filter((_, i) => fates[i] === 'again');
  }

  /** Submits a batch after those before it, so that signals are judged in the order of the stream. @returns null where bars cannot be read now. */
  async #submitInTurn(entries: readonly StreamEntry[]): Promise<readonly Promise<Fate | 'waits'>[] | null> {
    const { serverTime, commands, decoder } = this.#options;
    const { promise, resolve: submitted } = Promise.withResolvers<void>();
    const before = this.#submitted;
    this.#submitted = promise;
    try {
      if (serverTime.isDue) await serverTime.refresh(commands);
      const decoded = entries.map((entry) => decoder.decode(entry));
      if (decoded.some(isWithoutBars) && !(await this.#catchUp())) return null;
      await before; // a batch that finds its bars sooner must not pass one that still reads them
      // No await before the last submit, so that the signals of a batch are judged in the order of the stream.
      return entries.map((entry, i) => this.#endInTurn(entry, decoded[i]));
    } finally {
      submitted();
    }
  }

  /** Reads the bars that have come. @returns whether they could be read. */
  async #catchUp(): Promise<boolean> {
    const { barReader, commands, service, metrics } = this.#options;
    try {
      await barReader.catchUp(commands, service);
      metrics.setWorking('bars');
      return true;
    } catch (error) {
      if (!isServiceFault(error)) metrics.setFault('bars', error);
      return false;
    }
  }

  /** Answers are written in the order of their records, not of their batches. */
  async #written<T extends string>(ended: Promise<Ending | T>): Promise<Ending | T> {
    const fate = await ended;
    if (typeof fate === 'object') await this.#writer.writeWithOthers(fate);
    return fate;
  }

  /** Ends an entry, or lets it wait for the bar that it is due: then it is ended by itself. */
  #endInTurn(entry: StreamEntry, decoded: DecodedEntry | Ml4tError): Promise<Fate | 'waits'> {
    if (decoded instanceof Ml4tError || decoded.kind !== 'signal') return this.#end(entry, decoded, null);
    const { waits, serverTime } = this.#options;
    const ageMs = serverTime.ageMs(entryMs(entry.id));
    const nBytes = entry.fields.payload?.length ?? 0;
    const read = { message: decoded.message, ageMs, nBytes };
    const fate = waits.wait(read, (cameNs) => this.#end(entry, decoded, cameNs));
    if (fate === null) return this.#end(entry, decoded, null);
    const ended = this.#endLater(entry, fate).then(() => {
      if (this.#waiting.get(entry.id) !== ended) return; // it waits again
      this.#waiting.delete(entry.id);
      this.#underWay.delete(entry.id);
    });
    this.#waiting.set(entry.id, ended);
    return Promise.resolve('waits');
  }

  async #endLater(entry: StreamEntry, waited: Promise<Fate>): Promise<void> {
    try {
      const fate = await this.#written(waited);
      if (fate === 'again') await pause().then(() => this.#work([entry]));
    } catch (error) {
      this.#options.metrics.warn(`entry ${entry.id} failed unexpectedly and is delivered again: ${String(error)}`);
    }
  }

  /** @param cameNs - when the bar came that it waited for; null where it did not wait for one that came. */
  async #end(entry: StreamEntry, decoded: DecodedEntry | Ml4tError, cameNs: number | null): Promise<Fate> {
    try {
      if (decoded instanceof Ml4tError) throw decoded;
      if (decoded.kind === 'bars') await this.#addBars(entry, decoded);
      if (decoded.kind === 'heartbeat') this.#noteHeartbeat(entry);
      if (decoded.kind !== 'signal') return { kind: 'ignored', entry };
      const nth = ++this.#nSubmitted;
      const receipt = await this.#submit(entry, decoded, cameNs);
      const answered = this.#answered(entry, receipt, nth); // made while the record is being written
      await receipt.recorded;
      return answered;
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  /**
   * Where bars share the stream, whoever reads them takes them in, so that none is offered twice. Bars that do not fit what the service
   * holds are acknowledged: a node may publish several lengths, and the service says which it refuses.
   */
  async #addBars({ id }: StreamEntry, { instrumentId, barType, bars }: DecodedBars): Promise<void> {
    const { barReader, signals, service, serverTime } = this.#options;
    if (barReader.isReading(signals)) return;
    try {
      await service.addBars(instrumentId, bars, serverTime.takenMs(entryMs(id)), barType).recorded;
    } catch (error) {
      if (!(error instanceof MismatchError)) throw error;
    }
  }

  /** Where the bars share the stream, whoever reads them takes it in, in every process. */
  #noteHeartbeat({ id }: StreamEntry): void {
    const { barReader, signals, service, serverTime } = this.#options;
    if (!barReader.isReading(signals)) service.noteHeartbeat(serverTime.sinceMs(entryMs(id)));
  }

  #answered(entry: StreamEntry, receipt: SignalReceipt, nth = 0): AnswerEnding {
    const { text } = receipt;
    return { kind: 'answer', entry, nth, receipt, text, answer: this.#options.codec.encodeAnswer(text) };
  }

  #submit(
    entry: StreamEntry,
    { message }: DecodedSignal,
    cameNs: number | null,
  ): SignalReceipt | Promise<SignalReceipt> {
    const origin = this.#originOf(entry);
    const since = cameNs === null ? {} : { receivedNs: cameNs, waitedMs: 0 }; // it could not be answered before
    return this.#options.service.submit(message, { ...origin, ...since });
  }

  #originOf(entry: StreamEntry): SignalOrigin {
    const { clock, nowMs, serverTime, barWaitMs } = this.#options;
    const idMs = entryMs(entry.id);
    const takenMs = serverTime.takenMs(idMs);
    return {
      transport: 'redis_stream',
      receivedNs: clock.monotonicNs(),
      waitedMs: Math.max(0, nowMs() - idMs),
      durable: true,
      hasAwaitedBar: barWaitMs > 0,
      ...(takenMs !== undefined && { takenMs }),
    };
  }

  async #failed(entry: StreamEntry, error: unknown): Promise<Fate> {
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
}

/** Whether a signal comes without bars, so that it is judged with those of the stream. */
function isWithoutBars(decoded: DecodedEntry | Ml4tError): boolean {
  return !(decoded instanceof Ml4tError) && decoded.kind === 'signal' && decoded.message.bars === null;
}
