import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { Connection, isOk } from './connection.ts';

/** A signal was answered: when it was due, when the loop came to it, and now. Times are `performance.now()`. */
export type Answered = (dueMs: number, reachedMs: number, nowMs: number) => void;

/** Where a loop sends, and what it tells. */
export interface LoopOptions {
  readonly port: number;
  /** Bytes of the next request. */
  readonly next: () => Buffer;
  readonly answered: Answered;
  /** Gets an answer that is none, as of a service that says that it is overloaded. */
  readonly refused: (answer: Buffer) => void;
  readonly endMs: number;
}

/** Connections of an open loop, more than it needs unless the service stalls. */
const OPEN_CONNECTIONS = 32;
/** A timer wakes up to a millisecond late, so that the last milliseconds are spun. */
const SPIN_MS = 2;
/** Maximum wait for answers after the last signal, milliseconds. */
const DRAIN_MS = 20_000;

/** Sends on each connection the next signal as soon as the last is answered. */
export async function closedLoop(nConnections: number, options: LoopOptions): Promise<void> {
  const { port, next, answered, refused, endMs } = options;
  const connections = await openAll(nConnections, port);
  const runs = connections.map(
    (connection) =>
      new Promise<void>((resolve, reject) => {
        const again = (): void => {
          const sentMs = performance.now();
          if (sentMs >= endMs) resolve();
          else connection.send(next(), (answer) => receive(answer, sentMs), reject);
        };
        const receive = (answer: Buffer, sentMs: number): void => {
          if (isOk(answer)) answered(sentMs, sentMs, performance.now());
          else refused(answer);
          again();
        };
        again();
      }),
  );
  await Promise.all(runs);
  for (const connection of connections) connection.close();
}

/** Sends signal `i` at `start + i / rate`, whatever became of the ones before. */
export async function openLoop(signalsPerSecond: number, options: LoopOptions): Promise<void> {
  const { port, next, answered, refused, endMs } = options;
  const connections = await openAll(OPEN_CONNECTIONS, port);
  const idle = [...connections];
  const waiting: { readonly dueMs: number; readonly reachedMs: number }[] = [];
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure ??= error;
  };
  const pump = (): void => {
    const signal = idle.length > 0 ? waiting.shift() : undefined;
    const connection = signal === undefined ? undefined : idle.shift();
    if (signal === undefined || connection === undefined) return;
    const done = (answer: Buffer): void => {
      if (isOk(answer)) answered(signal.dueMs, signal.reachedMs, performance.now());
      else refused(answer);
      idle.push(connection);
      pump();
    };
    connection.send(next(), done, fail);
  };
  const startMs = performance.now();
  for (let i = 0; failure === null; i++) {
    const dueMs = startMs + (i * 1000) / signalsPerSecond;
    if (dueMs >= endMs) break;
    await waitUntil(dueMs);
    waiting.push({ dueMs, reachedMs: performance.now() });
    pump();
  }
  const untilMs = performance.now() + DRAIN_MS;
  while (idle.length < connections.length && failure === null) {
    if (performance.now() > untilMs) fail(new Error('a signal was not answered'));
    await delay(1);
  }
  for (const connection of connections) connection.close();
  if (failure !== null) throw failure;
}

function openAll(n: number, port: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: n }, () => Connection.open(port)));
}

async function waitUntil(dueMs: number): Promise<void> {
  const restMs = dueMs - performance.now() - SPIN_MS;
  if (restMs >= 1) await delay(restMs);
  while (performance.now() < dueMs) await turn();
}
