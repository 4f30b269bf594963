import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Why a connection was closed by the server, for the metrics. */
export type CutReason = 'pipelined' | 'refused' | 'stalled' | 'unread' | 'crowded';

/** Number of refusals in a row after which a connection is closed with the last of them. */
const MAX_REFUSALS = 64;
/** Number of refusals in a row after which the next may have to wait. */
const PROMPT_REFUSALS = 2;
/** Time without a further byte after which an unfinished request gives way, milliseconds. */
const SLOW_REQUEST_MS = 1000;
/** Time without a request after which a connection that sent signals gives way, milliseconds. */
const SENDER_IDLE_MS = 5000;
/** Time without progress after which a reader gives way, milliseconds. */
export const SLOW_READER_MS = 2000;

/** What one connection has asked for, and what waits to be read by it. */
export class Connection {
  /** The socket that requests name; with TLS it takes the place of the one below it. */
  socket: Socket;
  /** Whether no further request of it is taken. */
  isEnding = false;
  /** Whether it was upgraded to a WebSocket. */
  isStream = false;
  /** Number of requests whose answer is not sent. */
  nOutstanding = 0;
  /** Number of answers that are kept back for a while. */
  nWaiting = 0;
  /** Size of the answers that are not sent, bytes. */
  unread = 0;
  #latest: IncomingMessage | null = null;
  #isSender = false;
  #nRefusals = 0;
  /** Time of the last request or answer, milliseconds. */
  #activeMs: number;
  /** Time at which bytes were last seen to leave, milliseconds. */
  #progressMs: number;
  #pending = 0;

  constructor(socket: Socket, nowMs: number) {
    this.socket = socket;
    this.#activeMs = nowMs;
    this.#progressMs = nowMs;
  }

  /** Counts a request that was received. */
  begin(request: IncomingMessage, nowMs: number): void {
    this.#latest = request;
    this.#activeMs = nowMs;
    this.nOutstanding++;
  }

  /** Counts an answer that was sent. */
  end(nowMs: number): void {
    this.#activeMs = nowMs;
    this.nOutstanding--;
  }

  /** Counts a refusal. @returns whether it is one too many, so that the connection should be closed with it. */
  noteRefusal(): boolean {
    return ++this.#nRefusals >= MAX_REFUSALS;
  }

  /** Whether it goes on asking for what is refused. */
  get isPersistent(): boolean {
    return this.#nRefusals > PROMPT_REFUSALS;
  }

  /** Notes a request that was let in. @param isSender - whether it brings signals, bars or outcomes. */
  noteAdmitted(isSender: boolean): void {
    this.#nRefusals = 0;
    this.#isSender ||= isSender;
  }

  /** Starts the time of a reader for whom nothing was waiting before. */
  noteUnread(nowMs: number): void {
    this.#progressMs = nowMs;
    this.#pending = pendingOf(this.socket);
  }

  /** How long bytes have waited without any of them being read, milliseconds; 0 when none wait. */
  stalledMs(nowMs: number): number {
    const pending = pendingOf(this.socket);
    if (pending === 0 || pending < this.#pending) this.#progressMs = nowMs;
    this.#pending = pending;
    return nowMs - this.#progressMs;
  }

  /**
   * How readily this connection gives way to a new one: connections without a request first, then those that were
   * refused or sent a part of a request, idle readers and those that do not read, at last idle senders.
   *
   * @returns null when it does not.
   */
  rank(nowMs: number): number | null {
    if (this.isEnding) return null;
    if (this.#latest === null && !this.isStream) return this.#before(0, nowMs);
    const idleMs = nowMs - this.#activeMs;
    if (this.unread > 0 && this.stalledMs(nowMs) >= SLOW_READER_MS) return this.#before(2, nowMs);
    if (this.isStream) return null;
    if (this.nWaiting > 0) return this.#before(1, nowMs);
    if (this.nOutstanding > 0) {
      return this.#latest?.complete === false && idleMs >= SLOW_REQUEST_MS ? this.#before(1, nowMs) : null;
    }
    if (!this.#isSender) return this.#before(2, nowMs);
    return idleMs >= SENDER_IDLE_MS ? this.#before(3, nowMs) : null;
  }

  /** Orders by class, and in a class by idleness: less is earlier. */
  #before(order: number, nowMs: number): number {
    return order - Math.min(0.999, (nowMs - this.#activeMs) / 1e9);
  }
}

/** Bytes that the system has not taken yet. Node's own measure sees that a part of one large write has left. */
function pendingOf(socket: Socket): number {
  const { _handle: handle } = socket as { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return socket.writableLength === 0 ? 0 : (handle?.writeQueueSize ?? socket.writableLength);
}
