// @module-tag redis
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Child } from '../faults/harness/child.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'ml4t-readme-live-'));
const shell = promisify(execFile);
let redis: RedisServer;
let service: Child;
let url = '';

beforeAll(async () => {
  redis = await RedisServer.start(join(directory, 'redis'), false);
  const place = ['--port', '0', '--data-dir', join(directory, 'data'), '--redis', redis.url, '--json'];
  service = new Child(process.execPath, [join(root, 'src/cli/main.ts'), 'serve', ...place]);
  expect(await service.until(() => service.stdout.includes('\n'), 'it listens')).toBe(true);
  url = (JSON.parse(service.stdout.split('\n')[0]) as { listening: string }).listening;
});
afterAll(async () => {
  service.signal('SIGTERM');
  await service.ended;
  await redis.stop();
  rmSync(directory, { recursive: true });
});

/** The lines of the README that begin with a program, on the service and the server of this test. */
function linesOf(program: string): string[] {
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block]) => block.split('\n'))
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => line.replace('http://127.0.0.1:8787', url).replace('redis-cli', `redis-cli -p ${redis.port}`));
}

async function run(line: string): Promise<string> {
  return (await shell('sh', ['-c', line], { cwd: root })).stdout;
}

test('the curl lines of the README work as printed', async () => {
  const [signal, status] = linesOf('curl');
  const answer = JSON.parse(await run(signal));
  expect(answer).toMatchObject({ source: 'default', model_available: false, duplicate: false });
  expect(JSON.parse(await run(status))).toMatchObject({ counts: { by_transport: { http: 1 } } });
  const [printed] = [...readme.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text]) => JSON.parse(text));
  for (const key of Object.keys(printed)) expect(Object.keys(answer), `the answer printed has ${key}`).toContain(key);
  expect(printed.reason).toBe(answer.reason);
});

test('the redis-cli lines of the README work as printed', async () => {
  const [add, read, group] = linesOf('redis-cli');
  expect(await run(add)).toMatch(/^\d+-\d+\n$/);
  const answer = (await run(read)).split('\n').find((line) => line.startsWith('{')) ?? '{}';
  expect(JSON.parse(answer)).toMatchObject({
    signal_id: 'BTC-PERP.HYPERLIQUID:1579139460000000000:1',
    duplicate: true,
  });
  await expect.poll(() => run(group)).toMatch(/pending\n0\n/);
});
