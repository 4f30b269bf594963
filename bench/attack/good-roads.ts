import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import type { Medium } from '../../test/checker/history.ts';
import type { SenderLog } from '../../test/faults/harness/log.ts';
import type { SignalText } from '../../test/faults/harness/market.ts';
import { addToStream } from '../../test/faults/harness/senders.ts';
import { ENRICHED, SIGNALS } from '../../test/faults/harness/world.ts';
import { CONTROL, type Road, type Target } from './plan.ts';
import { withToken } from './raw-socket.ts';

/** Result of one attempt: answered, refused for now, or broken. */
type Attempt = 'answered' | 'again';
/** Sends one signal once. */
export type Send = (signal: SignalText) => Promise<Attempt>;

/** Maximum time of one attempt, milliseconds. */
const ATTEMPT_MS = 10_000;
/** Pause before another attempt, milliseconds. */
const AGAIN_MS = 50;
const N_CONNECTIONS = 8;
const CONTROL_STREAM = 'control';

/** Opens the roads there are: without Redis, all but its own. */
export function openRoads(target: Target, log: SenderLog): ReadonlyMap<Road, Send> {
  const roads = new Map<Road, Send>([
    ['HTTP, durable', httpRoad(target, log, true)],
    ['HTTP, fast', httpRoad(target, log, false)],
    ['WebSocket, durable', webSocketRoad(target, log)],
  ]);
  if (target.redisUrl !== null) {
    roads.set('Redis Streams', streamRoad(target.redisUrl, log));
    roads.set(CONTROL, controlRoad(target.redisUrl));
  }
  return roads;
}

/** Sends a signal, again under its id where it is refused for now. @returns number of attempts beyond the first. */
export async function sendUntilAnswered(send: Send, signal: SignalText): Promise<number> {
  let nRetries = 0;
  while ((await send(signal)) === 'again') {
    nRetries++;
    await delay(AGAIN_MS);
  }
  return nRetries;
}

function noteReply(log: SenderLog, id: string, medium: Medium, status: number, text: string): Attempt {
  if (status === 200) {
    log.answer({ kind: 'ok', id, medium, text });
    return 'answered';
  }
  log.answer({ kind: 'failed', id, medium, code: /"code":"(\w+)"/.exec(text)?.[1] ?? 'NO_CODE' });
  if (status !== 429 && status !== 503) throw new Error(`a good client was answered ${status}: ${text}`);
  return 'again';
}

function httpRoad(target: Target, log: SenderLog, isDurable: boolean): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: N_CONNECTIONS });
  const { hostname, port } = new URL(target.url);
  const path = `/v1/signals${isDurable ? '?durable=true' : ''}`;
  const medium = isDurable ? 'http' : 'http_fast';
  return ({ id, text }) =>
    new Promise((resolve, reject) => {
      log.sent(id, medium);
      const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const headers = { ...withToken(target), ...length };
      const broke = (error: Error): void => {
        log.answer({ kind: 'unknown', id, medium, why: String(error) });
        resolve('again');
      };
      const req = request({ hostname, port, path, method: 'POST', headers, agent, timeout: ATTEMPT_MS });
      req.on('error', broke);
      req.on('timeout', () => req.destroy(new Error('no answer')));
      req.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', broke);
        response.on('end', () => {
          try {
            resolve(noteReply(log, id, medium, response.statusCode ?? 0, Buffer.concat(chunks).toString()));
          } catch (error) {
            reject(error);
          }
        });
      });
      req.end(text);
    });
}

function webSocketRoad(target: Target, log: SenderLog): Send {
  const waiting = new Map<string, (text: string) => void>();
  const open = (): WebSocket => {
    const socket = new WebSocket(`${target.url.replace('http', 'ws')}/v1/stream`, { headers: withToken(target) });
    socket.on('error', () => undefined); // reported by the close
    socket.on('close', () => {
      for (const answer of waiting.values()) answer('');
    });
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      const ref = /^\{"type":"(?:answer|error)",(?:"seq":\d+,)?"ref":"([^"]+)"/.exec(text)?.[1];
      if (ref !== undefined) waiting.get(ref)?.(text);
    });
    return socket;
  };
  let socket = open();
  return async ({ id, text }) => {
    if (socket.readyState > WebSocket.OPEN) socket = open();
    if (socket.readyState === WebSocket.CONNECTING)
      await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
    log.sent(id, 'http'); // durable: the same promise
    if (socket.readyState !== WebSocket.OPEN) {
      log.answer({ kind: 'unknown', id, medium: 'http', why: 'not open' });
      return 'again';
    }
    const reply = new Promise<string>((resolve) => {
      waiting.set(id, resolve);
      setTimeout(resolve, ATTEMPT_MS, '').unref();
    });
    socket.send(`{"type":"signal","ref":"${id}","durable":true,${text.slice(1)}`);
    const received = await reply;
    waiting.delete(id);
    if (received === '') {
      log.answer({ kind: 'unknown', id, medium: 'http', why: 'closed, or no answer' });
      return 'again';
    }
    const isAnswer = received.startsWith('{"type":"answer"');
    const inner = received.slice(received.indexOf(isAnswer ? '"answer":{' : '"error":{'));
    return noteReply(log, id, 'http', isAnswer ? 200 : 503, isAnswer ? inner.slice('"answer":'.length, -1) : inner);
  };
}

const WITHOUT_LIMIT = { maxRetriesPerRequest: null };

function connect(url: string): Redis {
  return new Redis(url, WITHOUT_LIMIT).on('error', () => undefined); // each command reports its own error
}

/** Waits on a stream for the messages whose ids are in the map, and says so. */
async function listen(reader: Redis, stream: string, waiting: Map<string, () => void>): Promise<void> {
  for (let last = '0'; ; ) {
    const found = await reader.xread('COUNT', 500, 'BLOCK', 1000, 'STREAMS', stream, last);
    for (const [entryId, fields] of found?.[0]?.[1] ?? []) {
      last = entryId;
      const id = /"signal_id":"([^"]+)"/.exec(fields.join())?.[1] ?? '';
      waiting.get(id)?.();
      waiting.delete(id);
    }
  }
}

function streamRoad(url: string, log: SenderLog): Send {
  const [writer, reader] = [connect(url), connect(url)];
  const waiting = new Map<string, () => void>();
  void listen(reader, ENRICHED, waiting);
  return async (signal) => {
    const answered = new Promise<void>((resolve) => void waiting.set(signal.id, resolve));
    await addToStream(writer, SIGNALS, signal, log);
    await answered;
    return 'answered';
  };
}

function controlRoad(url: string): Send {
  const [writer, reader] = [connect(url), connect(url)];
  const waiting = new Map<string, () => void>();
  void listen(reader, CONTROL_STREAM, waiting);
  return async ({ id, text }) => {
    const answered = new Promise<void>((resolve) => void waiting.set(id, resolve));
    await writer.xadd(CONTROL_STREAM, '*', 'data', text);
    await answered;
    return 'answered';
  };
}
