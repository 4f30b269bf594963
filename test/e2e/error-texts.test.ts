import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
