import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SameFiles } from './same-files.ts';

function journalFiles(): { readonly path: string; readonly files: SameFiles } {
  const path = join(mkdtempSync(join(tmpdir(), 'ml4t-same-')), 'ml4t.db');
  writeFileSync(path, 'x');
  const files = new SameFiles(path);
  files.check();
  writeFileSync(`${path}-wal`, 'x');
  files.check();
  files.check();
  return { path, files };
}

test.each(['', '-wal'])('a file that is removed or replaced is noticed: ml4t.db%s', (suffix) => {
  const removed = journalFiles();
  rmSync(`${removed.path}${suffix}`);
  expect(() => removed.files.check()).toThrow(`ml4t.db${suffix} was removed while it was open; put it back`);
  const replaced = journalFiles();
  copyFileSync(`${replaced.path}${suffix}`, `${replaced.path}-copy`);
  renameSync(`${replaced.path}-copy`, `${replaced.path}${suffix}`);
  expect(() => replaced.files.check()).toThrow(`ml4t.db${suffix} was replaced by another file`);
});

test('writing to a file is no other file', () => {
  const { path, files } = journalFiles();
  writeFileSync(path, 'much more');
  files.check();
});
