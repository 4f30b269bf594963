// @module-tag nautilus
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLossless, stringifyLossless } from '../../src/core/index.ts';
import { fullNodeAnswer } from '../../src/wire/index.ts';
import { Child } from '../faults/harness/child.ts';
import { nautilusPython, versionsToRun } from './versions.ts';

// Answers of a replay, read back by the catalog of NautilusTrader, are the JSON answers to the bit.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BAR_TYPE = 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL';
const directory = mkdtempSync(join(tmpdir(), 'catalog-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = new Child(program, args, env);
  const { code } = await child.ended;
  expect(code, child.stderr.slice(-3000)).toBe(0);
  return child.stdout;
}

describe.each(versionsToRun())('the catalog of NautilusTrader $version', ({ version, generation }) => {
  const out = join(directory, version);
  /** As a node's class has each answer, of the JSON ones. */
  let expected: Record<string, unknown>[];
  beforeAll(async () => {
    const catalog = join(ROOT, 'test/golden/catalog', `v${generation}`);
    const bars = join(catalog, 'data', generation === 1 ? 'bar' : 'bars', BAR_TYPE);
    const replay = ['dist/cli/main.js', 'replay', bars, '--signals', catalog, '--out'].map((part, i) =>
      i === 0 ? join(ROOT, part) : part,
    );
    for (const to of [`${out}/`, `${out}.parquet`, `${out}.ndjson`]) await run(process.execPath, [...replay, to]);
    expected = readFileSync(`${out}.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const answer = { ...(parseLossless(line) as object), answer_hash: '', late: false };
        const { fields, ts } = fullNodeAnswer(stringifyLossless(answer));
        const times = { last_bar_ts: String(fields.last_bar_ts), ts_event: String(ts), ts_init: String(ts) };
        return { ...fields, ...times, type: 'EnrichedSignal' };
      });
  }, 120_000);

  const read = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const script = join(ROOT, 'test/nautilus/nodes/read_answers.py');
    const env = { PYTHONPATH: join(ROOT, 'python/src'), PYTHONDONTWRITEBYTECODE: '1' };
    const text = await run(nautilusPython(version) ?? 'python3', ['-W', 'ignore', script, ...args], env);
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const row of rows) expect(row.answer_hash).toMatch(/^[0-9a-f]{64}$/);
    return rows.map((row) => ({ ...row, answer_hash: '' }));
  };

  test('reads a directory of answers', async () => {
    expect(expected.length).toBe(10);
    expect(await read(out)).toEqual(expected);
  });

  if (generation === 2) return; // reads no file outside of a catalog
  test('reads one file of answers', async () => {
    expect(await read(out, `${out}.parquet`)).toEqual(expected);
  });
});
