import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ServiceError } from '../../core/index.ts';
import { RequestError } from '../problem.ts';
import { isProbePath, pathOf } from '../request-path.ts';
import type { Admission } from '../security/gate.ts';
import type { ServerContext } from '../server-options.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { Pace } from './pace.ts';
import { ReadShare } from './read-share.ts';
import { refuse } from './refuse.ts';

/** Maximum size of one answer to a read, in bytes: room for it is asked for before it is made. */
export const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** Number of requests of one connection that wait for their answer beyond which a refusal closes it. */
const MAX_REFUSED_AT_ONCE = 8;

/** Number of refusals that one counts as which closes its connection: another is opened at once, which costs as much. */
const CLOSING_COST = 64;

// Made once: an error with its stack would be most of the cost of a refusal.
const BUSY = new ServiceError('OVERLOADED', 'signals are answered first; try again in a second');
const UNREAD = new ServiceError('OVERLOADED', 'too many answers wait to be read; try again in a second');

/** What every request meets before the router, whether it has a token or not. */
export class FrontDoor {
  readonly #context: Pick<ServerContext, 'metrics' | 'config' | 'turnShare'>;
  readonly #connections: Connections;
  readonly #admit: Admission;
  readonly #share: ReadShare;
  readonly #refusals: Pace;
  readonly #probes: Pace;
  /** Of reads that follow others of their connection. */
  readonly #following: Pace;
  readonly #tooMany: RequestError;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(context: ServerContext, admit: Admission, nowMs: () => number = () => performance.now()) {
    this.#context = context;
    this.#refusals = new Pace(nowMs);
    this.#probes = new Pace(nowMs);
    this.#following = new Pace(nowMs);
    this.#connections = context.connections;
    this.#admit = admit;
    const { lag, turnShare } = context;
    this.#share = new ReadShare(() => Math.max(lag.currentMs, turnShare.delayMs));
    const { requestsPerConnection } = context.config.limits;
    const sentence = `a connection must not have more than ${requestsPerConnection} requests that wait for their answer`;
    this.#tooMany = new RequestError('OVERLOADED', sentence);
  }

  /** Lets a request through to `route`, or answers it here. */
  meet(request: IncomingMessage, response: ServerResponse, route: RequestListener): void {
    const connection = this.#connections.of(request.socket);
    if (connection === undefined || connection.isEnding) return; // its last answer is on its way
    this.#connections.begin(connection, response);
    try {
      if (connection.nOutstanding > this.#context.config.limits.requestsPerConnection) throw this.#tooMany;
      if (this.#admit(request, response)) return;
    } catch (error) {
      this.#refuse(connection, response, error);
      return;
    }
    const read = (): void => this.#read(connection, request, response, route);
    if (request.method === 'POST') {
      connection.noteAdmitted(true);
      route(request, response);
    } else if (connection.nOutstanding > 1) this.#follow(connection, response, read);
    else if (isProbePath(pathOf(request))) {
      connection.noteAdmitted(false);
      this.#connections.onAnswer(response, this.#share.begin());
      this.#connections.waitBefore(connection, this.#probes.nextMs(), () => route(request, response));
    } else read();
  }

  /** A read that came before the answers of others of its connection has its turn with all of its kind; beyond their pace it is refused. */
  #follow(connection: Connection, response: ServerResponse, read: () => void): void {
    if (this.#following.nextMs() === 0) this.#context.turnShare.run(read);
    else this.#refuse(connection, response, BUSY);
  }

  /** Answers a read if there is room for its answer now, and somebody who waits for it. */
  #read(connection: Connection, request: IncomingMessage, response: ServerResponse, route: RequestListener): void {
    if (response.destroyed) return;
    try {
      this.#checkRoom();
    } catch (error) {
      this.#refuse(connection, response, error);
      return;
    }
    connection.noteAdmitted(false);
    this.#connections.onAnswer(response, this.#share.begin());
    route(request, response);
  }

  /** Reads give way to signals, and no answer is made for which there is no room. @throws {ServiceError} `OVERLOADED`. */
  #checkRoom(): void {
    if (this.#share.isSpent) throw BUSY;
    if (!this.#connections.hasRoom(MAX_ANSWER_BYTES)) throw UNREAD;
  }

  #refuse(connection: Connection, response: ServerResponse, error: unknown): void {
    const isPipelined = error === this.#tooMany;
    const isLast = connection.noteRefusal() || isPipelined || connection.nOutstanding > MAX_REFUSED_AT_ONCE;
    const waitMs = isLast || connection.isPersistent ? this.#refusals.nextMs(isLast ? CLOSING_COST : 1) : 0;
    this.#connections.waitBefore(connection, waitMs, () => {
      this.#context.metrics.noteProblem(refuse(response, error, isLast));
    });
    if (isLast) this.#connections.endSoon(connection, isPipelined ? 'pipelined' : 'refused');
  }
}
