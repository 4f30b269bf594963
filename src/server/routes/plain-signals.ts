import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { SignalReceipt } from '../../ports/index.ts';
import { readPrediction, readSignalMessage } from '../../wire/index.ts';
import { problemHeaders, problemOf } from '../problem.ts';
import { routerHeaders } from '../security/security-headers.ts';
import type { ServerContext } from '../server-options.ts';
import { type SignalReader, submitSignal } from './batch.ts';
import { ignoreFault, JSON_TYPE, payloadOf } from './send.ts';

/** Readers of the plain requests, by their whole target. */
const READERS: ReadonlyMap<string | undefined, SignalReader> = new Map([
  ['/v1/signals', readSignalMessage],
  ['/v1/predictions', readPrediction],
]);
/** Type of a refusal as the router sends it. */
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Content types of a plain request, which the router takes in further spellings. */
const PLAIN_TYPES: readonly (string | undefined)[] = ['application/json', 'application/json; charset=utf-8'];

/**
 * Answers the plain form of a signal or a prediction as the router does, byte for byte, in a part of its time: one JSON message
 * of a known length, without a query, from no web page. Everything else is the router's.
 */
export class PlainSignals {
  readonly #context: ServerContext;
  readonly #headers: Readonly<OutgoingHttpHeaders>;

  constructor(context: ServerContext) {
    this.#context = context;
    this.#headers = routerHeaders(context.secrets.tls !== null);
  }

  /** @returns a listener for requests that were let in; the plain ones do not reach `route`. */
  before(route: RequestListener): RequestListener {
    return (request, response) => {
      const read = readerOf(request);
      if (read === undefined) route(request, response);
      else this.#receive(request, response, read);
    };
  }

  #receive(request: IncomingMessage, response: ServerResponse, read: SignalReader): void {
    const { bodies, config } = this.#context;
    bodies.receive(request, config.server.maxSignalBytes, (error, body) => {
      if (body === undefined) this.#refuse(response, error);
      else this.#answer(response, body, read);
    });
  }

  #answer(response: ServerResponse, body: Buffer, read: SignalReader): void {
    const origin = {
      transport: 'http',
      receivedNs: this.#context.clock.monotonicNs(),
      waitedMs: 0,
      durable: false,
    } as const;
    try {
      const receipt = submitSignal(this.#context, body, origin, read);
      if (!(receipt instanceof Promise)) this.#send(response, receipt);
      else receipt.then((known) => this.#send(response, known)).catch((error) => this.#refuse(response, error));
    } catch (error) {
      this.#refuse(response, error);
    }
  }

  #send(response: ServerResponse, { recorded, text }: SignalReceipt): void {
    ignoreFault(recorded);
    const payload = payloadOf(text);
    this.#end(response, 200, { 'content-type': JSON_TYPE }, payload);
  }

  #refuse(response: ServerResponse, error: unknown): void {
    const { metrics, failures } = this.#context;
    const problem = problemOf(error);
    const headers = { ...problemHeaders(error, problem.code), 'content-type': PROBLEM_TYPE };
    this.#end(response, problem.status, headers, JSON.stringify(problem));
    metrics.noteProblem(problem.code);
    if (problem.code === 'INTERNAL') failures.note(error);
  }

  #end(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, payload: string | Buffer): void {
    this.#context.connections.hold(response.req.socket, response, payload.length);
    const length = { 'content-length': Buffer.byteLength(payload) };
    response.writeHead(status, { ...this.#headers, ...headers, ...length }).end(payload);
  }
}

/** Reads the body of a plain request; undefined for any other. */
function readerOf({ method, url, headers }: IncomingMessage): SignalReader | undefined {
  if (method !== 'POST' || headers.origin !== undefined) return undefined;
  if (headers['content-length'] === undefined || headers['content-length'] === '0') return undefined;
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return undefined;
  return PLAIN_TYPES.includes(headers['content-type']) ? READERS.get(url) : undefined;
}
