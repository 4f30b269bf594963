import type { WebSocket } from '@fastify/websocket';
import { stringifyLossless } from '../../core/index.ts';
import type { LiveEvent, SignalOrigin } from '../../ports/index.ts';
import {
  barsReceiptToWire,
  type ClientMessage,
  checkBy,
  clientMessageSchema,
  parseMessage,
  signalMessageOf,
  streamHeadSchema,
} from '../../wire/index.ts';
import { problemOf } from '../problem.ts';
import type { ServerContext } from '../server-options.ts';
import { TokenBucket } from './token-bucket.ts';

/** Unsent bytes past which a reader is too slow to keep. */
const MAX_BUFFERED_BYTES = 4 * 1_048_576;
/** Messages a second, and at once; a long message counts as several. */
const RATE = 5000;
const BURST = 10_000;
const BYTES_PER_TOKEN = 4096;
/** How long a client that was cut may take to notice, milliseconds. */
const CUT_MS = 1000;

type Submitted = Extract<ClientMessage, { readonly type: 'signal' }>;
type Offered = Extract<ClientMessage, { readonly type: 'bars' }>;

/** One WebSocket connection: is told what happens, and may send signals and bars. Nobody ever waits for it. */
export class Watcher {
  readonly #socket: WebSocket;
  readonly #context: ServerContext;
  readonly #types: ReadonlySet<string>;
  readonly #bucket: TokenBucket;
  #isAlive = true;
  #isClosing = false;

  constructor(socket: WebSocket, context: ServerContext, types: readonly string[]) {
    this.#socket = socket;
    this.#context = context;
    this.#types = new Set(types);
    this.#bucket = new TokenBucket(RATE, BURST, context.clock.monotonicNs());
    socket.on('message', (data: Buffer) => this.#onMessage(data));
    socket.on('pong', () => {
      this.#isAlive = true;
      this.#admit(0);
    });
    socket.on('ping', () => this.#admit(0));
    socket.on('close', () => {
      this.#isClosing = true;
    });
  }

  /** Tells of an event, if this connection asked for its type. */
  tell({ type, text }: LiveEvent): void {
    if (this.#types.has(type)) this.#send(text);
  }

  /** Asks whether the other side is there; one that did not answer the last time is cut off. */
  ping(): void {
    if (!this.#isAlive) {
      this.#context.metrics.noteCut('silent');
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** Closes with a code, and cuts the connection when the other side does not answer. */
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
  }

  #admit(nBytes: number): boolean {
    if (this.#isClosing) return false;
    const cost = 1 + Math.floor(nBytes / BYTES_PER_TOKEN);
    if (this.#bucket.take(cost, this.#context.clock.monotonicNs())) return true;
    this.#context.metrics.noteCut('flood');
    this.close(1008, 'send slower', CUT_MS);
    return false;
  }

  #onMessage(data: Buffer): void {
    if (!this.#admit(data.length)) return;
    let ref: string | number | undefined;
    try {
      const value = parseMessage(data);
      ({ ref } = checkBy(streamHeadSchema, value, 'message'));
      const message = checkBy(clientMessageSchema, value, 'message');
      if (message.type === 'signal') this.#submit(message);
      else this.#addBars(message);
    } catch (error) {
      this.#refuse(error, ref);
    }
  }

  #submit(message: Submitted): void {
    const { service, clock } = this.#context;
    const { ref, durable = false, include_bars: includeBars = false } = message;
    const receivedNs = clock.monotonicNs();
    const origin: SignalOrigin = { transport: 'websocket', receivedNs, waitedMs: 0, durable, includeBars };
    const { text, recorded } = service.submit(signalMessageOf(message), origin);
    const answer = (): void => this.#send(`{"type":"answer",${refField(ref)}"answer":${text}}`);
    recorded.then(
      () => origin.durable && answer(),
      (error) => origin.durable && this.#refuse(error, ref),
    );
    if (!origin.durable) answer();
  }

  #addBars({ ref, instrument_id: instrumentId, bars }: Offered): void {
    const receipt = this.#context.service.addBars(instrumentId, bars);
    receipt.recorded.catch(() => undefined); // the journal tells of itself
    this.#send(`{"type":"bars_receipt",${refField(ref)}"receipt":${stringifyLossless(barsReceiptToWire(receipt))}}`);
  }

  #refuse(error: unknown, ref: string | number | undefined): void {
    const { code, detail, field } = problemOf(error);
    if (code === 'INTERNAL') this.#context.failures.note(error);
    this.#context.metrics.noteProblem(code);
    const said = stringifyLossless({ code, message: detail, ...(field === undefined ? {} : { field }) });
    this.#send(`{"type":"error",${refField(ref)}"error":${said}}`);
  }
}

function refField(ref: string | number | undefined): string {
  return ref === undefined ? '' : `"ref":${JSON.stringify(ref)},`;
}
