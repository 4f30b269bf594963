import { connect, type Socket } from 'node:net';
import type { Target } from './plan.ts';
import type { AttackTally } from './tally.ts';

const STATUS = /HTTP\/1\.1 (\d{3})/g;

/** Opens a connection; its end and its errors are counted. @returns null when the service refuses it. */
export function openRaw({ url }: Target, tally: AttackTally): Promise<Socket | null> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined); // counted by the close
    socket.on('close', () => {
      tally.answered('cut');
      resolve(null);
    });
    socket.once('connect', () => resolve(socket));
  });
}

/** Reads a connection and counts the status lines that it answers. */
export function readAnswers(socket: Socket, tally: AttackTally): void {
  socket.on('data', (bytes: Buffer) => {
    tally.read(bytes.length);
    for (const [, status] of bytes.toString('latin1').matchAll(STATUS)) tally.answered(status);
  });
}

/** Waits until written bytes have left, or the connection has ended. */
export function drained(socket: Socket): Promise<void> {
  if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once('drain', resolve).once('close', () => resolve());
  });
}

/** Waits for the end of a connection. */
export function closed(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

/** Text of a request without a body. */
export function get(target: Target, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { host: new URL(target.url).host, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Header with the token of the service. */
export function withToken({ token }: Target): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
