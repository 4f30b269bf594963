import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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
