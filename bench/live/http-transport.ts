import { connect, type Socket } from 'node:net';
import type { Job } from './plan.ts';
import { indexIn, SignalBytes } from './signals.ts';
import type { Tally } from './tally.ts';

// HTTP/1.1 without a client library, which would use more processor time than the service: connections stay open, with one
// request at a time on each.

const N_CONNECTIONS = 64;
const HEAD_END = '\r\n\r\n';

/** Sends signals to the service, and the bars that signals without bars need. */
export interface SignalSender {
  /** Sends the bars that must be there before the first signal. */
  prepare(): Promise<void>;
  /** Sends the signals first..end-1. */
  send(first: number, end: number, tally: Tally): void;
  /** Sends the next bar of each instrument. */
  sendBars(): void;
  close(): void;
}

interface Line {
  readonly socket: Socket;
  /** Index of the signal in work; -1 for bars, null when idle. */
  signal: number | null;
  parts: Buffer[];
  /** Length of the whole answer, bytes; 0 until its head is received. */
  expected: number;
  received: number;
}

type Waiting = { readonly signal: number; readonly bytes: Buffer | null };

export async function openHttpTransport(job: Job, nSignals: number): Promise<SignalSender> {
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
      const line = idle.shift(); // the longest idle one, because the server closes idle connections
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

/** Length of head and body, bytes; 0 while the head is incomplete. */
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
