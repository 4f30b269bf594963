import { openSocket, type SignalSender } from './http-transport.ts';
import type { Job } from './plan.ts';
import { indexIn, SignalBytes } from './signals.ts';
import type { Tally } from './tally.ts';

// The Redis protocol without a client library: one connection writes XADD without replies, one reads the stream of answers.

const SIGNALS = 'nautilus:signals';
const ENRICHED = 'nautilus:enriched_signals';
const BARS = 'nautilus:bars';
const CR = 13;

function command(...words: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

export async function openRedisTransport(job: Job, nSignals: number): Promise<SignalSender> {
  const { hostname, port } = new URL(job.target);
  const writer = await openSocket(hostname, Number(port));
  const reader = await openSocket(hostname, Number(port));
  writer.on('data', () => undefined);
  writer.write(command('CLIENT', 'REPLY', 'OFF'));
  const signals = new SignalBytes(job.shape, (body) => command('XADD', SIGNALS, '*', 'payload', body), nSignals);
  let tally: Tally | null = null;
  readAnswers(reader, (i, nowMs) => tally?.answered(i, nowMs));
  const sendBars = (bodies: readonly { readonly instrumentId: string; readonly columns: string }[]): void => {
    for (const { instrumentId, columns } of bodies) {
      const body = `{"instrument_id":"${instrumentId}","bars":${columns}}`;
      writer.write(command('XADD', BARS, 'MAXLEN', '~', '10000', '*', 'payload', body));
    }
  };
  return {
    async prepare() {
      if (job.shape === 'held') sendBars(signals.history());
    },
    send(first, end, to) {
      tally = to;
      const now = performance.now();
      const batch: Buffer[] = [];
      for (let i = first; i < end; i++) {
        to.reached(i, now);
        batch.push(signals.signal(i));
      }
      const sentMs = performance.now();
      for (let i = first; i < end; i++) to.sent(i, sentMs);
      writer.write(Buffer.concat(batch));
    },
    sendBars: () => sendBars(signals.nextBars()),
    close() {
      writer.destroy();
      reader.destroy();
    },
  };
}

function readAnswers(
  reader: Awaited<ReturnType<typeof openSocket>>,
  onAnswer: (signal: number, nowMs: number) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  let lastId = '0';
  const ask = (): void =>
    void reader.write(command('XREAD', 'COUNT', '500', 'BLOCK', '1000', 'STREAMS', ENRICHED, lastId));
  reader.on('data', (bytes: Buffer) => {
    const nowMs = performance.now();
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const found: number[] = [];
    let id = lastId;
    const end = walk(rest, 0, 0, (depth, from, to) => {
      if (depth === 4) id = rest.toString('latin1', from, to);
      if (depth === 5 && rest[from] === 0x7b) found.push(indexIn(rest, from, to));
    });
    if (end < 0) return;
    rest = rest.subarray(end);
    lastId = id;
    ask();
    for (const signal of found) onAnswer(signal, nowMs);
  });
  ask();
}

/**
 * Walks over one reply.
 *
 * @param onText - called with depth and range of each bulk string: the id of an entry is at depth 4, its fields at depth 5.
 * @returns offset after the reply; -1 while it is incomplete.
 */
function walk(
  bytes: Buffer,
  at: number,
  depth: number,
  onText: (depth: number, from: number, to: number) => void,
): number {
  const lineEnd = bytes.indexOf(CR, at);
  if (lineEnd < 0 || lineEnd + 1 >= bytes.length) return -1;
  const kind = String.fromCharCode(bytes[at]);
  const n = Number(bytes.toString('latin1', at + 1, lineEnd));
  let next = lineEnd + 2;
  if (kind === '$') {
    if (n < 0) return next;
    if (next + n + 2 > bytes.length) return -1;
    onText(depth, next, next + n);
    return next + n + 2;
  }
  if (kind === '-') throw new Error(`Redis refused: ${bytes.toString('latin1', at, lineEnd)}`);
  if (kind !== '*') return next;
  for (let k = 0; k < n; k++) {
    next = walk(bytes, next, depth + 1, onText);
    if (next < 0) return -1;
  }
  return next;
}
