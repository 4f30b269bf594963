import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LANES } from './lanes.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILES = globSync('**/*.test.{ts,tsx,mjs}', {
  cwd: ROOT,
  exclude: (path) => path === 'node_modules' || path === 'dist',
});

const isIn = (path: string, globs: readonly string[]): boolean => globs.some((glob) => matchesGlob(path, glob));

test('every test file is in one lane', () => {
  expect(FILES.length).toBeGreaterThan(100);
  const lanesOf = (path: string): string[] =>
    LANES.flatMap(({ name, include, exclude }) => (isIn(path, include) && !isIn(path, exclude) ? [name] : []));
  const wrong = FILES.map((path) => [path, lanesOf(path)] as const).filter(([, lanes]) => lanes.length !== 1);
  expect(wrong).toEqual([]);
  expect(new Set(FILES.flatMap(lanesOf)), 'no lane is empty').toEqual(new Set(LANES.map(({ name }) => name)));
});

test.each(['redis', 'browser'])(
  'files of the lane %s carry its tag, so that they are skipped where it cannot run',
  (lane) => {
    const files = FILES.filter((path) => path.includes(`.${lane}.test.`));
    expect(files.length).toBeGreaterThan(2);
    const isTagged = (path: string): boolean =>
      readFileSync(`${ROOT}/${path}`, 'utf8').startsWith(`// @module-tag ${lane}\n`);
    expect(files.filter((path) => !isTagged(path))).toEqual([]);
  },
);

test('no file of the lane unit replaces a module: its files share the modules they load', () => {
  const [unit] = LANES;
  const files = FILES.filter((path) => isIn(path, unit.include) && !isIn(path, unit.exclude));
  expect(files.filter((path) => /\bvi\.(?:do)?[mM]ock\(/.test(readFileSync(`${ROOT}/${path}`, 'utf8')))).toEqual([]);
});

test('the lane unit starts no process and opens no port', () => {
  expect(() => spawnSync('true')).toThrow('starts a process (spawnSync); name it *.e2e.test.ts');
  expect(() => createServer().listen(0)).toThrow('listens on a port');
  expect(() => connect(1)).toThrow('opens a connection');
});
