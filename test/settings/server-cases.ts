import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { Child } from '../faults/harness/child.ts';
import { freePort } from '../support/free-port.ts';
import { exchange, get, post, requestText, statusOf } from '../support/live-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256, smallModel } from '../support/small-model.ts';
import { TEST_TLS } from '../support/tls-pair.ts';
import { modelOf } from '../support/trained.ts';
import { until } from '../support/until.ts';
import { type LiveProcess, withLiveProcess } from './live-process.ts';
import { changes, type SettingCase, type SettingCases } from './setting-case.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Number of records written one after the other. */
const N_RECORDS = 40;
const WALK = randomWalk(2200, 11, { gaps: 0 });
const directory = mkdtempSync(join(tmpdir(), 'ml4t-setting-files-'));
const TOKEN_FILE = file('token', '0123456789abcdef0123456789abcdef');
const CERT = file('cert.pem', TEST_TLS.cert);
const KEY = file('key.pem', TEST_TLS.key);

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

type Server = NonNullable<OrchestratorConfigInput['server']>;

/** A case of what a live service does, or why it does not start. */
function server<T>(
  what: string,
  values: readonly [T, T],
  settingsOf: (value: T) => Server,
  see: (live: LiveProcess) => unknown,
): SettingCase {
  return changes(what, values, (value: T) =>
    withLiveProcess({ server: settingsOf(value) }, see).catch((error: Error) => error.message),
  );
}

const statusOfPage =
  (headers: Record<string, string> = {}) =>
  async ({ url }: LiveProcess): Promise<number> =>
    (await get(`${url}/v1/status`, headers)).status;
const schemeOf = ({ url }: LiveProcess): string => url.split(':')[0];
/** Status of a request with 2000 bytes that are no signal. */
const statusOfBody =
  (type: string) =>
  async ({ url }: LiveProcess): Promise<number> =>
    (await post(`${url}/v1/signals`, `"${'x'.repeat(1998)}"`, { 'content-type': type })).status;

/** How many connections stay open of three that were answered. */
async function nKept({ url }: LiveProcess): Promise<number> {
  const { port, hostname } = new URL(url);
  const sockets: Socket[] = [];
  for (let k = 0; k < 3; k++) {
    const socket = connect({ port: Number(port), host: hostname }).on('error', () => undefined);
    let isAnswered = false;
    socket.on('data', () => {
      isAnswered = true;
    });
    socket.write(`GET /healthz HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    sockets.push(socket);
    await until(() => isAnswered, `connection ${k + 1} is answered`);
  }
  const { text } = await get(`http://${hostname}:${port}/metrics`); // over a connection that is counted too
  for (const socket of sockets) socket.destroy();
  return Number(/^ml4t_connections (\d+)/m.exec(text)?.[1]);
}

/** Whether connections that ask for a page and never read come to have more than 5 MiB waiting. */
async function hasMuchUnread({ url }: LiveProcess): Promise<boolean> {
  const { port, hostname } = new URL(url);
  const sockets: Socket[] = [];
  let most = 0;
  for (let k = 0; k < 6 && most <= 5 * 2 ** 20; k++) {
    const socket = connect({ port: Number(port), host: hostname }).on('error', () => undefined);
    sockets.push(socket.pause());
    // About 3 MB, and half a second for it: a machine that is late refuses what goes beyond.
    socket.write(`GET /openapi.json HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`.repeat(40));
    await delay(500);
    await until(async () => {
      const { status, text } = await get(`${url}/metrics`);
      most = Math.max(most, Number(/^ml4t_unread_bytes (\d+)/m.exec(text)?.[1] ?? 0));
      return status === 200;
    }, 'the metrics are answered');
  }
  for (const socket of sockets) socket.destroy();
  return most > 5 * 2 ** 20;
}

/** Reason why system calls cannot be counted on this machine; null when they can. */
function traceObstacle(): string | null {
  const { status } = spawnSync('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' });
  return status === 0 ? null : 'system calls cannot be traced on this machine';
}

/** Whether a service syncs its journal to the disk with nearly every one of many records. */
async function syncsEach(durability: string): Promise<boolean> {
  const place = mkdtempSync(join(directory, 'journal-'));
  const trace = join(place, 'trace');
  const own = ['--data-dir', place, '--model', join(place, 'none.onnx'), '--port', '0', '--no-redis', '--json'];
  const serve = [MAIN, 'serve', ...own, '--set', `journal.durability=${durability}`];
  const options = ['-D', '-f', '-o', trace, '-e', 'trace=fsync,fdatasync'];
  const child = new Child('strace', [...options, process.execPath, ...serve]);
  try {
    await until(
      () => child.stdout.includes('\n') || child.ending !== null,
      () => `it listens: ${child.stderr}`,
    );
    const { listening } = JSON.parse(child.stdout.split('\n')[0]) as { readonly listening: string };
    await post(`${listening}/v1/bars/SIM`, barsText(0, 100));
    for (let k = 0; k < N_RECORDS; k++) {
      const signal = { instrument_id: 'SIM', signal: 1, timestamp: WALK.tsEvent[99], signal_id: `s${k}` };
      // A durable signal is answered when its record is written, so that no two records share a sync.
      const { status } = await post(`${listening}/v1/signals?durable=true`, stringifyLossless(signal));
      if (status !== 200) throw new Error(`a signal is answered with ${status}`);
    }
  } finally {
    child.signal('SIGTERM');
    await child.ended;
  }
  const nSyncs = (readFileSync(trace, 'utf8').match(/f(?:data)?sync\(/g) ?? []).length;
  return nSyncs > N_RECORDS / 2;
}

function barsText(from: number, to: number): string {
  return stringifyLossless(barsToWire(WALK.slice(from, to)));
}

/** Time of the first bar that a training read, as its model records it. */
async function firstTimeOf(stamp: string): Promise<bigint | null> {
  const path = file('bars.csv', barsFile());
  const args = ['train', path, '--model', join(directory, 'stamped.onnx'), '--json', '--workers', '1'];
  const run = await runCli([...args, '--set', `bars.stamp=${stamp}`, '--set', 'forest.n_estimators=3']);
  if (run.code !== 0) throw new Error(run.stderr);
  return modelOf({ modelBytes: readFileSync(join(directory, 'stamped.onnx')) }).metadata.firstBarTs;
}

function barsFile(): string {
  return ['timestamp,open,high,low,close,volume', ...Array.from({ length: 1500 }, (_, i) => rowOf(i))].join('\n');
}

/** Exit code of a training on a file under a limit. */
async function endOfTrainingOn(name: string, bytes: number, path: string): Promise<number | null> {
  const args = ['train', path, '--model', join(directory, 'limited.onnx'), '--workers', '1'];
  return (await runCli([...args, '--set', `${name}=${bytes}`, '--set', 'forest.n_estimators=3'])).code;
}

function rowOf(i: number): string {
  const { open, high, low, close, volume, tsEvent } = WALK.bar(i);
  return [tsEvent, open, high, low, close, volume].join();
}

/** How a training without end is ended. */
async function endOfTraining(timeoutSeconds: number): Promise<string | null> {
  const endless = { nEstimators: 10_000, maxDepth: 12, minSamplesSplit: 2, minSamplesLeaf: 1 };
  return withLiveProcess({ forest: endless, retrain: { timeoutSeconds } }, async ({ service, url }) => {
    for (let from = 0; from < WALK.length; from += 550) await post(`${url}/v1/bars/SIM`, barsText(from, from + 550));
    for (let i = 200; i < WALK.length; i += 2) {
      const signal = { instrument_id: 'SIM', signal: i % 4 === 0 ? 1 : -1, timestamp: WALK.tsEvent[i] };
      await post(`${url}/v1/signals`, stringifyLossless(signal));
    }
    service.retrain('SIM');
    await until(() => /completed|failed/.test(service.status().retrain?.state ?? ''), 'the training is over', 100_000);
    return service.status().retrain?.note ?? null;
  });
}

export const SERVER_CASES: SettingCases = {
  'server.host': server('whether it starts', ['127.0.0.1', '192.0.2.1'], (host) => ({ host }), schemeOf),
  'server.insecure': server(
    'whether it starts',
    [true, false],
    (insecure) => ({ host: '0.0.0.0', insecure }),
    schemeOf,
  ),
  'server.port': changes('the port', [0, 1], async (which: number) => {
    const port = which === 0 ? 0 : await freePort();
    return withLiveProcess({ server: { port } }, ({ url }) => Number(new URL(url).port) === port);
  }),
  'server.data_dir': changes('where the journal is', ['first', 'second'], (name: string) => {
    const places = ['first', 'second'].map((each) => mkdtempSync(join(directory, `${each}-`)));
    const dataDir = places[Number(name === 'second')];
    return withLiveProcess({ server: { dataDir } }, () => places.map((place) => existsSync(join(place, 'ml4t.db'))));
  }),
  'server.token_file': server('who is answered', [null, TOKEN_FILE], (tokenFile) => ({ tokenFile }), statusOfPage()),
  'server.tls_cert_file': server(
    'whether it starts',
    [null, CERT],
    (tlsCertFile) => ({ tlsCertFile, tlsKeyFile: KEY }),
    schemeOf,
  ),
  'server.tls_key_file': server(
    'whether it starts',
    [null, KEY],
    (tlsKeyFile) => ({ tlsKeyFile, tlsCertFile: CERT }),
    schemeOf,
  ),
  'server.allowed_hosts': server(
    'who is answered',
    [[], ['bot.example']],
    (allowedHosts) => ({ allowedHosts }),
    async ({ url }) => {
      const text = requestText('GET', '/v1/status', { host: 'bot.example' });
      return statusOf(await exchange(Number(new URL(url).port), [text]));
    },
  ),
  'server.allowed_origins': server(
    'who is answered',
    [[], ['https://page.example']],
    (allowedOrigins) => ({ allowedOrigins }),
    statusOfPage({ origin: 'https://page.example' }),
  ),
  'server.lanes': server(
    'the threads that judge',
    [1, 2],
    (lanes) => ({ lanes }),
    async ({ url }) => (JSON.parse((await get(`${url}/v1/status`)).text) as { lanes: object }).lanes,
  ),
  'server.max_connections': server('the connections', [1, 2], (maxConnections) => ({ maxConnections }), nKept),
  'server.max_signal_bytes': server(
    'what is refused',
    [1024, 4096],
    (maxSignalBytes) => ({ maxSignalBytes }),
    statusOfBody('application/json'),
  ),
  'server.max_batch_bytes': server(
    'what is refused',
    [1024, 4096],
    (maxBatchBytes) => ({ maxBatchBytes }),
    statusOfBody('application/x-ndjson'),
  ),
  'retrain.timeout_seconds': changes('when a training is given up', [1, 2], endOfTraining),
  'journal.durability': { ...changes('the syncs', ['process', 'power'], syncsEach), obstacle: traceObstacle },
  'limits.requests_per_connection': changes('how many are answered', [1, 64], (requestsPerConnection: number) =>
    withLiveProcess({ limits: { requestsPerConnection } }, async ({ url }) => {
      const one = `GET /v1/status HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
      const last = requestText('GET', '/v1/status', {});
      const text = await exchange(Number(new URL(url).port), [one + one + last]);
      return text.match(/HTTP\/1\.1 200/g)?.length;
    }),
  ),
  'limits.unread_bytes': changes(
    'how much waits for those that do not read',
    [4 * 2 ** 20, 2 ** 30],
    (unreadBytes: number) => withLiveProcess({ limits: { unreadBytes } }, hasMuchUnread),
  ),
  'limits.line_bytes': changes('which lines are answered', [1024, 4096], async (bytes: number) => {
    const input = `{"x":"${'x'.repeat(2000)}"}\n`;
    const { stdout } = await runCli(['enrich', '--set', `limits.line_bytes=${bytes}`], { cwd: directory, input });
    return stdout.replaceAll(String(bytes), 'N');
  }),
  'limits.file_bytes': changes('whether a file of bars is read', [1024, 2 ** 30], (bytes: number) =>
    endOfTrainingOn('limits.file_bytes', bytes, file('bounded.csv', barsFile())),
  ),
  'limits.unpacked_bytes': changes('whether a packed file is read', [1024, 2 ** 30], (bytes: number) => {
    const path = join(directory, 'bounded.csv.gz');
    writeFileSync(path, gzipSync(barsFile()));
    return endOfTrainingOn('limits.unpacked_bytes', bytes, path);
  }),
  'limits.tree_levels': changes('whether a model is read', [1, 128], async (levels: number) => {
    const path = join(directory, 'bounded.onnx');
    writeFileSync(path, encodeModel(smallModel(), sha256));
    return (await runCli(['enrich', '--model', path, '--set', `limits.tree_levels=${levels}`])).code;
  }),
  'bars.stamp': changes('the times of bars', ['close', 'open'], firstTimeOf),
};
