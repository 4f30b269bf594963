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
async function refusedStart(args: readonly string[]): Promise<string> {
  const child = new Child(process.execPath, [MAIN, 'serve', ...args]);
  const end = () => child.ending !== null;
  await child.until(end, 'a start that failed ends', NEVER_MS).finally(() => child.signal('SIGKILL'));
  expect(await child.ended, child.stderr).toEqual({ code: 1, signal: null });
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
