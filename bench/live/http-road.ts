import { connect, type Socket } from 'node:net';
import type { Job } from './plan.ts';
import { indexIn, SignalBytes } from './signals.ts';
import type { Tally } from './tally.ts';

// HTTP/1.1 by hand on connections that stay open, one request at a time on each: a client library would cost more than the
// service it measures.

const N_CONNECTIONS = 64;
const HEAD_END = '\r\n\r\n';

/** Sends signals, and what goes before them. */
export interface RoadToService {
  /** Brings the bars that signals without bars need. */
  prepare(): Promise<void>;
  /** Signals first..end-1 are due. */
  send(first: number, end: number, tally: Tally): void;
  /** One more bar of each instrument. */
  sendBars(): void;
  close(): void;
}

interface Line {
  readonly socket: Socket;
  /** The signal under way; -1 for bars, null when idle. */
  signal: number | null;
  parts: Buffer[];
  /** Bytes of the whole answer; 0 until its head is there. */
  expected: number;
  received: number;
}

type Waiting = { readonly signal: number; readonly bytes: Buffer | null };

export async function openHttpRoad(job: Job, nSignals: number): Promise<RoadToService> {
  const { hostname, port } = new URL(job.target);
  const post = (path: string, body: Buffer): Buffer => {
    const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n`;
    return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}${HEAD_END}`), body]);
  };
  const signals = new SignalBytes(job.shape, (body) => post('/v1/signals', body), nSignals);
  const queue: Waiting[] = [];
  let queueHead = 0;
  let tally: Tally | null = null;
  const idle: Line[] = [];

  const begin = (line: Line, { signal, bytes }: Waiting): void => {
    line.signal = signal;
    if (signal >= 0) tally?.sent(signal, performance.now());
    line.socket.write(bytes ?? signals.signal(signal));
  };
  const pump = (): void => {
    while (idle.length > 0 && queueHead < queue.length) {
      const line = idle.shift(); // in turn: the server closes connections that rest for seconds
      if (line !== undefined) begin(line, queue[queueHead++]);
    }
    if (queueHead < queue.length && queueHead < 10_000) return;
    queue.splice(0, queueHead);
    queueHead = 0;
  };
  const finish = (line: Line): void => {
    const answer = line.parts.length === 1 ? line.parts[0] : Buffer.concat(line.parts);
    const { signal } = line;
    if (signal !== null && signal >= 0) {
      const isOk = answer.toString('latin1', 9, 12) === '200';
      if (isOk && indexIn(answer) === signal) tally?.answered(signal, performance.now());
      else tally?.refused(signal);
    }
    Object.assign(line, { signal: null, parts: [], expected: 0, received: 0 });
    idle.push(line);
    pump();
  };
  const receive = (line: Line, bytes: Buffer): void => {
    line.parts.push(bytes);
    line.received += bytes.length;
    if (line.expected === 0) line.expected = lengthOf(line);
    if (line.expected > 0 && line.received >= line.expected) finish(line);
  };
  for (let n = 0; n < N_CONNECTIONS; n++) {
    const socket = await openSocket(hostname, Number(port));
    const line: Line = { socket, signal: null, parts: [], expected: 0, received: 0 };
    socket.on('data', (bytes: Buffer) => receive(line, bytes));
    idle.push(line);
  }
  const enqueueBars = (bodies: { readonly instrumentId: string; readonly columns: string }[]): void => {
    for (const { instrumentId, columns } of bodies) {
      queue.push({ signal: -1, bytes: post(`/v1/bars/${instrumentId}`, Buffer.from(columns)) });
    }
    pump();
  };
  return {
    async prepare() {
      if (job.shape !== 'held') return;
      enqueueBars(signals.history());
      while (idle.length < N_CONNECTIONS) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    send(first, end, to) {
      tally = to;
      const now = performance.now();
      for (let i = first; i < end; i++) {
        to.reached(i, now);
        queue.push({ signal: i, bytes: null });
      }
      pump();
    },
    sendBars: () => enqueueBars(signals.nextBars()),
    close() {
      for (const { socket } of idle) socket.destroy();
    },
  };
}

/** Bytes of head and body; 0 while the head is not whole. */
function lengthOf(line: Line): number {
  const bytes = line.parts.length === 1 ? line.parts[0] : Buffer.concat(line.parts);
  line.parts = [bytes];
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headEnd));
  return headEnd + HEAD_END.length + Number(length?.[1] ?? 0);
}

export function openSocket(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}
