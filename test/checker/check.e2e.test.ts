import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from './answer-hash.ts';
import { sampleAnswer, sampleLasting } from './sample-answer.ts';

const CHECK = fileURLToPath(new URL('check.ts', import.meta.url));
const LASTING = sampleLasting('a');
const ANSWER = sampleAnswer('a');

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ml4t-check-'));
  mkdirSync(join(directory, 'data'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function writeLog(name: string, lines: readonly object[]): string {
  const file = join(directory, name);
  // The last line was cut short by a crash: it is not read.
  writeFileSync(file, `${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}{"kind":"se`);
  return file;
}

function writeJournal(ids: readonly string[], settingsSeq = 0): void {
  const db = new DatabaseSync(join(directory, 'data', 'ml4t.db'));
  db.exec(`CREATE TABLE settings (seq INTEGER, settings_id TEXT);
    INSERT INTO settings VALUES (${settingsSeq}, 'S');
    CREATE TABLE signals (seq INTEGER, signal_id TEXT, answer TEXT, answer_hash TEXT, settings_id TEXT, number INTEGER);
    CREATE TABLE outcomes (seq INTEGER, signal_id TEXT, number INTEGER);
    CREATE TABLE dead_letters (entry_id TEXT, signal_id TEXT, code TEXT);`);
  const add = db.prepare("INSERT INTO signals VALUES (1, ?, ?, ?, 'S', ?)");
  for (const [i, id] of ids.entries()) add.run(id, LASTING, sha256(LASTING), i + 1);
  db.close();
}

function check(): { readonly code: number | null; readonly out: string } {
  const sent = writeLog('sent.ndjson', [{ kind: 'sent', id: 'a', medium: 'http' }]);
  const answers = writeLog('answers.ndjson', [{ kind: 'ok', id: 'a', medium: 'http', text: ANSWER }]);
  const args = [CHECK, '--sent', sent, '--answers', answers, '--data-dir', join(directory, 'data')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, out: stdout + stderr };
}

test('stands alone, prints the counts and finds nothing wrong with a good run', () => {
  writeJournal(['a']);
  expect(check()).toEqual({ code: 0, out: 'sent 1 ok 1 rejected 0 dead 0 info 0 duplicates 0 lost 0\n' });
});

test('exits 1 and names what was lost', () => {
  writeJournal([]);
  const { code, out } = check();
  expect(code).toBe(1);
  expect(out).toContain('ok 0 rejected 0 dead 0 info 0 duplicates 0 lost 1\nlost: a was answered over http');
});

test('exits 1 where the settings of an answer were written after it', () => {
  writeJournal(['a'], 2);
  expect(check()).toMatchObject({ code: 1, out: expect.stringContaining('no settings') });
});

test('exits 1 on a file that was left behind', () => {
  writeJournal(['a']);
  writeFileSync(join(directory, 'data', 'model.onnx.tmp'), '');
  expect(check()).toMatchObject({ code: 1, out: expect.stringContaining('stray file') });
});
