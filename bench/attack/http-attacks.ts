import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './plan.ts';
import { closed, drained, get, openRaw, readAnswers, withToken } from './raw-socket.ts';
import type { AttackTally } from './tally.ts';

/** Attacks a service until the end of its process; one that leaves something half done otherwise ends when `isOver`. */
export type Attack = (target: Target, tally: AttackTally, isOver: () => boolean) => Promise<void>;

const MB = 2 ** 20;
const PAGE = '/v1/signals?limit=1000';
const STALLED_CONNECTIONS = 500;
const READS_PER_CONNECTION = 3;
const FLOODING_CONNECTIONS = 20;
const PIPELINED = 20_000;
const SLOW_CONNECTIONS = 100;
const BODY_MB = 100;
/** Pause before another connection is opened in the place of one that was cut, milliseconds. */
const AGAIN_MS = 200;
/** Maximum wait for an answer, milliseconds. */
const PATIENCE_MS = 10_000;

/** Runs the same work on many connections, again whenever it has ended. */
async function onMany(nConnections: number, work: () => Promise<void>): Promise<void> {
  const forever = async (): Promise<void> => {
    for (;;) {
      await work();
      await delay(AGAIN_MS);
    }
  };
  await Promise.all(Array.from({ length: nConnections }, forever));
}

/** Asks for large pages on many connections and reads none of them. */
const stalledReaders: Attack = (target, tally) =>
  onMany(STALLED_CONNECTIONS, async () => {
    const socket = await openRaw(target, tally);
    if (socket === null) return;
    socket.pause();
    const text = get(target, PAGE, withToken(target)).repeat(READS_PER_CONNECTION);
    socket.write(text);
    tally.sent(text.length, READS_PER_CONNECTION);
    await closed(socket);
  });

/** Asks for large pages one after the other and reads them. */
const greedyReaders: Attack = (target, tally) =>
  onMany(2, async () => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${target.url}${PAGE}`, { headers: withToken(target), signal }).catch(() => null);
    tally.sent(0);
    const body = await response?.arrayBuffer().catch(() => null);
    tally.read(body?.byteLength ?? 0);
    tally.answered(response === null ? 'cut' : String(response.status));
  });

/** Sends thousands of requests on each connection without waiting for answers. */
function pipelined(path: string, isAuthorized: boolean): Attack {
  return (target, tally) =>
    onMany(FLOODING_CONNECTIONS, async () => {
      const socket = await openRaw(target, tally);
      if (socket === null) return;
      readAnswers(socket, tally);
      const request = get(target, path, isAuthorized ? withToken(target) : {});
      const nAtOnce = 500;
      const piece = request.repeat(nAtOnce);
      for (let n = 0; n < PIPELINED && !socket.destroyed; n += nAtOnce) {
        socket.write(piece);
        tally.sent(piece.length, nAtOnce);
        await drained(socket);
        await delay(0);
      }
      await closed(socket);
    });
}

/** Sends headers, and bodies, a byte a second. */
const slowSenders: Attack = (target, tally) => {
  let n = 0;
  return onMany(SLOW_CONNECTIONS, async () => {
    const socket = await openRaw(target, tally);
    if (socket === null) return;
    readAnswers(socket, tally);
    const host = new URL(target.url).host;
    const type = 'content-type: application/json\r\ncontent-length: 1000';
    const ofBody = `POST /v1/signals HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${target.token}\r\n${type}\r\n\r\n{`;
    socket.write(n++ % 2 === 0 ? ofBody : `GET /v1/status HTTP/1.1\r\nhost: ${host}\r\nx-slow: `);
    while (!socket.destroyed) {
      socket.write(' ');
      tally.sent(1);
      await delay(1000);
    }
  });
};

/** Sends bodies of 100 MB, with a length and without. */
const oversizedBodies: Attack = (target, tally) => {
  let n = 0;
  return onMany(2, async () => {
    const isChunked = n++ % 2 === 0;
    const head = `POST /v1/signals HTTP/1.1\r\nhost: ${new URL(target.url).host}\r\nauthorization: Bearer ${target.token}\r\ncontent-type: application/json\r\n`;
    const socket = await openRaw(target, tally);
    if (socket === null) return;
    readAnswers(socket, tally);
    socket.write(`${head}${isChunked ? 'transfer-encoding: chunked' : `content-length: ${BODY_MB * MB}`}\r\n\r\n`);
    const piece = Buffer.alloc(MB, ' ');
    for (let k = 0; k < BODY_MB && !socket.destroyed; k++) {
      if (isChunked) socket.write(`${MB.toString(16)}\r\n`);
      socket.write(piece);
      if (isChunked) socket.write('\r\n');
      tally.sent(MB);
      await drained(socket);
    }
    socket.destroy();
  });
};

/** Sends random bytes, and broken bodies. */
const garbage: Attack = (target, tally) =>
  onMany(10, async () => {
    const socket = await openRaw(target, tally);
    if (socket === null) return;
    readAnswers(socket, tally);
    const bytes = randomBytes(16_384);
    socket.write(bytes);
    tally.sent(bytes.length);
    const bodies = ['['.repeat(200_000), '{"__proto__":{"a":1}}', '\u0000', '{"signal_id":1e999}'];
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json', ...withToken(target) };
      const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) };
      const response = await fetch(`${target.url}/v1/signals`, request).catch(() => null);
      tally.sent(body.length);
      tally.answered(response === null ? 'cut' : String(response.status));
      await response?.arrayBuffer().catch(() => null);
    }
    socket.destroy();
  });

/** Names other hosts and origins. */
const forgedHosts: Attack = (target, tally) =>
  onMany(5, async () => {
    const socket = await openRaw(target, tally);
    if (socket === null) return;
    readAnswers(socket, tally);
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }, { host: '' }]) {
      const text = get(target, '/v1/status', { ...withToken(target), ...headers });
      socket.write(text);
      tally.sent(text.length);
      await delay(10);
    }
    socket.destroy();
  });

export const HTTP_ATTACKS: Readonly<Record<string, Attack>> = {
  'stalled readers': stalledReaders,
  'greedy readers': greedyReaders,
  'pipelined probes': pipelined('/healthz', false),
  'pipelined, no token': pipelined('/v1/status', false),
  'pipelined, with token': pipelined('/v1/status', true),
  'slow headers and bodies': slowSenders,
  'oversized bodies': oversizedBodies,
  garbage,
  'forged hosts': forgedHosts,
};
