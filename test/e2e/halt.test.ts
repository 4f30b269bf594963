import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { stringifyLossless } from '../../src/core/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { post } from '../support/live-server.ts';
import { smallModelBytes } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { until } from '../support/until.ts';

// The switch as an operator uses it: `ml4t halt` beside a running `ml4t serve`, over its death and its next start.

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'ml4t-halt-'));
const modelPath = join(root, 'model.onnx');
const dataDir = join(root, 'data');
const TOKEN = '0123456789abcdef0123456789abcdef';
const tokenFile = join(root, 'token');
const SETTINGS = ['sizing.trust=always', 'sizing.method=integrated', 'model.out_of_distribution=false'];
const BARS = randomWalk(300, 11, { gaps: 0 });
const HALTED = [false, 'halted', 0];

type Wire = Record<string, unknown>;
interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
}
let running: Running | null = null;

beforeAll(() => {
  writeFileSync(modelPath, smallModelBytes());
  writeFileSync(tokenFile, TOKEN);
});
afterEach(() => end('SIGKILL'));
afterAll(() => rmSync(root, { recursive: true }));

async function serve(...more: readonly string[]): Promise<Running> {
  const own = ['--data-dir', dataDir, '--model', modelPath, '--port', '0', '--token-file', tokenFile];
  const sets = SETTINGS.flatMap((one) => ['--set', one]);
  const child = spawn(process.execPath, [MAIN, 'serve', '--json', '--no-redis', ...own, ...sets, ...more], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const closed = once(child, 'close').then(() => Promise.reject(new Error(`it ended before it listened: ${log}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), closed])) as [string];
  closed.catch(() => undefined);
  running = { child, url: (JSON.parse(line) as { readonly listening: string }).listening, log: () => log };
  return running;
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (running === null) return;
  const { child } = running;
  running = null;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

const headers = { authorization: `Bearer ${TOKEN}` };
const cli = (...args: readonly string[]): Promise<CliRun> => runCli(args, { cwd: root });
const switched = ({ url }: Running, name: string, ...more: readonly string[]): Promise<CliRun> =>
  cli(name, '--url', url, '--token-file', tokenFile, ...more);
async function ask({ url }: Running, end: number, id: string): Promise<Wire> {
  const bars = barsToWire(BARS.slice(end - 99, end + 1));
  const signal = { signal_id: id, instrument_id: 'SIM', signal: 1, timestamp: BARS.tsEvent[end], bars };
  return JSON.parse((await post(`${url}/v1/signals?durable=true`, stringifyLossless(signal), headers)).text) as Wire;
}
async function get({ url }: Running, path: string): Promise<Wire> {
  return (await (await fetch(`${url}${path}`, { headers })).json()) as Wire;
}
const betOf = ({ take, take_reason: reason, size }: Wire): unknown[] => [take, reason, size];

test('a halt outlasts kill -9; what was answered is taken again to the same bits; and it is resumed', async () => {
  const first = await serve();
  expect((await ask(first, 150, 'before')).take).toBe(true);
  const halt = await switched(first, 'halt', '--reason', 'the feed looks wrong');
  expect([halt.code, halt.stdout], halt.stderr).toEqual([
    0,
    expect.stringMatching(
      /^halted since 20.*Z \(the feed looks wrong\): nothing is taken and every size is 0 until ml4t resume/,
    ),
  ]);
  await end('SIGKILL');

  const second = await serve();
  expect(second.log()).toMatch(/HALTED since 20/);
  const status = await get(second, '/v1/status');
  expect(status.halted).toMatchObject({ reason: 'the feed looks wrong', recorded: true });
  const during = await ask(second, 151, 'during');
  expect(betOf(during)).toEqual(HALTED);
  expect(during).toMatchObject({ source: 'model', reason: null });
  expect(betOf(await ask(second, 150, 'before')), 'a repeat').toEqual(HALTED);
  expect((await fetch(`${second.url}/readyz`, { headers })).status).toBe(200);
  const detail = await get(second, '/v1/signals/during');
  expect(detail.enriched).toMatchObject({ take: false, take_reason: 'halted', size: 0 });
  expect(detail.explanation, 'its confidence is explained').not.toBeNull();
  const again = JSON.parse((await switched(second, 'halt', '--json')).stdout) as Wire;
  expect(again).toMatchObject({ halted: true, since: (status.halted as Wire).since, reason: 'the feed looks wrong' });

  const resume = await switched(second, 'resume');
  expect([resume.code, resume.stdout]).toEqual([0, expect.stringMatching(/^resumed: signals are taken again/)]);
  expect((await ask(second, 152, 'after')).take).toBe(true);
  expect((await ask(second, 150, 'before')).take, 'the record stands').toBe(true);
  expect((await switched(second, 'resume')).code, 'twice').toBe(0);
  await end('SIGTERM');

  const db = new DatabaseSync(join(dataDir, 'ml4t.db'), { readOnly: true });
  const halts = db.prepare('SELECT halted, reason FROM halts ORDER BY seq').all();
  db.close();
  expect(halts.map(({ halted, reason }) => [halted, reason])).toEqual([
    [1, 'the feed looks wrong'],
    [0, null],
  ]);
  for (const id of ['before', 'during', 'after']) {
    const run = await cli('replay', '--journal', id, '--data-dir', dataDir);
    expect([run.code, run.stdout], run.stderr).toEqual([0, expect.stringContaining('identical')]);
  }
  expect((await cli('inspect', dataDir)).code).toBe(0);
});

test('while another program holds the journal it is halted at once, and that is written afterwards', async () => {
  const service = await serve();
  const db = new DatabaseSync(join(dataDir, 'ml4t.db'));
  db.exec('BEGIN IMMEDIATE');
  const run = await switched(service, 'halt', '--reason', 'now');
  expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/it is halted: .* not written down yet/)]);
  expect((await get(service, '/v1/status')).halted).toMatchObject({ reason: 'now', recorded: false });
  const refused = await switched(service, 'resume');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  db.exec('ROLLBACK');
  db.close();
  await until(async () => ((await get(service, '/v1/status')).halted as Wire).recorded === true, 'it is written');
  await end('SIGKILL');
  const next = await serve();
  expect(betOf(await ask(next, 160, 'held'))).toEqual(HALTED);
  expect((await switched(next, 'resume')).code).toBe(0);
});

test('where no service answers, it says so and what to do; with --stopped the next one starts halted', async () => {
  const nothing = ['--url', 'http://127.0.0.1:1', '--data-dir', dataDir];
  const alone = await cli('halt', ...nothing);
  expect([alone.code, alone.stdout]).toEqual([1, '']);
  expect(alone.stderr).toMatch(/nothing is halted: no service answers at http:\/\/127\.0\.0\.1:1 .*--url.*--stopped/);
  const service = await serve();
  const used = await cli('halt', '--stopped', '--data-dir', dataDir);
  expect([used.code, used.stderr]).toEqual([1, expect.stringContaining('a service uses')]);
  const unnamed = await cli('halt', '--url', service.url);
  expect([unnamed.code, unnamed.stderr]).toEqual([1, expect.stringContaining('token')]);
  expect((await get(service, '/v1/status')).halted).toBeNull();
  await end('SIGTERM');

  const marked = await cli('halt', '--stopped', '--data-dir', dataDir, '--reason', 'over night');
  expect([marked.code, marked.stdout], marked.stderr).toEqual([0, expect.stringContaining('starts halted')]);
  const next = await serve();
  expect((await get(next, '/v1/status')).halted).toMatchObject({ reason: 'over night', recorded: true });
  expect(betOf(await ask(next, 170, 'morning'))).toEqual(HALTED);
  await end('SIGTERM');
  expect((await cli('resume', '--stopped', '--data-dir', dataDir)).code).toBe(0);
  expect((await get(await serve(), '/v1/status')).halted).toBeNull();

  const absent = await cli('halt', '--stopped', '--data-dir', join(root, 'nowhere'));
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('no data directory')]);
});

test.each(['halt', 'resume'])('ml4t %s --help has examples', async (name) => {
  const { code, stdout } = await cli(name, '--help');
  expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`Examples:\\n {2}ml4t ${name}`))]);
  for (const option of ['--url', '--token-file', '--reason', '--stopped', '--data-dir'])
    expect(stdout).toContain(option);
});
