import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Child } from '../faults/harness/child.ts';

// What was built, because npm starts it, and because it is loaded piece by piece.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');
/** Time that an end is waited for, milliseconds: with the fault it never comes. */
const NEVER_MS = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-signal-'));
const SERVE = ['serve', '--no-redis', '--port', '0', '--data-dir', directory];
/** Sends SIGTERM as soon as the program listens to it. */
const AT_ONCE = `data:text/javascript,${encodeURIComponent(
  "process.once('newListener', function send(name) { if (name !== 'SIGTERM') return process.once('newListener', send); queueMicrotask(() => process.kill(process.pid, name)); });",
)}`;
const EARLY = [process.execPath, '--import', AT_ONCE, MAIN];
const AS_FIRST = ['unshare', '-fp', '--mount-proc', '--kill-child'];

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function start(command: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  return new Child(command[0], command.slice(1), { npm_config_update_notifier: 'false', ...env });
}

/** Waits for the end of a process and of those it left behind, which have its output open. */
async function endOf(child: Child): Promise<void> {
  const isOver = () => child.ending !== null;
  await child.until(isOver, 'it ends', NEVER_MS).finally(() => {
    if (child.ending !== null) return;
    child.signal('SIGKILL');
    const pid = Number(/"pid":(\d+)/.exec(child.stderr)?.[1] ?? 1);
    if (pid !== 1) process.kill(pid, 'SIGKILL');
  });
}

test('serve that is to end before it began to answer: it never does, and ends with 0', async () => {
  const child = start([...EARLY, ...SERVE]);
  await endOf(child);
  expect(child.ending, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.stderr).toContain('stopped');
  expect(child.stderr).not.toContain('listening on');
});

test('a command that finishes nothing ends of the signal, also of one before it began', async () => {
  const child = start([...EARLY, 'inspect', 'not-there']);
  await endOf(child);
  expect(child.ending, child.stderr).toEqual({ code: null, signal: 'SIGTERM' });
});

test('as the first process of a container: serve drains, and the others end', { tags: ['unshare'] }, async () => {
  const [serve, inspect] = [SERVE, ['inspect', 'not-there']].map((args) => start([...AS_FIRST, ...EARLY, ...args]));
  await endOf(serve);
  expect(serve.ending, serve.stderr).toEqual({ code: 0, signal: null });
  expect(serve.stderr).not.toContain('listening on');
  await endOf(inspect);
  expect(inspect.ending, inspect.stderr).toEqual({ code: 143, signal: null });
});

const listens = (child: Child) => child.until(() => child.stderr.includes('listening on'), 'it listens', NEVER_MS);

test('npm run passes the signal on: the service is stopped when npm has ended', async () => {
  const child = start(['npm', '--prefix', ROOT, 'run', '--ignore-scripts', '-s', 'ml4t', '--', ...SERVE]);
  await listens(child);
  child.signal('SIGTERM');
  await endOf(child);
  expect(child.ending, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.stderr).toContain('stopped');
});

test('npx gives the signal to a shell that ends of it: the service notices, and ends too', async () => {
  const child = start(['sh', '-c', '"$@"; true', 'sh', process.execPath, MAIN, ...SERVE], { npm_command: 'exec' });
  await listens(child);
  child.signal('SIGTERM');
  await endOf(child);
  expect(child.stderr).toContain('stopped');
});

test('npx that ended before the program began: the service notices, and ends too', { tags: ['unshare'] }, async () => {
  const left = '("$@" &) | cat'; // which reads until the service has ended
  const child = start([...AS_FIRST, 'sh', '-c', left, 'sh', process.execPath, MAIN, ...SERVE], { npm_command: 'exec' });
  await endOf(child);
  expect(child.stderr).toContain('stopped');
});

test('the same signal twice at once, as from a terminal and from npm, is one', async () => {
  const child = start([process.execPath, MAIN, ...SERVE]);
  await listens(child);
  child.signal('SIGINT');
  child.signal('SIGINT');
  child.signal('SIGTERM');
  await endOf(child);
  expect(child.ending, child.stderr).toEqual({ code: 0, signal: null });
});
