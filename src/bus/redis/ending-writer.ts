import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { BusCodec, DeadLetter, EncodedAnswer, SignalReceipt } from '../../ports/index.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { inOneWrite } from './connection.ts';
import { AnswerCommand } from './entries/answer-command.ts';
import { type StreamEntry, untilClosed } from './entries/entries.ts';
import { HEAD_BYTES } from './replies/cut-payload.ts';

const PAUSE_MS = 50;
/** How long entries for which nothing is written wait to be acknowledged with answers, milliseconds. */
const IGNORED_WAIT_MS = 5;

/** An entry that is answered. */
export interface AnswerEnding {
  readonly kind: 'answer';
  readonly entry: StreamEntry;
  /** Its place among the signals that were submitted; 0 for one that is only recalled. */
  readonly nth: number;
  readonly receipt: SignalReceipt;
  /** Text of the receipt when its record was written, and the same as the codec writes it. */
  readonly text: string;
  readonly answer: EncodedAnswer;
}

/** What is written for an entry in the transaction that acknowledges it. */
export type Ending =
  | AnswerEnding
  | { readonly kind: 'dead'; readonly letter: DeadLetter; readonly entry: StreamEntry }
  | { readonly kind: 'ignored'; readonly entry: StreamEntry };

const COUNTS = { answer: 'nAnswered', dead: 'nDead', ignored: 'nIgnored' } as const;

export interface EndingWriterOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly group: string;
  readonly maxOutputEntries: number;
  readonly codec: BusCodec;
  readonly metrics: BusMetrics;
  /** Connection for commands that never block. */
  readonly commands: Redis;
  /** Whether the connection is closed for good, so that nothing can be written any more. */
  readonly isOver: () => boolean;
}

/** Writes what becomes of entries of the stream of signals, and acknowledges them. */
export class EndingWriter {
  readonly #options: EndingWriterOptions;
  /** Whether the keys of answers and dead letters are known to be streams; unknown again after a failed write. */
  #areOutputsChecked = false;
  /** Endings that are written with others, after those that are being written. */
  #gathered: { readonly ending: Ending; readonly written: () => void }[] = [];
  #isWriting = false;
  /** Runs while all that is gathered is ignored. */
  #ignoredTimer: NodeJS.Timeout | null = null;

  constructor(options: EndingWriterOptions) {
    this.#options = options;
  }

  /**
   * As {@link write}, together with all that end in the same turn of the event loop or while others are written, in the order of their
   * submission: one that is tried again holds up those after it. An ignored entry is in no hurry: where it is alone it waits a moment for
   * the answers that its bar may bring.
   */
  writeWithOthers(ending: Ending): Promise<void> {
    const { promise, resolve: written } = Promise.withResolvers<void>();
    this.#gathered.push({ ending, written });
    if (this.#isWriting) return promise;
    if (ending.kind === 'ignored') this.#ignoredTimer ??= setTimeout(() => void this.#writeGathered(), IGNORED_WAIT_MS);
    else void this.#writeGathered();
    return promise;
  }

  async #writeGathered(): Promise<void> {
    this.#isWriting = true;
    if (this.#ignoredTimer !== null) clearTimeout(this.#ignoredTimer);
    this.#ignoredTimer = null;
    await setImmediate();
    while (this.#gathered.length > 0) {
      const batch = this.#gathered.sort((a, b) => nthOf(a.ending) - nthOf(b.ending));
      this.#gathered = [];
      await this.write(batch.map(({ ending }) => ending));
      for (const { written } of batch) written();
    }
    this.#isWriting = false;
  }

  /** Writes answers and dead letters and acknowledges their entries, in one MULTI that is repeated until it succeeds or the bus ends. */
  async write(endings: readonly Ending[]): Promise<void> {
    const { metrics, isOver } = this.#options;
    if (endings.length === 0) return;
    while (!isOver()) {
      try {
        await this.#checkOutputs();
        await this.#send(endings);
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

  async #send(endings: readonly Ending[]): Promise<void> {
    const { commands, metrics } = this.#options;
    // Most entries of a node are its bars: nothing is written for them, so that one command is enough.
    if (endings.every(({ kind }) => kind === 'ignored')) await untilClosed(commands, this.#acknowledge(endings));
    else await this.#writeAll(endings);
    for (const { kind } of endings) metrics.count(COUNTS[kind]);
  }

  /**
   * Sends one MULTI as single commands, without waiting between them. A pipeline of ioredis keeps its commands and replies until the
   * next full garbage collection, and that pause delays signals.
   */
  async #writeAll(endings: readonly Ending[]): Promise<void> {
    const { commands, enriched, maxOutputEntries } = this.#options;
    const answers = endings.map((ending) => (ending.kind === 'answer' ? this.#answerNow(ending) : null));
    const stream = { name: enriched, maxEntries: maxOutputEntries };
    const limit = ['MAXLEN', '~', maxOutputEntries, '*'] as const;
    const sent = inOneWrite(commands, () => {
      const queued: Promise<unknown>[] = [commands.multi({ pipeline: false })];
      for (const [i, ending] of endings.entries()) {
        const answer = answers[i];
        if (answer !== null) queued.push(commands.sendCommand(new AnswerCommand(stream, answer)) as Promise<unknown>);
        if (ending.kind === 'dead') queued.push(commands.xadd(`${enriched}:dead`, ...limit, ...deadFields(ending)));
      }
      queued.push(this.#acknowledge(endings));
      return Promise.all([commands.exec(), ...queued]);
    });
    // A command that is refused when it is queued aborts the transaction; its own error names the reason.
    const [replies] = await untilClosed(commands, sent);
    const failed = replies?.find(([error]) => error !== null)?.[0];
    if (replies === null || failed) throw failed ?? new Error('the transaction was aborted');
  }

  #acknowledge(endings: readonly Ending[]): Promise<unknown> {
    const { commands, signals, group } = this.#options;
    return commands.xack(signals, group, ...endings.map(({ entry }) => entry.id));
  }

  /** The answer as it is now: a halt may have come while Redis was away. */
  #answerNow({ receipt, text, answer }: AnswerEnding): EncodedAnswer {
    return receipt.text === text ? answer : this.#options.codec.encodeAnswer(receipt.text);
  }
}

function nthOf(ending: Ending): number {
  return ending.kind === 'answer' ? ending.nth : 0;
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
