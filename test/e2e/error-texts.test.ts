import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/core/index.ts';
import { runCli } from '../support/run-cli.ts';

const cwd = mkdtempSync(join(tmpdir(), 'ml4t-texts-'));
const SECRET = 'hunter2';
const URL_OF_SECRET = `redis://u:${SECRET},x@127.0.0.1:1`;

describe('no error shows a secret', () => {
  test.each<[string, string[], Readonly<Record<string, string>>]>([
    ['an unknown variable', ['serve'], { ML4T_REDIS_PASSWORD: SECRET }],
    ['an unknown setting', ['serve', '--set', `redis.password=${SECRET}`], {}],
    ['an unknown option with a value', ['serve', `--redis-password=${SECRET}`], {}],
    ['an unknown short option with a value', ['serve', `-a${SECRET}`], {}],
    ['a value without its option', ['serve', SECRET], {}],
    ['a setting without =', ['serve', '--set', `redis.password:${SECRET}`], {}],
    ['a URL where a command belongs', [URL_OF_SECRET], {}],
    ['a URL where a file belongs', ['train', URL_OF_SECRET], {}],
    ['a URL where settings belong', ['train', 'x.csv', '--config', URL_OF_SECRET], {}],
    ['a URL where a number belongs', ['serve', '--port', URL_OF_SECRET], {}],
    ['a token where its file belongs', ['serve', '--token-file', SECRET, '--no-redis'], {}],
    ['a URL that is none', ['serve', '--redis', `redis://:${SECRET}%@h`, '--port', '0'], {}],
  ])('%s', async (_, args, env) => {
    const run = await runCli(args, { cwd, env });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(/^(?:ml4t|error): /m);
    expect(run.stderr + run.stdout).not.toContain(SECRET);
  });
});

describe('no error is obeyed by a terminal', () => {
  const NAME = 'a\u001b[31m\u001b]0;x\u0007\r\nml4t: fine\u009b2J\u202e.csv';

  test.each<[string, string[]]>([
    ['a missing file', ['train', NAME]],
    ['a missing file of signals', ['enrich', NAME]],
    ['missing settings', ['train', 'x.csv', '--config', NAME]],
    ['an unknown setting', ['train', 'x.csv', '--set', `${NAME}=1`]],
    ['a wrong value', ['train', 'x.csv', '--set', `labels.fill=${NAME}`]],
    ['an unknown option', ['train', `--${NAME}`]],
    ['an unknown command', [NAME]],
    ['a wrong choice', ['train', 'x.csv', '--fill', NAME]],
    ['a missing directory', ['doctor', '--data-dir', NAME]],
    ['an unknown version', ['models', 'show', NAME]],
  ])('%s', async (_, args) => {
    const run = await runCli(args, { cwd });
    expect(run.code).not.toBe(0);
    for (const line of (run.stderr + run.stdout).split('\n')) expect(line).toBe(printable(line));
    expect(run.stderr).not.toMatch(/^ml4t: fine/m);
  });
});

describe('no sentence of a parser reaches the user', () => {
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(cwd, name), content);
    return name;
  };

  test.each<[string, () => string[], string]>([
    [
      'gzip',
      () => ['train', file('x.csv.gz', Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255))],
      'it is damaged, or no gzip at all',
    ],
    [
      'Parquet',
      () => ['train', file('x.parquet', 'PAR1 and nothing more')],
      'it does not begin and end as Parquet does',
    ],
    ['YAML', () => ['train', 'x.csv', '--config', file('x.yaml', 'a: [')], 'line 1, column'],
  ])('%s', async (_, args, sentence) => {
    const run = await runCli(args(), { cwd });
    expect(run.stderr).toContain(sentence);
  });

  test('NDJSON', async () => {
    const input = '{\n"x"\n{"a":1\n{"a":tru}\n{"instrument_id":"A","signal":1,"timestamp":"x","bars":5}\n';
    const run = await runCli(['enrich'], { cwd, input });
    const messages = run.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).error.message as string);
    expect(messages).toHaveLength(5);
    expect(messages.join('\n')).not.toMatch(/Unexpected|Invalid input|Expected|is not valid JSON/);
  });
});
