import type { WebSocket } from '@fastify/websocket';
import { stringifyLossless } from '../../core/index.ts';
import type { LiveEvent, SignalOrigin, SignalReceipt } from '../../ports/index.ts';
import {
  barsReceiptToWire,
  type ClientMessage,
  checkBy,
  clientMessageSchema,
  type EventType,
  parseMessage,
  type StreamHello,
  signalMessageOf,
  streamHeadSchema,
} from '../../wire/index.ts';
import { TokenBucket } from '../admission/token-bucket.ts';
import { problemOf } from '../problem.ts';
import { ignoreFault, whenRecorded } from '../routes/send.ts';
import type { ServerContext } from '../server-options.ts';
import { MessageTurns } from './message-turns.ts';

/** Maximum number of unsent bytes of a connection; a reader with more is cut off. */
const MAX_BUFFERED_BYTES = 4 * 1_048_576;
/** Messages a client may send in a second. */
const RATE = 5000;
/** Messages a client may send at once. */
const BURST = 10_000;
/** Length from which a message counts as several, bytes. */
const BYTES_PER_TOKEN = 4096;
/** Number of messages that one counts as when it breaks the format: its error costs more to make than an answer. */
const BROKEN_COST = 500;
/** Time in which a client that was cut off has to answer the close, milliseconds. */
const CUT_MS = 1000;

type Submitted = Extract<ClientMessage, { readonly type: 'signal' }>;
type Offered = Extract<ClientMessage, { readonly type: 'bars' }>;

/** One WebSocket connection: gets the events it asked for, and may send signals and bars. Nobody ever waits for it. */
export class StreamClient {
  readonly #socket: WebSocket;
  readonly #context: ServerContext;
  readonly #types: ReadonlySet<EventType>;
  readonly #bucket: TokenBucket;
  readonly #turns: MessageTurns;
  readonly #noteUnread: (nBytes: number) => void;
  #isAlive = true;
  #isClosing = false;

  /** @param noteUnread - is told how many bytes wait to be read by this client. */
  constructor(
    socket: WebSocket,
    context: ServerContext,
    types: readonly EventType[],
    noteUnread: (nBytes: number) => void = () => undefined,
  ) {
    this.#socket = socket;
    this.#noteUnread = noteUnread;
    this.#context = context;
    this.#types = new Set(types);
    this.#bucket = new TokenBucket(RATE, BURST, context.clock.monotonicNs());
    this.#turns = new MessageTurns(socket, context.turnShare, (data) => this.#onMessage(data));
    socket.on('message', (data: Buffer) => this.#turns.add(data));
    socket.on('pong', () => {
      this.#isAlive = true;
      this.#admit(0);
    });
    socket.on('ping', () => this.#admit(0));
    socket.on('close', () => {
      this.#isClosing = true;
    });
  }

  /** Whether this connection asked for events of this type. */
  wants(type: EventType): boolean {
    return this.#types.has(type);
  }

  /** Tells again how many bytes wait to be read. */
  measure(): void {
    this.#noteUnread(this.#socket.bufferedAmount);
  }

  /** Sends the first message, for a client that asked for it. */
  sendHello(hello: StreamHello): void {
    this.#send(stringifyLossless(hello));
  }

  /** Sends an event, if this connection asked for its type. */
  sendEvent({ type, text }: Pick<LiveEvent, 'type' | 'text'>): void {
    if (this.wants(type)) this.#send(text);
  }

  /** Pings the client; one that did not answer the last ping is cut off. */
  ping(): void {
    if (!this.#isAlive) {
      this.#context.metrics.noteCut('silent');
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** Closes with a code, and cuts the connection when the client does not answer within `withinMs`. */
  close(code: number, reason: string, withinMs: number): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), withinMs).unref();
  }

  #send(text: string): void {
    if (this.#isClosing) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#context.metrics.noteCut('slow');
      this.close(1013, 'read faster', CUT_MS);
      return;
    }
    this.#socket.send(text);
    this.measure();
  }

  #admit(nBytes: number): boolean {
    if (this.#isClosing) return false;
    const cost = 1 + Math.floor(nBytes / BYTES_PER_TOKEN);
    return this.#take(cost);
  }

  /** Takes from what the client may send; beyond it the connection is closed, and nothing more of it is read. */
  #take(cost: number): boolean {
    if (this.#bucket.take(cost, this.#context.clock.monotonicNs())) return true;
    this.#context.metrics.noteCut('flood');
    this.close(1008, 'send slower', CUT_MS);
    this.#turns.end();
    return false;
  }

  #onMessage(data: Buffer): void {
    if (!this.#admit(data.length)) return;
    const message = this.#read(data);
    if (message === null) return;
    try {
      if (message.type === 'signal') this.#submit(message);
      else this.#addBars(message);
    } catch (error) {
      this.#refuse(error, message.ref);
    }
  }

  /** @returns null for a message that breaks the format, which is refused and counts as several. */
  #read(data: Buffer): ClientMessage | null {
    let ref: string | number | undefined;
    try {
      const value = parseMessage(data);
      ({ ref } = checkBy(streamHeadSchema, value, 'message'));
      return checkBy(clientMessageSchema, value, 'message');
    } catch (error) {
      if (this.#take(BROKEN_COST)) this.#refuse(error, ref);
      return null;
    }
  }

  #submit(message: Submitted): void {
    const { service, clock } = this.#context;
    const { ref, durable = false, include_bars: includeBars = false } = message;
    const receivedNs = clock.monotonicNs();
    const origin: SignalOrigin = { transport: 'websocket', receivedNs, waitedMs: 0, durable, includeBars };
    const receipt = service.submit(signalMessageOf(message), origin);
    const refuse = (error: unknown): void => this.#refuse(error, ref);
    if (receipt instanceof Promise) receipt.then((known) => this.#answer(known, durable, ref)).catch(refuse);
    else this.#answer(receipt, durable, ref);
  }

  #answer(receipt: SignalReceipt, durable: boolean, ref: string | number | undefined): void {
    const answer = (): void => this.#send(`{"type":"answer",${refField(ref)}"answer":${receipt.text}}`);
    if (durable) whenRecorded(this.#context, receipt).then(answer, (error) => this.#refuse(error, ref));
    else {
      ignoreFault(receipt.recorded);
      answer();
    }
  }

  #addBars({ ref, instrument_id: instrumentId, bar_type: barType, bars }: Offered): void {
    const receipt = this.#context.service.addBars(instrumentId, bars, undefined, barType);
    ignoreFault(receipt.recorded);
    this.#send(`{"type":"bars_receipt",${refField(ref)}"receipt":${stringifyLossless(barsReceiptToWire(receipt))}}`);
  }

  #refuse(error: unknown, ref: string | number | undefined): void {
    const { code, detail, field } = problemOf(error);
    if (code === 'INTERNAL') this.#context.failures.note(error);
    this.#context.metrics.noteProblem(code);
    const text = stringifyLossless({ code, message: detail, ...(field === undefined ? {} : { field }) });
    this.#send(`{"type":"error",${refField(ref)}"error":${text}}`);
  }
}

function refField(ref: string | number | undefined): string {
  return ref === undefined ? '' : `"ref":${JSON.stringify(ref)},`;
}
