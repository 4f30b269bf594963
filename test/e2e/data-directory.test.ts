import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const cwd = mkdtempSync(join(tmpdir(), 'ml4t-data-'));
const victim = join(cwd, 'victim');

/** A data directory that was there before the service. */
function directory(name: string, mode: number): string {
  mkdirSync(join(cwd, name));
  chmodSync(join(cwd, name), mode);
  return join(cwd, name);
}

test.each<[string, string]>([
  ['consumer', 'consumer'],
  ['journal', 'ml4t.db'],
  ['lock', 'ml4t.lock'],
  ['models', 'models'],
])('serve refuses a link in the place of the %s, and what it names stays', async (_, name) => {
  writeFileSync(victim, 'mine');
  const data = directory(`link-${name}`, 0o700);
  symlinkSync(victim, join(data, name));
  const run = await runCli(['serve', '--port', '0', '--data-dir', data], { cwd });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`ml4t: ${join(data, name)} is a link: put what it names in its place, or remove it`);
  expect(readFileSync(victim, 'utf8')).toBe('mine');
  expect(readdirSync(data)).toEqual([name]);
});

test('serve refuses a directory that others may write to, with the remedy', async () => {
  const data = directory('open', 0o777);
  const run = await runCli(['serve', '--no-redis', '--port', '0', '--data-dir', data], { cwd });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`${data} may be written to by other users (mode 0777): run chmod 700 on it`);
  expect(readdirSync(data)).toEqual([]);
});

test.runIf(process.platform === 'linux')('serve ends where no directory can be made', async () => {
  const run = await runCli(['serve', '--no-redis', '--port', '0', '--data-dir', '/proc/ml4t/data'], { cwd });
  expect([run.code, run.stderr]).toEqual([
    1,
    expect.stringContaining('ml4t: /proc/ml4t/data cannot be used for the journal'),
  ]);
});

test('serve makes a private directory inside the volume of a group, which it refuses itself', async () => {
  const volume = directory('volume', 0o2775);
  const refused = await runCli(['serve', '--no-redis', '--port', '0', '--data-dir', volume], { cwd });
  expect(refused.stderr).toContain(`${volume} may be written to by other users (mode 2775)`);
  expect(refused.stderr).toContain('name a directory inside it');
});

test.each([
  ['inspect', '.'],
  ['doctor', '--data-dir', '.'],
  ['replay', '--journal', 'x', '--set', 'server.data_dir=.'],
])('%s refuses a named pipe in the place of a journal, and does not wait for its writer', async (...args) => {
  const data = mkdtempSync(join(tmpdir(), 'ml4t-pipe-'));
  for (const name of ['ml4t.db', 'ml4t.db-wal']) {
    writeFileSync(join(data, 'ml4t.db'), '');
    rmSync(join(data, name), { force: true });
    spawnSync('mkfifo', [join(data, name)]);
    const run = await runCli(args, { cwd: data });
    expect([run.code, run.stderr + run.stdout]).toEqual([
      1,
      expect.stringContaining('it is a named pipe, not a regular file'),
    ]);
    rmSync(join(data, name));
  }
});
