import { chmodSync, chownSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDataDirectory } from './check-data-directory.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A data directory as a service leaves it, beside a file of somebody else. */
function dataDirectory(): { readonly data: string; readonly victim: string } {
  const root = mkdtempSync(join(tmpdir(), 'ml4t-data-'));
  const data = join(root, 'data');
  mkdirSync(join(data, 'models'), { recursive: true, mode: 0o700 });
  chmodSync(data, 0o700);
  const victim = join(root, 'victim');
  const files = ['ml4t.db', 'ml4t.lock', 'ml4t.owner', 'models/champion', 'models/a.onnx'].map((name) =>
    join(data, name),
  );
  for (const file of [...files, victim]) writeFileSync(file, 'x', { mode: 0o600 });
  return { data, victim };
}

describe('checkDataDirectory', () => {
  test('takes what a service left, what is missing, what others may read, and what is not ours', () => {
    const { data, victim } = dataDirectory();
    checkDataDirectory(data);
    checkDataDirectory(join(data, 'none'));
    chmodSync(data, 0o755);
    chmodSync(join(data, 'ml4t.db'), 0o644);
    symlinkSync(victim, join(data, 'notes'));
    linkSync(join(data, 'models/a.onnx'), `${victim}.onnx`);
    symlinkSync(data, `${data}-link`);
    checkDataDirectory(data);
    checkDataDirectory(`${data}-link`);
  });

  test.each<[string, string, number]>([
    ['the directory', '.', 0o777],
    ['the directory of a group', '.', 0o770],
    ['a directory like that of all temporary files', '.', 0o1777],
    ['the models', 'models', 0o777],
    ['the journal', 'ml4t.db', 0o666],
    ['a model', 'models/a.onnx', 0o620],
  ])('refuses that others may write to %s', (_, name, mode) => {
    const { data } = dataDirectory();
    chmodSync(join(data, name), mode);
    expect(() => checkDataDirectory(data)).toThrow(`(mode ${mode.toString(8).padStart(4, '0')}): run chmod`);
  });

  test.each(['consumer', 'ml4t.db-wal', 'ml4t.db-probe', 'ml4t.db.v1-unfinished', 'models/trials', 'models/b.onnx'])(
    'refuses a link in the place of %s, also a dangling one',
    (name) => {
      for (const isThere of [true, false]) {
        const { data, victim } = dataDirectory();
        symlinkSync(isThere ? victim : join(data, 'nowhere'), join(data, name));
        expect(() => checkDataDirectory(data)).toThrow(`${name} is a link: put what it names in its place`);
      }
    },
  );

  test('refuses models that are a link, hard links, and what is no file', () => {
    const linked = dataDirectory();
    symlinkSync(join(linked.data, 'models'), join(linked.data, 'models2'));
    const other = mkdtempSync(join(tmpdir(), 'ml4t-other-'));
    symlinkSync(join(linked.data, 'models'), join(other, 'models'));
    expect(() => checkDataDirectory(other)).toThrow('models is a link');
    const hard = dataDirectory();
    linkSync(hard.victim, join(hard.data, 'consumer'));
    expect(() => checkDataDirectory(hard.data)).toThrow('consumer has a second name elsewhere');
    const odd = dataDirectory();
    mkdirSync(join(odd.data, 'consumer'));
    expect(() => checkDataDirectory(odd.data)).toThrow('consumer must be a plain file');
    expect(() => checkDataDirectory(odd.victim)).toThrow('is no directory');
    expect(() => checkDataDirectory('/dev/null')).toThrow('is no directory'); // not: chmod it
  });

  test.runIf(isRoot).each(['.', 'models', 'ml4t.db'])('refuses what belongs to another user: %s', (name) => {
    const { data } = dataDirectory();
    chownSync(join(data, name), NOBODY, NOBODY);
    expect(() => checkDataDirectory(data)).toThrow(
      `belongs to user ${NOBODY}, and this process runs as user 0: run as its`,
    );
  });
});
