import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createLiveService, type LiveProcess } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { serverMessageSchema } from '../../src/wire/index.ts';
import { get, post, signalText, WALK } from '../support/live-server.ts';
import { messageAt } from '../support/live-service.ts';
import { until } from '../support/until.ts';

type Wire = Readonly<Record<string, unknown>>;

let root = '';
let n = 0;
let directory = '';
let live: LiveProcess;
let url = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'numbers-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  directory = join(root, `${n++}`);
  await start();
});
afterEach(() => live.close());

async function start(): Promise<void> {
  const config = OrchestratorConfig({
    redisEnabled: false,
    modelPath: join(root, 'none.onnx'),
    server: { port: 0, dataDir: directory },
  });
  live = await createLiveService(config, { logger: SILENT });
  ({ url } = await live.listen());
}

async function restart(): Promise<void> {
  await live.close();
  await start();
}

/** The messages of a connection, each by the schema of the wire. */
async function dial(query = ''): Promise<{ readonly socket: WebSocket; readonly messages: Wire[] }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream${query}`);
  const messages: Wire[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Wire;
    serverMessageSchema.parse(message);
    messages.push(message);
  });
  await once(socket, 'open');
  return { socket, messages };
}

const ask = async (path: string): Promise<Wire> => JSON.parse((await get(`${url}${path}`)).text) as Wire;
const send = async (id: string, query = ''): Promise<Wire> => {
  const { text } = await post(`${url}/v1/signals${query}`, signalText(150, { signal_id: id }));
  return JSON.parse(text) as Wire;
};
const seqOf = (message: Wire): unknown => message.seq;
const idsAndNumbers = (page: Wire): unknown[] =>
  (page.signals as { enriched: Wire }[]).map(({ enriched }) => [enriched.signal_id, enriched.seq]);

test('answers have the numbers of their records, over every road, again and after a restart', async () => {
  expect(seqOf(await send('http'))).toBe(1);
  expect(seqOf(await send('durable', '?durable=true'))).toBe(2);
  const refused = await post(`${url}/v1/signals`, signalText(150, { signal_id: 'refused', signal: 7 }));
  expect(refused.status).toBe(400);
  const lines = ['line-1', 'line-2'].map((id) => signalText(150, { signal_id: id })).join('\n');
  const batch = await post(`${url}/v1/signals`, lines, { 'content-type': 'application/x-ndjson' });
  expect(
    batch.text
      .trim()
      .split('\n')
      .map((line) => seqOf(JSON.parse(line))),
  ).toEqual([3, 4]);
  const { socket, messages } = await dial('?types=outcome');
  for (const durable of [false, true]) {
    socket.send(signalText(150, { type: 'signal', signal_id: `ws-${durable}`, durable }));
  }
  await until(() => messages.length === 2, 'both are answered');
  expect(messages.map(({ answer }) => seqOf(answer as Wire)).sort()).toEqual([5, 6]);
  socket.close();
  const receipt = await live.service.submit(messageAt(WALK, 150, { signalId: 'library' }));
  await receipt.recorded;
  expect([receipt.answer.seq, JSON.parse(receipt.text).seq]).toEqual([7, 7]);
  expect(await send('durable')).toMatchObject({ seq: 2, duplicate: true });
  expect(await ask('/v1/status')).toMatchObject({ seq: { signals: 7, outcomes: 0 } });
  await restart();
  expect(await send('line-2', '?durable=true')).toMatchObject({ seq: 4, duplicate: true });
  const again = await live.service.submit(messageAt(WALK, 150, { signalId: 'http' }));
  expect(again.answer).toMatchObject({ seq: 1, isDuplicate: true });
  expect(seqOf(await send('new'))).toBe(8);
  const detail = (await ask('/v1/signals/library')) as { readonly enriched: Wire };
  expect(detail.enriched.seq).toBe(7);
});

test('a client that was away gets from the journal what it missed, and sees that nothing else is missing', async () => {
  const first = await dial('?hello=true&types=enriched,outcome,state,bars');
  await until(() => first.messages.length === 1, 'it is greeted');
  expect(first.messages[0]).toMatchObject({ type: 'hello', seq: { enriched: 0, outcome: 0 } });
  for (const id of ['a', 'b', 'c']) await send(id, '?durable=true');
  await post(`${url}/v1/outcomes?durable=true`, '{"signal_id":"b","label":1}');
  const numbersOf = (type: string): unknown[] => first.messages.filter((one) => one.type === type).map(seqOf);
  await until(() => numbersOf('outcome').length === 1, 'all of it came');
  expect([numbersOf('enriched'), numbersOf('outcome')]).toEqual([[1, 2, 3], [1]]);
  expect(numbersOf('bars')).toEqual(numbersOf('bars').map((_, i) => i + 1));
  first.socket.close();
  for (const id of ['d', 'e']) await send(id);
  await post(`${url}/v1/outcomes?durable=true`, '{"signal_id":"a","label":0}');
  await restart();
  const second = await dial('?hello=true');
  await until(() => second.messages.length > 0, 'it is greeted again');
  expect(second.messages[0]).toMatchObject({ type: 'hello', seq: { enriched: 5, outcome: 2, bars: 0 } });
  const page = await ask('/v1/signals?after_seq=3');
  expect(idsAndNumbers(page)).toEqual([
    ['d', 4],
    ['e', 5],
  ]);
  const known = idsAndNumbers(await ask('/v1/signals?after_seq=0&limit=2'));
  expect(known).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(await ask('/v1/outcomes?after_seq=1')).toMatchObject({ outcomes: [{ signal_id: 'a', seq: 2, label: 0 }] });
  expect(await ask('/v1/signals?after_seq=5')).toEqual({ signals: [] });
  expect(await ask('/v1/outcomes?after_seq=2')).toEqual({ outcomes: [] });
  await send('f');
  await until(() => second.messages.some(({ type }) => type === 'enriched'), 'the next one');
  expect(second.messages.find(({ type }) => type === 'enriched')).toMatchObject({ seq: 6, enriched: { seq: 6 } });
  second.socket.close();
});

test('the client of docs/stream.md gets every answer once, in order, over a restart', async () => {
  const page = readFileSync(new URL('../../docs/stream.md', import.meta.url), 'utf8');
  const [, code = ''] = /^```js\n([\s\S]*?)^```/m.exec(page) ?? [];
  const heard: string[] = [];
  let child: ChildProcess | null = null;
  /** @param last - what it kept. */
  const begin = (last: number): void => {
    const program = code
      .replace('let last = 0;', `let last = ${last};`)
      .replaceAll('http://127.0.0.1:8787', url)
      .replaceAll('ws://127.0.0.1:8787', url.replace('http', 'ws'));
    const file = join(root, 'client.mjs');
    writeFileSync(
      file,
      `const act = ({ signal_id }, seq) => console.log(signal_id, seq);\nconst lostAfter = (n) => n;\n${program}`,
    );
    child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout?.on('data', (text: Buffer) => heard.push(...text.toString().trim().split('\n')));
  };
  const heardAll = async (n: number): Promise<void> => until(() => heard.length >= n, `${n} answers were heard`);
  for (const id of ['a', 'b']) await send(id, '?durable=true');
  begin(0);
  await heardAll(2);
  await send('c');
  await heardAll(3);
  (child as ChildProcess | null)?.kill('SIGKILL');
  for (const id of ['d', 'e']) await send(id);
  await restart();
  begin(3);
  await send('f');
  await heardAll(6);
  await send('g', '?durable=true');
  await heardAll(7);
  (child as ChildProcess | null)?.kill('SIGKILL');
  expect(heard).toEqual(['a 1', 'b 2', 'c 3', 'd 4', 'e 5', 'f 6', 'g 7']);
});

test('a question that means nothing is refused', async () => {
  for (const path of [
    '/v1/signals?after_seq=-1',
    '/v1/signals?after_seq=1.5',
    '/v1/signals?after_seq=',
    '/v1/signals?after_seq=1e3',
    '/v1/signals?after_seq=9999999999999999',
    '/v1/signals?after_seq=1&instrument_id=SIM',
    '/v1/signals?after_seq=1&limit=1001',
    '/v1/outcomes?limit=0',
    '/v1/outcomes?after=1',
    '/v1/stream?hello=1',
  ]) {
    const { status, text } = await get(`${url}${path}`);
    expect([status, JSON.parse(text).code], path).toEqual([
      path.includes('instrument_id') ? 422 : 400, // each is right by itself
      'INVALID_VALUE',
    ]);
  }
});
