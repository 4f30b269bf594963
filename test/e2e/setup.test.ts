import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';

// The setup of a clone, with an npm that does nothing for as long as it is told.

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'ml4t-setup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A clone whose npm notes that it runs, waits for the file `go`, and brings a Node. */
function makeClone(name: string): string {
  const clone = join(root, name);
  mkdirSync(join(clone, 'scripts'), { recursive: true });
  mkdirSync(join(clone, 'bin'));
  for (const file of ['setup.mjs', 'setup-lock.mjs']) copyFileSync(join(SCRIPTS, file), join(clone, 'scripts', file));
  writeFileSync(join(clone, 'scripts', 'build.mjs'), "process.stderr.write('built\\n');\n");
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  const npm = `#!/bin/sh
echo $$ >> runs
trap "" TERM
while [ ! -e go ]; do sleep 0.05; done
mkdir -p node_modules/.bin
ln -sf ${process.execPath} node_modules/.bin/node
`;
  writeFileSync(join(clone, 'bin', 'npm'), npm);
  chmodSync(join(clone, 'bin', 'npm'), 0o755);
  return clone;
}

interface Setup {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly said: () => string;
}

function begin(clone: string): Setup {
  const env = { ...process.env, PATH: `${join(clone, 'bin')}${delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, [join(clone, 'scripts', 'setup.mjs')], { cwd: clone, env });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, said: () => said };
}

const runsOf = (clone: string): number[] => {
  const file = join(clone, 'runs');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
};

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a second setup waits for the first, and installs nothing again', async () => {
  const clone = makeClone('two');
  const first = begin(clone);
  await until(() => runsOf(clone).length === 1, 'the first installation', 60_000);
  const second = begin(clone);
  await until(() => second.said().includes('sets up this folder already; waiting for it'), 'a word', 60_000);
  writeFileSync(join(clone, 'go'), '');
  expect([await first.ended, await second.ended]).toEqual([0, 0]);
  expect(runsOf(clone)).toHaveLength(1);
  expect([first.said(), second.said()].every((said) => said.endsWith('built\n'))).toBe(true);
  expect(existsSync(join(clone, '.ml4t-setup')), 'the lock is released').toBe(false);
});

test('a setup that is ended leaves no installation behind', async () => {
  const clone = makeClone('ended');
  const setup = begin(clone);
  await until(() => runsOf(clone).length === 1, 'the installation', 60_000);
  setup.child.kill('SIGTERM');
  expect(await setup.ended).toBe(143);
  expect(isAlive(runsOf(clone)[0])).toBe(false);
  expect(existsSync(join(clone, '.ml4t-setup'))).toBe(false);
});

test('after a kill -9 the next one waits until the installation that was left has ended, and installs anew', async () => {
  const clone = makeClone('killed');
  const setup = begin(clone);
  await until(() => readFileIf(join(clone, '.ml4t-setup')).includes(' ') && runsOf(clone).length === 1, 'it', 60_000);
  setup.child.kill('SIGKILL');
  await until(() => setup.child.signalCode !== null, 'its end', 60_000);
  const next = begin(clone);
  const [left] = runsOf(clone);
  await until(() => next.said().includes(`process ${left} sets up this folder already`), 'a word', 60_000);
  writeFileSync(join(clone, 'go'), '');
  expect(await next.ended).toBe(0);
  expect(runsOf(clone)).toHaveLength(2);
});

function readFileIf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
