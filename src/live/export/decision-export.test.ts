import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveServiceParts, liveService, messageAt, OVER_STREAM } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { smallModel } from '../../../test/support/small-model.ts';
import { JournalError, parseLossless } from '../../core/index.ts';
import type { NumberedAnswer } from '../../ports/index.ts';
import { checkBy, decisionRowSchema, EXPORT_FORMATS, outcomeSchema, outcomeToWire } from '../../wire/index.ts';
import { DecisionExport, type DecisionExportOptions, type ExportRequest } from './decision-export.ts';
import { type AsideWriter, type DecisionFile, decisionWriter } from './decision-writer.ts';
import { FeatureNames } from './feature-names.ts';

const N = 130;
const bars = randomWalk(400, 11, { gaps: 0 });
/** A decision of which nothing is known. */
const ONE: NumberedAnswer = {
  signalId: 's',
  instrumentId: 'SIM',
  seq: 1,
  answer: '{}',
  answerHash: '',
  modelVersion: null,
  features: null,
  transport: 'http',
  receivedMs: 0,
  settingsId: 'x',
  outcome: null,
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let parts: LiveServiceParts;
let names: readonly string[];
beforeAll(async () => {
  parts = await liveService({ config: { sizing: { trust: 'always' } } });
  const { service } = parts;
  names = smallModel().featureNames;
  for (let k = 0; k < N; k++) {
    const side = [1, -1, 0][k % 3] as 1 | -1 | 0;
    const input = { signal: side, signalId: `s-${k}`, ...(k % 2 === 0 && { strength: 0.1 + 0.2 }) };
    await (await service.submit(messageAt(bars, 120 + k, input), OVER_STREAM)).recorded;
  }
  await outcomesAreRecorded();
});
afterAll(() => parts.service.stop());

/** Returns once no turn of the event loop records another outcome. */
async function outcomesAreRecorded(): Promise<void> {
  for (let [before, n] = [-1, 0]; before !== n; ) {
    before = n;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    n = (await parts.journal.outcomesAfter(0, 1000)).length;
  }
}

/** Writes on the thread of the test; a thread of its own takes a second to load the sources. */
function writeHere(file: DecisionFile): AsideWriter {
  const writer = decisionWriter(file);
  return {
    add: async (page) => (await writer).add(page),
    end: async () => (await writer).end(),
    close: async () => undefined,
  };
}

function exportOf(options: Partial<DecisionExportOptions> = {}): DecisionExport {
  const { journal, registry } = parts;
  const kept = new FeatureNames({ registry, find: async () => ({ featureNames: names }) });
  return new DecisionExport({ journal, names: kept, writerOf: writeHere, ...options });
}

/** What a table has of a decision without an outcome: nulls. */
const NO_OUTCOME = Object.fromEntries(Object.keys(outcomeSchema.shape).map((name) => [name, null]));

/** Integers of a table are bigint, those of a line numbers or bigint; a value that is null or absent is left out. */
function withPlainIntegers(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      typeof value === 'bigint' ? String(value) : Number.isInteger(value) ? String(value) : value,
    ]),
  );
}

async function bytesOf(
  pieces: AsyncGenerator<Uint8Array, number>,
): Promise<{ readonly bytes: Buffer; readonly n: number }> {
  const all: Uint8Array[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return { bytes: Buffer.concat(all), n: next.value };
    all.push(next.value);
  }
}

async function linesOf(request: Partial<ExportRequest> = {}): Promise<string[]> {
  const { bytes, n } = await bytesOf(exportOf().pieces({ format: 'ndjson', after: 0, ...request }));
  const lines = bytes.toString().split('\n').slice(0, -1);
  expect(n).toBe(lines.length);
  return lines;
}

/** Rows of a Parquet file, each by its columns. */
async function rowsOf(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const directory = mkdtempSync(join(tmpdir(), 'decisions-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const path = join(directory, 'decisions.parquet');
    writeFileSync(path, bytes);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    connection.closeSync();
    return reader.getRowObjects();
  } finally {
    instance.closeSync();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('every recorded decision is one line, whose answer has the bytes of its hash', async () => {
  const lines = await linesOf();
  const recorded = await parts.journal.signalsAfter(0, 1000);
  expect(lines).toHaveLength(N);
  for (const [k, line] of lines.entries()) {
    const { answer, answerHash, seq, features, outcome } = recorded[k];
    const row = checkBy(decisionRowSchema, parseLossless(line));
    const [lasting] = line.split(',"answer_hash":');
    expect(`${lasting}}`).toBe(answer);
    expect([row.answer_hash, row.seq]).toEqual([sha256(answer), seq]);
    expect(row.answer_hash).toBe(answerHash);
    expect(row.features === null ? null : Object.values(row.features)).toEqual(
      features === null ? null : [...features],
    );
    expect(row.outcome).toEqual(outcome === null ? null : outcomeToWire(outcome));
  }
  expect(recorded.filter(({ outcome }) => outcome !== null).length, 'some have ended').toBeGreaterThan(20);
  expect(recorded.filter(({ outcome }) => outcome === null).length, 'and some have not').toBeGreaterThan(20);
});

test('the table that a thread writes says the same as the lines, cell by cell', async () => {
  const lines = (await linesOf()).map((line) => checkBy(decisionRowSchema, parseLossless(line)));
  const { bytes, n } = await bytesOf(parts.service.exportDecisions({ format: 'parquet', after: 0 }));
  const rows = await rowsOf(bytes);
  expect([n, rows.length]).toEqual([N, N]);
  for (const [k, row] of rows.entries()) {
    const { signal_event, meta_output, size_factors, outcome, features, unnamed_features, ...flat } = lines[k];
    const ofOutcome = Object.fromEntries(
      Object.entries(outcome ?? NO_OUTCOME).map(([name, value]) => [
        name === 'outcome' ? name : `outcome_${name}`,
        value,
      ]),
    );
    const { signal_id: _, ...signal } = signal_event;
    const { outcome_signal_id: _s, outcome_instrument_id: _i, outcome_bar_type: _b, ...ended } = ofOutcome;
    const expected = {
      ...flat,
      ...signal,
      ...Object.fromEntries(Object.entries(size_factors).map(([name, value]) => [`size_${name}`, value])),
      ...ended,
      ...Object.fromEntries(names.map((name) => [`feature_${name}`, features?.[name] ?? null])),
      unnamed_features: null,
      answer: row.answer,
    };
    expect(sha256(String(row.answer)), 'the answer is there to the byte').toBe(row.answer_hash);
    expect(withPlainIntegers(row)).toEqual(withPlainIntegers(expected));
  }
});

test('only decisions with a higher number', async () => {
  const all = await linesOf();
  expect(await linesOf({ after: 100 })).toEqual(all.slice(100));
  expect(await linesOf({ after: N })).toEqual([]);
  const { bytes } = await bytesOf(exportOf().pieces({ format: 'parquet', after: 128 }));
  expect((await rowsOf(bytes)).map(({ signal_id: id }) => id)).toEqual(['s-128', 's-129']);
});

test.each(EXPORT_FORMATS)('a journal of many pages is exported whole and in its order as %s', async (format) => {
  const all = Array.from({ length: 1203 }, (_, i): NumberedAnswer => {
    const answer = `{"signal_id":"s-${i}", "timestamp": 1700000000000000001}`; // no JSON of ours is written so
    return { ...ONE, signalId: `s-${i}`, seq: i + 1, answer, answerHash: sha256(answer) };
  });
  const asked: number[] = [];
  const journal = {
    signalsAfter: async (after: number, limit: number) => {
      asked.push(after);
      return all.slice(after, after + limit);
    },
  };
  const names = new FeatureNames({ registry: parts.registry, find: async () => null });
  const { bytes, n } = await bytesOf(exportOf({ journal, names }).pieces({ format, after: 0 }));
  const rows =
    format === 'parquet'
      ? await rowsOf(bytes)
      : bytes
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
  expect(rows.map(({ signal_id: id, seq }) => [id, Number(seq)])).toEqual(
    all.map(({ signalId, seq }) => [signalId, seq]),
  );
  if (format === 'ndjson')
    expect(bytes.toString(), 'as it stands in the journal').toContain(all[7].answer.slice(0, -1));
  expect([n, asked.length > 2]).toEqual([1203, true]);
});

test('features of a model that is not kept any more keep their order, and have no names that are not theirs', async () => {
  const unnamed = exportOf({
    names: new FeatureNames({ registry: { list: async () => [] }, find: async () => null }),
  });
  const recorded = await parts.journal.signalsAfter(0, 1000);
  const { bytes } = await bytesOf(unnamed.pieces({ format: 'ndjson', after: 0 }));
  const lines = bytes.toString().split('\n').slice(0, -1);
  const table = await rowsOf((await bytesOf(unnamed.pieces({ format: 'parquet', after: 0 }))).bytes);
  for (const [k, line] of lines.entries()) {
    const row = JSON.parse(line);
    const expected = recorded[k].features === null ? null : [...recorded[k].features];
    expect([row.features, row.unnamed_features]).toEqual([null, expected]);
    expect(JSON.parse(String(table[k].unnamed_features))).toEqual(expected);
  }
  expect(Object.keys(table[0]).filter((name) => name.startsWith('feature_'))).toEqual([]);
});

test('the work is done in turns, and ends where the reader ends', async () => {
  let nTurns = 0;
  const turn = <T>(make: () => T): T => {
    nTurns++;
    return make();
  };
  let nOpen = 0;
  const writerOf = (file: DecisionFile): AsideWriter => {
    nOpen++;
    return { ...writeHere(file), close: async () => void nOpen-- };
  };
  const pieces = exportOf({ writerOf }).pieces({ format: 'ndjson', after: 0, turn });
  await pieces.next();
  expect(nTurns, 'a page is read while the one before it is written').toBe(2);
  await pieces.return(0);
  expect([nTurns, nOpen], 'nobody reads on').toEqual([2, 0]);
});

test('a journal that cannot be read is heard of before the first byte', async () => {
  const journal = { signalsAfter: () => Promise.reject(new JournalError('JOURNAL_DAMAGED', 'a flipped bit')) };
  const names = new FeatureNames({ registry: parts.registry, find: async () => null });
  const broken = exportOf({ journal, names });
  for (const format of EXPORT_FORMATS) {
    await expect(broken.pieces({ format, after: 0 }).next()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  }
});
