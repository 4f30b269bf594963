// @module-tag python-notebook
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { groupPython } from './groups.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ml4t-notebook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the notebook runs as it stands, and its checks of the ONNX file and of the decisions hold', async () => {
  const python = groupPython('notebook') ?? 'python3';
  const { INIT_CWD: _, FORCE_COLOR: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    ML4T: `${process.execPath} ${join(ROOT, 'dist', 'cli', 'main.js')}`,
    FOLDER: folder,
    PATH: [dirname(python), process.env.PATH].join(delimiter), // where its kernel is
    PYTHONDONTWRITEBYTECODE: '1',
    IPYTHONDIR: join(folder, 'ipython'),
    MPLCONFIGDIR: join(folder, 'matplotlib'),
  };
  const args = [join(ROOT, 'test', 'python', 'notebook', 'run.py'), join(ROOT, 'examples', 'notebook.ipynb')];
  const ended = await promisify(execFile)(python, args, { env });
  const stdout = stripVTControlCharacters(ended.stdout); // a kernel asks programs for colours
  expect(stdout).toMatch(/^EDGE: pays up to [\d.]+ bp a round trip$/m);
  expect(stdout).toMatch(/^4,\d{3} events, [\d.]+% won; [\d,]+ judged out of sample$/m);
  const [, nScored, nAll, difference] = /^([\d,]+) of ([\d,]+) signals, largest difference (\S+)$/m.exec(stdout) ?? [];
  expect(Number(nScored.replace(',', ''))).toBeGreaterThan(0.9 * Number(nAll.replace(',', '')));
  expect(Number(difference), 'single precision').toBeLessThan(1e-6);
  const excess = (row: string): number => Number(new RegExp(`^${row} .* (\\S+)$`, 'm').exec(stdout)?.[1]);
  expect(excess('taken'), 'the planted edge is found').toBeGreaterThan(excess('left'));
  expect(existsSync(join(folder, 'reliability.png'))).toBe(true);
});
