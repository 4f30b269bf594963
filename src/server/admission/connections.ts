import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerMetrics } from '../metrics.ts';
import { Connection, type CutReason, SLOW_READER_MS } from './connection.ts';

/** Time without progress after which a reader is cut, milliseconds. */
const STALL_MS = 15_000;
/** Time between two looks at those for whom bytes wait, milliseconds. */
const SWEEP_MS = 500;
/** Minimum time between two searches for readers that give way, milliseconds. */
const SEARCH_MS = 100;
/** Time in which a connection that is ending has to read its last answers, milliseconds. */
const END_MS = 2000;

export interface ConnectionLimits {
  /** Maximum number of open connections. */
  readonly maxConnections: number;
  /** Maximum size of the answers that wait to be read, bytes. */
  readonly unreadBytes: number;
}

/** All open connections, and the size of the answers that wait to be read over all of them. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #metrics: Pick<ServerMetrics, 'noteConnectionCut'>;
  readonly #nowMs: () => number;
  readonly #open = new Set<Connection>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  readonly #made = new WeakMap<ServerResponse, (nBytes: number) => void>();
  /** Connections for which bytes wait. */
  readonly #waiting = new Set<Connection>();
  #unread = 0;
  #searchedMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(
    limits: ConnectionLimits,
    metrics: Pick<ServerMetrics, 'noteConnectionCut'>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#limits = limits;
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Size of the answers that wait to be read, bytes. */
  get unreadBytes(): number {
    return this.#unread;
  }

  /** Starts to cut readers that make no progress. */
  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Stops the timer, and leaves the connections open. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  of(socket: Socket): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Takes a new connection. Where there is no room, the one that is least missed gives way, or else the new one is closed. */
  accept(socket: Socket): void {
    if (this.#open.size >= this.#limits.maxConnections && !this.#makePlace()) {
      this.#metrics.noteConnectionCut('crowded');
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, this.#nowMs());
    this.#open.add(connection);
    this.#bySocket.set(socket, connection);
    socket.once('close', () => this.#forget(connection));
  }

  /** Names the socket of TLS that came to stand on an accepted one. */
  secure(socket: Socket): void {
    for (const connection of this.#open) {
      const { remotePort, remoteAddress } = connection.socket;
      if (remotePort !== socket.remotePort || remoteAddress !== socket.remoteAddress) continue;
      connection.socket = socket;
      this.#bySocket.set(socket, connection);
      return;
    }
  }

  /** Counts a request until its answer is sent. */
  begin(connection: Connection, response: ServerResponse): void {
    connection.begin(response.req, this.#nowMs());
    response.once('close', () => connection.end(this.#nowMs()));
  }

  /** Notes that a connection is a WebSocket from now on. @returns it; one that is closed already counts nothing. */
  upgrade(socket: Socket): Connection {
    const connection = this.#bySocket.get(socket) ?? new Connection(socket, this.#nowMs());
    connection.isStream = true;
    return connection;
  }

  /** Counts a refusal of the router. @returns whether its connection should be closed with it. */
  noteRefusal(socket: Socket): boolean {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined || !connection.noteRefusal()) return false;
    this.endSoon(connection, 'refused');
    return true;
  }

  /** Answers a connection at once or after a while, unless it is gone by then. */
  waitBefore(connection: Connection, ms: number, answer: () => void): void {
    if (ms === 0) {
      answer();
      return;
    }
    connection.nWaiting++;
    setTimeout(() => {
      connection.nWaiting--;
      if (this.#open.has(connection)) answer();
    }, ms).unref();
  }

  /** Calls `noteSize` with the size of an answer when it is made, or with 0 when it never is. */
  onAnswer(response: ServerResponse, noteSize: (nBytes: number) => void): void {
    this.#made.set(response, noteSize);
    response.once('close', () => noteSize(0));
  }

  /** Counts the bytes of an answer until it is sent. */
  hold(socket: Socket, response: ServerResponse, nBytes: number): void {
    this.#made.get(response)?.(nBytes);
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    response.once('close', () => this.setUnread(connection, connection.unread - nBytes));
    this.setUnread(connection, connection.unread + nBytes);
  }

  /** Sets the size of what waits for a connection, bytes. Beyond the limit, connections are cut until the rest fits. */
  setUnread(connection: Connection, nBytes: number): void {
    if (!this.#open.has(connection)) return;
    this.#unread += nBytes - connection.unread;
    if (connection.unread === 0 && nBytes > 0) {
      connection.noteUnread(this.#nowMs());
      this.#waiting.add(connection);
    }
    connection.unread = nBytes;
    if (nBytes === 0) this.#waiting.delete(connection);
    while (this.#unread > this.#limits.unreadBytes) this.#cutOneReader();
  }

  /** Whether a further answer of `nBytes` may wait, after those that have not read for longest were cut for it. */
  hasRoom(nBytes: number): boolean {
    if (this.#fits(nBytes)) return true;
    if (this.#nowMs() - this.#searchedMs < SEARCH_MS) return false;
    this.cutSlowReaders(() => this.#fits(nBytes));
    return this.#fits(nBytes);
  }

  /** Cuts readers that have made no progress for some seconds, the slowest first. @param isEnough - when to stop. */
  cutSlowReaders(isEnough: () => boolean = () => false): void {
    const now = this.#nowMs();
    this.#searchedMs = now;
    const slow = [...this.#waiting].map((connection) => ({ connection, ms: connection.stalledMs(now) }));
    for (const { connection, ms } of slow.sort((a, b) => b.ms - a.ms)) {
      if (ms < SLOW_READER_MS || isEnough()) return;
      this.cut(connection, 'unread');
    }
  }

  /** Cuts every reader that stalls; called by the timer. */
  sweep(): void {
    const now = this.#nowMs();
    for (const connection of this.#waiting) {
      if (connection.stalledMs(now) >= STALL_MS) this.cut(connection, 'stalled');
    }
  }

  /** Closes a connection at once. */
  cut(connection: Connection, reason: CutReason): void {
    this.#metrics.noteConnectionCut(reason);
    connection.isEnding = true;
    this.#forget(connection);
    stopParsing(connection.socket);
    connection.socket.destroy();
  }

  /** Takes no further request of a connection, whose last answer says that it is closed, and closes it soon in any case. */
  endSoon(connection: Connection, reason: CutReason): void {
    if (connection.isEnding) return;
    this.#metrics.noteConnectionCut(reason);
    connection.isEnding = true;
    stopParsing(connection.socket);
    connection.socket.pause();
    setTimeout(() => connection.socket.destroy(), END_MS).unref();
  }

  /** Closes all connections, WebSockets included. */
  closeAll(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  #fits(nBytes: number): boolean {
    return this.#unread === 0 || this.#unread + nBytes <= this.#limits.unreadBytes;
  }

  /** Cuts the reader that is slowest, or among those that read the one for which most bytes wait. */
  #cutOneReader(): void {
    const now = this.#nowMs();
    let victim: Connection | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const connection of this.#waiting) {
      const ms = connection.stalledMs(now);
      const weight = ms >= SLOW_READER_MS ? Number.MAX_SAFE_INTEGER / 2 + ms : connection.unread;
      if (weight <= most) continue;
      victim = connection;
      most = weight;
    }
    if (victim === null) this.#unread = 0;
    else this.cut(victim, 'unread');
  }

  #makePlace(): boolean {
    const now = this.#nowMs();
    let victim: Connection | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const connection of this.#open) {
      const rank = connection.rank(now);
      if (rank === null || rank >= least) continue;
      victim = connection;
      least = rank;
    }
    if (victim === null) return false;
    this.cut(victim, 'crowded');
    return true;
  }

  #forget(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.#waiting.delete(connection);
    this.#unread -= connection.unread;
    connection.unread = 0;
  }
}

/** What Node's parser does after the head of a request: 2 for no more, as behind an upgrade. */
const NO_MORE = 2;

/**
 * Parses no further request of a connection. Node has no public way: of each 64 KiB it would make thousands of requests, and
 * an error for each of them when the connection closes. Where its parser has another shape, they cost that much.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as { readonly parser?: { onIncoming?: unknown } | null };
  if (typeof parser?.onIncoming === 'function') parser.onIncoming = () => NO_MORE;
}
