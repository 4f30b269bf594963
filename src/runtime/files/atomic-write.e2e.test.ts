import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { DataError } from '../../core/index.ts';
import { checkWritable, removeLeftovers, writeFileAtomic } from './atomic-write.ts';

const directory = mkdtempSync(join(tmpdir(), 'atomic-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const source = fileURLToPath(new URL('./atomic-write.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Program that writes 1 MiB to a path and prints the error. */
const writer = (path: string): string => `
  import { writeFileAtomic } from ${JSON.stringify(source)};
  const error = await writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(1 << 20)).catch((e) => e);
  console.log(error === undefined ? 'written' : error.code + ': ' + error.message);`;

/** Program that writes to a path without end. */
const endless = (path: string): string => `
  import { writeFileAtomic } from ${JSON.stringify(source)};
  function* content() { for (;;) yield new Uint8Array(1); }
  await writeFileAtomic(${JSON.stringify(path)}, content());`;

async function failure(path: string): Promise<DataError> {
  const error = await writeFileAtomic(path, bytes('new')).catch((reason: unknown) => reason);
  if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${String(error)}`);
  return error;
}

describe('writeFileAtomic', () => {
  test('writes, replaces, makes directories, leaves nothing else', async () => {
    const path = join(directory, 'a', 'b', 'model.onnx');
    await writeFileAtomic(path, bytes('first, and longer'));
    await writeFileAtomic(path, [bytes('sec'), bytes(''), bytes('ond')]);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['model.onnx']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('what a killed writer left is removed, and nothing else', async () => {
    const among = join(directory, 'killed');
    const path = join(among, 'model.onnx');
    const killed = spawn(process.execPath, ['--input-type=module', '-e', endless(path)], { stdio: 'inherit' });
    await expect.poll(() => readdirSync(directory).includes('killed') && readdirSync(among).length).toBe(1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const others = ['.hidden', '.model.onnx.tmp', 'model.onnx.0123456789ab.tmp', '.note.0123456789AB.tmp'];
    for (const name of others) writeFileSync(join(among, name), '');
    await writeFileAtomic(path, bytes('whole'));
    expect(readdirSync(among)).toHaveLength(others.length + 2);
    await removeLeftovers(among);
    expect(readdirSync(among).sort()).toEqual([...others, 'model.onnx'].sort());
    await removeLeftovers(join(directory, 'never made'));
  });

  test('a path that cannot be written', async () => {
    writeFileSync(join(directory, 'plain'), 'x');
    const below = join(directory, 'plain', 'model.onnx');
    expect(await failure(below)).toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: `${below} cannot be written: a part of the path is not a directory`,
    });
    const taken = join(directory, 'taken');
    mkdirSync(taken);
    expect((await failure(taken)).message).toBe(`${taken} cannot be written: it is a directory`);
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a stream or a device stays what it is', async () => {
    const pipe = join(directory, 'pipe');
    spawnSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/full', '/dev/stdout', '/dev/fd/1']) {
      const kind = statSync(path, { throwIfNoEntry: false })?.mode;
      await expect(checkWritable(path)).rejects.toThrow('it is a stream or a device; name a file');
      expect((await failure(path)).message).toBe(`${path} cannot be written: it is a stream or a device; name a file`);
      expect(statSync(path, { throwIfNoEntry: false })?.mode).toBe(kind);
    }
  });

  test('a directory of others', async () => {
    const locked = join(directory, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    chmodSync(directory, 0o755);
    // Root may write anywhere, so the test runs as another user for the moment.
    if (isRoot) process.seteuid?.(NOBODY);
    const refused = await failure(join(locked, 'x')).finally(() => {
      if (isRoot) process.seteuid?.(0);
    });
    expect(refused.message).toContain('permission denied');
  });

  test('content that fails half-way leaves the old file and no other', async () => {
    const path = join(directory, 'half', 'x');
    await writeFileAtomic(path, bytes('old'));
    function* broken(): Generator<Uint8Array> {
      yield bytes('new');
      throw new Error('the source broke');
    }
    await expect(writeFileAtomic(path, broken())).rejects.toThrow('cannot be written: the source broke');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(directory, 'half'))).toEqual(['x']);
  });

  test('a file that may not grow: the old one survives', async () => {
    const path = join(directory, 'limit', 'x');
    await writeFileAtomic(path, bytes('old'));
    const script = 'trap \'\' XFSZ; ulimit -f 64; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, writer(path)], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(`FILE_UNWRITABLE: ${path} cannot be written: the file is larger than allowed`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(directory, 'limit'))).toEqual(['x']);
  });

  test('a full disk: the old file survives', ({ skip }) => {
    // A small file system in a new mount namespace, which ends with the shell.
    const mount = join(directory, 'disk');
    mkdirSync(mount);
    const path = join(mount, 'x');
    const script =
      'mount -t tmpfs -o size=64k tmpfs "$2" || exit 77; printf old > "$2/x"; ' +
      '"$0" --input-type=module -e "$1"; cat "$2/x"; echo; ls -A "$2"';
    const run = (flags: string) => {
      const enter = `exec unshare ${flags} sh -c "$3" "$0" "$1" "$2"`;
      return spawnSync('sh', ['-c', enter, process.execPath, writer(path), mount, script], { encoding: 'utf8' });
    };
    const first = run('-m');
    const { stdout, status } = first.status === 0 ? first : run('-rm');
    if (status !== 0) skip('no mount namespace may be made here');
    expect(stdout.trim().split('\n')).toEqual([
      `FILE_UNWRITABLE: ${path} cannot be written: no space left on the device`,
      'old',
      'x',
    ]);
  });

  test('a writer killed at any moment leaves the old file or the new one, whole', async () => {
    const path = join(directory, 'killed', 'x');
    const size = 1 << 21;
    await writeFileAtomic(path, new Uint8Array(size).fill(65));
    const loop = `
      import { writeFileAtomic } from ${JSON.stringify(source)};
      for (let k = 0; ; k++) {
        await writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(${size}).fill(65 + (k % 26)));
        process.stdout.write('.');
      }`;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', loop], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      for (let nWritten = 0; nWritten <= round; nWritten++) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      const content = readFileSync(path);
      expect(content.length, `round ${round}: whole`).toBe(size);
      expect(
        content.every((byte) => byte === content[0]),
        `round ${round}: of one writing`,
      ).toBe(true);
    }
    expect(existsSync(path)).toBe(true);
  });
});
