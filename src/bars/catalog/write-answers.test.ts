import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringifyLossless } from '../../core/index.ts';
import { FULL_ANSWER_TYPES, fullNodeAnswer } from '../../wire/index.ts';
import { sqlPath, withDuckDb } from '../parquet/duckdb.ts';
import { withExactTimes } from '../parquet/footer/exact-times.ts';
import { nanosecondColumns } from '../parquet/footer/nanosecond-times.ts';
import { isCatalogPath, writeAnswersParquet, writeAnswersToCatalog } from './write-answers.ts';

const directory = mkdtempSync(join(tmpdir(), 'answers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TS = 1_700_000_059_999_999_999n;
/** Answers of 0.2 as a service gave them. */
const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/nautilus/read-by-nautilus-full.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;
const answer = (ts: bigint, more: Readonly<Record<string, unknown>> = {}): string => {
  const payload = JSON.parse(Buffer.from(golden.json, 'base64').toString('utf8')) as Record<string, unknown>;
  const { instrument_id, signal_id, signal, type: _, ts_event: __, ts_init: ___, ...fields } = payload;
  const event = { signal_id, instrument_id, signal, timestamp: ts, last_bar_ts: ts, n_bars: 100 };
  return stringifyLossless({ ...fields, signal_id, signal_event: event, last_bar_ts: ts, size_factors: {}, ...more });
};

async function rowsOf(file: string): Promise<{ types: Record<string, string>; rows: Record<string, unknown>[] }> {
  return withExactTimes(file, ({ file: exact }) =>
    withDuckDb(async (connection) => {
      const table = `read_parquet(${sqlPath(exact)})`;
      const types = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`)).getRows();
      const sql = `SELECT *, epoch_ns(ts_event) AS t FROM (SELECT * REPLACE (make_timestamp_ns(ts_event::BIGINT) AS ts_event) FROM ${table})`;
      const isNumber = types.some(([name, type]) => name === 'ts_event' && type === 'BIGINT');
      const query = isNumber ? sql : `SELECT *, epoch_ns(ts_event) AS t FROM ${table}`;
      const rows = (await connection.runAndReadAll(query)).getRowObjects();
      return { types: Object.fromEntries(types.map(([name, type]) => [String(name), String(type)])), rows };
    }),
  );
}

describe('answers as custom data of NautilusTrader', () => {
  const texts = [
    answer(TS, { meta_confidence: 0.1 + 0.2, expected_r: null, bar_type: null, take: null }),
    answer(TS + 60_000_000_000n, { meta_confidence: 5e-324, raw_confidence: null, reason: 'ü "quoted"\n' }),
  ];

  test('one file has the fields of the class, their types, and every bit', async () => {
    const file = join(directory, 'deep', 'answers.parquet');
    await writeAnswersParquet(file, texts);
    const { types, rows } = await rowsOf(file);
    const sql = { str: 'VARCHAR', int: 'BIGINT', float: 'DOUBLE', bool: 'BOOLEAN' };
    expect(types).toEqual({
      ...Object.fromEntries(Object.entries(FULL_ANSWER_TYPES).map(([name, type]) => [name, sql[type]])),
      type: 'VARCHAR',
      ts_event: 'BIGINT',
      ts_init: 'BIGINT',
    });
    texts.forEach((text, k) => {
      const { fields, ts } = fullNodeAnswer(text);
      const { type, t, ts_event: _, ts_init: __, ...row } = rows[k];
      expect({ type, t }).toEqual({ type: 'EnrichedSignal', t: ts });
      expect(row).toEqual({ ...fields, signal: BigInt(fields.signal) });
    });
    expect(rows[0]).toMatchObject({
      meta_confidence: 0.1 + 0.2,
      decision_available: false,
      expected_r: 0,
      take: false,
    });
    expect(rows[1]).toMatchObject({ meta_confidence: 5e-324, raw_confidence: -1, reason: 'ü "quoted"\n' });
  });

  test('a new directory is a catalog of both generations, each with its own times', async () => {
    const root = join(directory, 'both');
    const series = { instrumentId: 'BTC/USDT.BINANCE', barType: 'BTC/USDT.BINANCE-1-MINUTE-LAST-EXTERNAL' };
    const files = await writeAnswersToCatalog(root, series, texts);
    const end =
      'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL/2023-11-14T22-14-19-999999999Z_2023-11-14T22-15-19-999999999Z.parquet';
    expect(files.map((file) => file.slice(root.length + 1))).toEqual([
      `data/custom_enriched_signal/${end}`,
      `data/custom/EnrichedSignal/${end}`,
    ]);
    const [first, second] = await Promise.all(files.map(nanosecondColumns));
    expect(first).toEqual([]);
    expect(second.map(({ name, isUtc }) => [name, isUtc])).toEqual([
      ['ts_event', true],
      ['ts_init', true],
    ]);
    expect((await rowsOf(files[1])).rows.map(({ t }) => t)).toEqual([TS, TS + 60_000_000_000n]);
    await expect(writeAnswersToCatalog(root, series, texts.slice(1))).rejects.toThrow(
      /has answers of this time already \(2023.*\): remove them, or name another directory$/,
    );
    const later = await writeAnswersToCatalog(root, series, [answer(TS + 3_600_000_000_000n)]);
    expect(later.length).toBe(2);
  });

  test.each([
    ['bar', 'custom_enriched_signal'],
    ['bars', 'custom/EnrichedSignal'],
  ])('a catalog that has %s gets its own layout alone', async (kind, target) => {
    const root = join(directory, `one-${kind}`);
    mkdirSync(join(root, 'data', kind), { recursive: true });
    const files = await writeAnswersToCatalog(root, { instrumentId: 'A/B.X', barType: null }, texts);
    expect(files.map((file) => file.slice(root.length + 1).replace(/\/[^/]*$/, ''))).toEqual([`data/${target}/AB.X`]);
  });

  test('a path is a catalog where it is a directory or ends as one', async () => {
    expect(await isCatalogPath(`${directory}/new/`)).toBe(true);
    expect(await isCatalogPath(directory)).toBe(true);
    expect(await isCatalogPath(join(directory, 'answers.ndjson'))).toBe(false);
  });
});
