import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Child } from '../faults/harness/child.ts';
import { runCli } from '../support/run-cli.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Time that a training is waited for, milliseconds: it is given up after ten seconds, and with the fault never. */
const NEVER_MS = 120_000;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-unreachable-'));
const bars = join(directory, 'bars.csv');
const servers: Server[] = [];

beforeAll(async () => {
  expect((await runCli(['simulate', bars, '--bars', '3000', '--edge', '0.2'])).code).toBe(0);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Port of a server that treats every connection as given. */
async function portOf(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

async function failedTraining(port: number): Promise<string> {
  const settings = join(directory, `${port}.yaml`);
  writeFileSync(settings, `trainer: {kind: bullmq}\nredis: {url: "redis://:s3cret@127.0.0.1:${port}"}\n`);
  const args = ['train', bars, '--config', settings, '--model', join(directory, 'model.onnx')];
  const child = new Child(process.execPath, [MAIN, ...args]);
  const end = () => child.ending !== null;
  await child.until(end, 'a training without its queue ends', NEVER_MS).finally(() => child.signal('SIGKILL'));
  expect(await child.ended, child.stderr).toEqual({ code: 1, signal: null });
  expect(child.stderr).not.toContain('s3cret');
  return child.stderr;
}

// Beside each other: they wait ten seconds each, and compute nothing.
test.concurrent.each([
  ['refuses', async () => 1],
  ['takes connections and never answers', () => portOf((socket) => void socket.on('error', () => undefined))],
  ['hangs up', () => portOf((socket) => void socket.destroy())],
])('train with a queue whose server %s: a sentence, and exit 1', async (_name, port) => {
  const words = await failedTraining(await port());
  expect(words).toMatch(
    /the queue of trainings did not answer for 10 s: 127\.0\.0\.1:\d+: .+; start Redis there, mend redis\.url/,
  );
});

test('train with a queue whose server refuses the password: a sentence, and exit 1', async () => {
  const port = await portOf((socket) => answerAll(socket, '-WRONGPASS invalid password\r\n'));
  expect(await failedTraining(port)).toContain(
    `ml4t: Redis at 127.0.0.1:${port} refused what the queue of trainings needs (WRONGPASS invalid password); mend the server`,
  );
});

function answerAll(socket: Socket, answer: string): void {
  socket.on('error', () => undefined).on('data', () => void socket.write(answer));
}

test.each([
  ['refuses', async () => 1],
  ['takes connections and never answers', () => portOf((socket) => void socket.on('error', () => undefined))],
])('a worker whose server %s ends of SIGTERM', async (_name, port) => {
  const child = new Child(process.execPath, [MAIN, 'worker', '--redis', `redis://127.0.0.1:${await port()}`]);
  const end = () => child.ending !== null;
  // Long enough for its connections to be under way; the end must come in any state of theirs.
  await child.until(() => /"pid"/.test(child.stderr) || end(), 'it tried', 5000).catch(() => undefined);
  child.signal('SIGTERM');
  await child.until(end, 'it ends', NEVER_MS).finally(() => child.signal('SIGKILL'));
  expect(child.ending, child.stderr).toEqual({ code: 0, signal: null });
});
