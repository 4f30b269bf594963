import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Rng } from '../../src/core/index.ts';
import { alertReceiver, type ReceivedAlert } from '../support/alert-receiver.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/live-server.ts';
import { runCli } from '../support/run-cli.ts';
import { until } from '../support/until.ts';

// Alerts as a receiver sees them, over kill -9 of the service and of the receiver.

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const RECEIVER = fileURLToPath(new URL('../support/alert-receiver-child.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/alerts.md', import.meta.url));
const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString('base64')}`;
const TOKEN = 'T0KEN-IN-THE-PATH';
const root = mkdtempSync(join(tmpdir(), 'ml4t-alerts-'));
const children = new Set<ChildProcess>();

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
}

afterEach(async () => {
  for (const child of children) await end(child, 'SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true }));

async function started(program: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const closed = once(child, 'close').then(() => Promise.reject(new Error(`it ended before it listened: ${log}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), closed])) as [string];
  closed.catch(() => undefined);
  return { child, line, log: () => log };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

async function serve(dataDir: string, port: number): Promise<Running> {
  const webhook = { url: 'env:ALERT_URL', secret: 'env:ALERT_SECRET' };
  const sets = ['alerts.cooldown_s=0', `alerts.webhooks=${JSON.stringify([webhook])}`].flatMap((one) => ['--set', one]);
  const own = ['serve', '--json', '--no-redis', '--port', '0', '--data-dir', dataDir, ...sets];
  const env = { ALERT_URL: `http://127.0.0.1:${port}/${TOKEN}`, ALERT_SECRET: SECRET };
  const { child, line, log } = await started([MAIN, ...own], env);
  return { child, url: (JSON.parse(line) as { readonly listening: string }).listening, log };
}

function receivedIn(path: string): ReceivedAlert[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ReceivedAlert);
}

/** Starts the receiver of docs/alerts.md. @returns what it printed. */
async function documentedReceiver(port: number): Promise<() => string> {
  const [, source = ''] = /```js\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const path = join(root, 'receiver.mjs');
  writeFileSync(path, source);
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, PORT: String(port), ALERT_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await until(() => isOpen(port), 'the receiver of the page listens');
  return () => printed;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** The ids of every event that was received, by what the event is. */
function idsByEvent(received: readonly ReceivedAlert[]): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { headers, body } of received) {
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
    const digest = createHmac('sha256', KEY).update(`${id}.${time}.${body}`).digest('base64');
    expect(signature).toBe(`v1,${digest}`);
    const { type, timestamp, data } = JSON.parse(body) as {
      readonly type: string;
      readonly timestamp: string;
      readonly data: { readonly since?: string | null };
    };
    const event = `${type} ${data.since ?? timestamp}`;
    ids.set(event, (ids.get(event) ?? new Set()).add(String(id)));
  }
  return ids;
}

test('every event comes at least once, with one id, over kill -9 of the service and of its receiver', async () => {
  const dataDir = join(root, 'killed');
  const path = join(root, 'received.ndjson');
  const port = await freePort();
  const receive = async (): Promise<ChildProcess> => (await started([RECEIVER, String(port), path])).child;
  const rng = new Rng(18);
  const halts: string[] = [];
  let receiver = await receive();
  let service = await serve(dataDir, port);
  for (let round = 0; round < 4; round++) {
    const halted = JSON.parse((await post(`${service.url}/v1/halt`, '{}')).text) as { readonly since: string };
    halts.push(`halted ${halted.since}`);
    await delay(rng.nextFloat() * 20); // the kill comes before, while or after it is sent
    const isReceiverKilled = round % 2 === 0;
    if (isReceiverKilled) await end(receiver, 'SIGKILL');
    if (round % 3 !== 2) {
      await end(service.child, 'SIGKILL');
      service = await serve(dataDir, port);
    }
    if (isReceiverKilled) receiver = await receive();
    expect((await post(`${service.url}/v1/resume`, '{}')).status).toBe(200);
  }
  await end(service.child, 'SIGKILL');
  service = await serve(dataDir, port);
  const resumed = (): string[] =>
    [...idsByEvent(receivedIn(path)).keys()].filter((event) => event.startsWith('resumed'));
  const missing = (): string[] => halts.filter((event) => !idsByEvent(receivedIn(path)).has(event));
  await until(
    () => missing().length === 0 && resumed().length >= halts.length,
    () => `${missing()}, ${resumed()}`,
  );
  const ids = idsByEvent(receivedIn(path));
  expect(
    [...ids].filter(([, each]) => each.size !== 1),
    'an event has one id',
  ).toEqual([]);
  expect(ids.size, 'nothing else is told').toBe(2 * halts.length);
  await until(() => readdirSync(join(dataDir, 'alerts')).length === 1, 'the outbox is empty but for its ledger');
  const written = readdirSync(join(dataDir, 'alerts')).map((name) =>
    readFileSync(join(dataDir, 'alerts', name), 'utf8'),
  );
  expect(written.join() + service.log()).not.toMatch(new RegExp(`${TOKEN}|${SECRET.slice(6, 20)}`));
});

test('a dead receiver holds nothing up, is shown without its secrets, and gets what waited when it is back', async () => {
  const port = await freePort();
  const dataDir = join(root, 'dead');
  const service = await serve(dataDir, port);
  expect((await post(`${service.url}/v1/halt`, '{"reason":"odd"}')).status).toBe(200);
  const status = async (): Promise<string> => (await get(`${service.url}/v1/status`)).text;
  await until(async () => (await status()).includes('"state":"failing"'), 'it is seen to fail');
  const { alerts } = JSON.parse(await status()) as { readonly alerts: unknown };
  expect(alerts).toMatchObject({
    is_running: true,
    webhooks: [
      {
        setting: 'alerts.webhooks.0',
        origin: `http://127.0.0.1:${port}`,
        n_pending: 1,
        fault: 'no answer (ECONNREFUSED)',
      },
    ],
  });
  const metrics = (await get(`${service.url}/metrics`)).text;
  expect(metrics).toMatch(/^ml4t_alerts_pending 1$/m);
  expect(metrics).toMatch(/^ml4t_alert_webhooks\{state="failing"\} 1$/m);
  expect((await status()) + metrics + service.log()).not.toContain(TOKEN);
  const path = join(root, 'late.ndjson');
  await started([RECEIVER, String(port), path]);
  await until(() => receivedIn(path).length > 0, 'it gets the alert');
  await until(async () => (await status()).includes('"sent":1'), 'it is counted');
  expect(JSON.parse(receivedIn(path)[0].body)).toMatchObject({
    type: 'halted',
    data: { reason: 'odd', service: `${hostname()}/dead`, held_back: 0 },
  });
});

test('ml4t alerts test says what came back, exits 1 where one failed, and follows no redirect', async () => {
  const good = await alertReceiver(() => ({ status: 200, body: `ok ${TOKEN}\u001b[31m` }));
  const led = await alertReceiver();
  const bad = await alertReceiver(() => ({ status: 302, headers: { location: led.url } }));
  const webhooks = [
    { url: `${good.url}/${TOKEN}`, secret: SECRET },
    { url: `${bad.url}/${TOKEN}`, kind: 'discord' },
  ];
  const file = join(root, 'alerts.yaml');
  writeFileSync(file, JSON.stringify({ alerts: { webhooks } }));
  const both = await runCli(['alerts', 'test', '--config', file], { cwd: root });
  const port = await freePort();
  writeFileSync(file, JSON.stringify({ alerts: { webhooks: [{ url: `http://127.0.0.1:${port}/`, secret: SECRET }] } }));
  const page = await documentedReceiver(port);
  const one = await runCli(['alerts', 'test', '--config', file, '--json'], { cwd: root });
  await Promise.all([good, led, bad].map((receiver) => receiver.close()));
  expect(both.code).toBe(1);
  expect(both.stdout, 'nothing of an answer that is not known').toMatch(
    /^ok +alerts\.webhooks\.0 +http:\/\/127\.0\.0\.1:\d+ +standard +it answered 200 +\d+$/m,
  );
  expect(both.stdout).toMatch(
    /^FAILED +alerts\.webhooks\.1 +http:\/\/127\.0\.0\.1:\d+ +discord +it answered 302, a redirect, which is not followed/m,
  );
  expect(one.code).toBe(0);
  expect(JSON.parse(one.stdout)).toMatchObject({
    ok: true,
    webhooks: [{ ok: true, kind: 'standard', status: 204, fault: null, answer: '' }],
  });
  expect(led.received).toEqual([]);
  expect(idsByEvent(good.received).size).toBe(1);
  expect(page()).toMatch(/^msg_[0-9a-f]{32} a person sent this/);
  const forged = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': `v1,${'A'.repeat(43)}=` };
  expect((await post(`http://127.0.0.1:${port}/`, '{}', forged)).status, 'what nobody signed is refused').toBe(401);
  for (const { stdout, stderr } of [both, one]) expect(stdout + stderr).not.toContain(TOKEN);
});
