import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveService, createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { Child } from '../faults/harness/child.ts';
import { freePort } from '../support/free-port.ts';
import { TEST_TLS } from '../support/tls-pair.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Time that a failed start is waited for, milliseconds: without the fault it ends at once, and with it never. */
const NEVER_MS = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-failed-start-'));
let taken: Server;
let port: number;

beforeAll(async () => {
  taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  ({ port } = taken.address() as AddressInfo);
});
afterAll(() => {
  taken.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a service that cannot start. @returns its last words. */
async function refusedStart(args: readonly string[], code = 1): Promise<string> {
  const child = new Child(process.execPath, [MAIN, 'serve', ...args]);
  const end = () => child.ending !== null;
  await child.until(end, 'a start that failed ends', NEVER_MS).finally(() => child.signal('SIGKILL'));
  expect(await child.ended, child.stderr).toEqual({ code, signal: null });
  return child.stderr;
}

/** Passes when a service can use the directory at once. */
async function expectFree(dataDir: string): Promise<void> {
  const config = OrchestratorConfig({ server: { dataDir }, modelPath: join(dataDir, 'none.onnx') });
  await (await createSignalService(config, { logger: SILENT })).stop();
}

test.each([
  ['a port that is taken', () => ['--port', String(port)], 'server.port must be a free port'],
  ['an address of another machine', () => ['--host', '192.0.2.1', '--insecure', '--port', '0'], 'server.host must be'],
])('%s: the process ends and the directory is free', async (name, args, sentence) => {
  for (const redis of [['--no-redis'], ['--redis', 'redis://127.0.0.1:1']]) {
    const dataDir = join(directory, `${name} ${redis.length}`);
    const words = await refusedStart([...args(), ...redis, '--data-dir', dataDir]);
    expect(words).toContain(sentence);
    await expectFree(dataDir);
  }
});

test('certificates that are none, and a key that is not theirs: the setting is named', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const another = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const path = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const [junk, cert, key] = [path('junk.pem', 'junk'), path('cert.pem', TEST_TLS.cert), path('key.pem', another)];
  const dataDir = join(directory, 'tls');
  for (const [certFile, keyFile, setting] of [
    [junk, key, 'server.tls_cert_file must be a PEM certificate'],
    [cert, junk, 'server.tls_key_file must be the PEM key of server.tls_cert_file'],
    [cert, key, 'server.tls_key_file must be the PEM key of server.tls_cert_file'],
  ]) {
    const config = join(directory, 'tls.yaml');
    writeFileSync(config, `server: {tls_cert_file: '${certFile}', tls_key_file: '${keyFile}'}`);
    const args = ['--no-redis', '--port', '0', '--config', config, '--data-dir', dataDir];
    expect(await refusedStart(args, 2)).toContain(setting);
  }
});

test.each([
  ['where the system takes no directory', '/proc/x', 'name another directory'],
  ['below a file', '/dev/null/x/y', 'name another directory'],
])('a data directory %s: the process ends', async (_, dataDir, remedy) => {
  expect(await refusedStart(['--no-redis', '--port', '0', '--data-dir', dataDir])).toContain(remedy);
});

test("a champion's file that is damaged: the process ends and the directory is free", async () => {
  const dataDir = join(directory, 'champion');
  mkdirSync(join(dataDir, 'models'), { recursive: true });
  writeFileSync(join(dataDir, 'models', 'champion'), 'no JSON');
  await refusedStart(['--no-redis', '--port', '0', '--data-dir', dataDir]);
  rmSync(join(dataDir, 'models'), { recursive: true });
  await expectFree(dataDir);
});

test('in a program: a service that cannot listen lets its directory go, and closing it again is no fault', async () => {
  const dataDir = join(directory, 'library');
  const config = OrchestratorConfig({ redisEnabled: false, server: { dataDir, port } });
  const live = await createLiveService(config, { logger: SILENT });
  await expect(live.listen()).rejects.toThrow('server.port must be a free port');
  await expectFree(dataDir);
  await live.close();
});

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

test('in a program: a service that listens and is told to again goes on', async () => {
  const dataDir = join(directory, 'twice');
  const config = OrchestratorConfig({ redisEnabled: false, server: { dataDir, port: 0 } });
  const live = await createLiveService(config, { logger: SILENT });
  const [first, second] = await Promise.all([live.listen(), live.listen()]);
  expect([second, await live.listen()]).toEqual([first, first]);
  expect(await answers(first.url)).toBe(true);
  await live.close();
  expect(await answers(first.url)).toBe(false);
  await expect(live.listen()).rejects.toMatchObject({ code: 'STOPPING' });
});

test('in a program: a service that is closed while it opens its port, or before, opens none', async () => {
  const dataDir = join(directory, 'closed');
  const config = OrchestratorConfig({ redisEnabled: false, server: { dataDir, port: await freePort() } });
  const opening = await createLiveService(config, { logger: SILENT });
  const listening = opening.listen();
  await Promise.all([expect(listening).rejects.toMatchObject({ code: 'STOPPING' }), opening.close()]);
  const closed = await createLiveService(config, { logger: SILENT });
  await closed.close();
  await expect(closed.listen()).rejects.toMatchObject({ code: 'STOPPING' });
  expect(await answers(`http://127.0.0.1:${config.server.port}`)).toBe(false);
  await expectFree(dataDir);
});

test('in a program: a bus that cannot be started lets port and directory go', async () => {
  const dataDir = join(directory, 'bus');
  const bus = {
    health: { status: 'off', reason: null, lastWorkedMs: null },
    onStatus: () => undefined,
    start: () => {
      throw new Error('no cable');
    },
    stop: async () => undefined,
  };
  const config = OrchestratorConfig({ server: { dataDir, port: 0 } });
  const live = await createLiveService(config, { logger: SILENT, bus: bus as never });
  await expect(live.listen()).rejects.toThrow('no cable');
  await expectFree(dataDir);
});
