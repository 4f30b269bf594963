import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { SenderLog } from './log.ts';
import { instrumentId, makeSignal, type SignalText } from './market.ts';

/** Answer to a POST. */
export interface PostReply {
  readonly status: number;
  readonly text: string;
  /** Code of a problem; null for an answer without one. */
  readonly code: string | null;
}

/** Posts one signal and reads the answer. @throws when the connection broke or no answer came within 10 s. */
export async function postSignal(url: string, body: string | Buffer, isDurable = true): Promise<PostReply> {
  const response = await fetch(`${url}/v1/signals${isDurable ? '?durable=true' : ''}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, text, code: response.status === 200 ? null : codeOf(text) };
}

function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code : 'NO_CODE';
  } catch {
    return 'NO_CODE';
  }
}

/** Posts bars of a simulated instrument. @returns the status code. */
export function postBars(url: string | null, instrument: number, bars: string): Promise<number> {
  return postBarsOf(url, instrumentId(instrument), bars);
}

/** Posts bars of any instrument. @returns the status code. */
export async function postBarsOf(url: string | null, instrument: string, bars: string): Promise<number> {
  const response = await fetch(`${url}/v1/bars/${instrument}?durable=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bars,
  });
  return response.status;
}

/** Status codes that ask for another attempt. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 503]);

export interface LoadOptions {
  readonly log: SenderLog;
  /** Prefix of the ids, which are `<run>-<n>`. */
  readonly run: string;
  /** Whether the load ends; signals that were sent are still finished. */
  readonly isOver: () => boolean;
  /** Number of signals that are sent at once. */
  readonly concurrency?: number;
  /** Maximum time that one signal is tried again, milliseconds. */
  readonly patienceMs?: number;
  /** Pause after each signal, milliseconds. */
  readonly pauseMs?: number;
  /** Makes signal `n` of a run; by default one with its bars. */
  readonly make?: (run: string, n: number) => SignalText;
}

/** Sends signals over HTTP until `isOver`, each again under its id until it has a definite answer. */
export async function httpLoad(
  urlOf: () => string | null,
  isDurable: boolean,
  { log, run, isOver, concurrency = 8, patienceMs = 20_000, pauseMs = 0, make = makeSignal }: LoadOptions,
): Promise<number> {
  let n = 0;
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      await sendUntilAnswered(urlOf, make(run, n++), log, { isDurable, patienceMs });
      if (pauseMs > 0) await delay(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return n;
}

/** Posts a signal, repeatedly under the same id, until it is answered or refused for good. */
export async function sendUntilAnswered(
  urlOf: () => string | null,
  { id, text }: SignalText,
  log: SenderLog,
  { isDurable = true, patienceMs = 20_000 } = {},
): Promise<PostReply | null> {
  const medium = isDurable ? 'http' : 'http_fast';
  const end = performance.now() + patienceMs;
  let reply: PostReply | null = null;
  do {
    const url = urlOf();
    if (url === null) {
      await delay(10);
      continue;
    }
    log.sent(id, medium);
    try {
      reply = await postSignal(url, text, isDurable);
      if (reply.status === 200) log.answer({ kind: 'ok', id, medium, text: reply.text });
      else log.answer({ kind: 'failed', id, medium, code: reply.code ?? 'NO_CODE' });
      if (!TRY_AGAIN.has(reply.status)) return reply;
      await delay(50);
    } catch (error) {
      log.answer({ kind: 'unknown', id, medium, why: String((error as Error).cause ?? error) });
      await delay(10);
    }
  } while (performance.now() < end && !log.isGivenUp);
  return reply;
}

/** Adds one entry to a stream, repeatedly under the same id, until Redis confirms it. */
export async function addToStream(
  redis: Redis,
  stream: string,
  { id, text }: SignalText,
  log: SenderLog,
  patienceMs = 20_000,
): Promise<void> {
  const end = performance.now() + patienceMs;
  do {
    log.sent(id, 'stream');
    try {
      const entryId = await redis.xadd(stream, '*', 'topic', stream, 'payload', text, 'type', '', 'encoding', 'json');
      log.answer({ kind: 'added', id, entryId: entryId ?? '' });
      return;
    } catch (error) {
      log.answer({ kind: 'unknown', id, medium: 'stream', why: String(error) });
      await delay(50);
    }
  } while (performance.now() < end && !log.isGivenUp);
}

/** Adds signals to a stream until `isOver`. */
export async function streamLoad(
  redis: Redis,
  stream: string,
  { log, run, isOver, concurrency = 4, patienceMs = 20_000, pauseMs = 2 }: LoadOptions,
): Promise<number> {
  let n = 0;
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      await addToStream(redis, stream, makeSignal(run, n++), log, patienceMs);
      if (pauseMs > 0) await delay(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return n;
}
