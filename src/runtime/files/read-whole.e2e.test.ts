import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSmallText, readWhole, readWholeSync } from './read-whole.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-read-'));
const FILE = join(directory, 'file');
writeFileSync(FILE, 'twelve bytes');
const PIPE = join(directory, 'pipe');
if (process.platform !== 'win32') execFileSync('mkfifo', [PIPE]);

/** How a read fails, on its own thread and on this one. */
async function faultsOf(path: string, maxBytes: number): Promise<unknown[]> {
  const attempt = (read: () => Promise<Buffer>): Promise<unknown> => read().catch((error: Error) => error.message);
  return [await attempt(() => readWhole(path, maxBytes)), await attempt(async () => readWholeSync(path, maxBytes))];
}

test.skipIf(process.platform === 'win32').each([
  ['a named pipe', PIPE, 100, 'it is a named pipe, not a regular file; write its content to a file first'],
  ['a device', '/dev/zero', 100, 'it is a device, not a regular file; write its content to a file first'],
  ['a directory', directory, 100, 'it is a directory, not a file'],
  ['a file that is too large', FILE, 11, 'it has 12 bytes, and at most 11 are read'],
])('%s is refused, and nothing waits for it', async (_, path, maxBytes, sentence) => {
  expect(await faultsOf(path, maxBytes)).toEqual([sentence, sentence]);
});

test('a file of the largest size is read', async () => {
  expect(await readSmallText(FILE, 12)).toBe('twelve bytes');
  expect(readWholeSync(FILE, 12).toString()).toBe('twelve bytes');
});

test('the sentence names the setting that bounds a file', async () => {
  await expect(readWhole(FILE, 5, 'limits.file_bytes')).rejects.toThrow('at most 5 are read (limits.file_bytes)');
});
