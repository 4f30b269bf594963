import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { JournalError, parseLossless } from '../../src/core/index.ts';
import type { ServiceApi } from '../../src/live/index.ts';
import type { SignalServer } from '../../src/server/index.ts';
import { checkBy, decisionRowSchema } from '../../src/wire/index.ts';
import { rowsOf, useGolden } from '../support/golden-journal.ts';
import { codeOf, get, type LiveServer, liveServer, replaceIn } from '../support/live-server.ts';
import { runCli } from '../support/run-cli.ts';
import { until } from '../support/until.ts';

const golden = useGolden('journal-0.1');
const out = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function exported(query: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${golden.url}/v1/export/decisions${query}`)).arrayBuffer());
}

describe('a journal that 0.1 began and a service of today goes on with', () => {
  test('is exported whole: each line has the bytes that the journal has, and the hash of them', async () => {
    const lines = (await exported('')).toString().trimEnd().split('\n');
    const path = join(golden.directory, 'ml4t.db');
    const recorded = rowsOf(path, 'SELECT answer, answer_hash, received_ms, transport FROM signals ORDER BY seq');
    expect(recorded.length).toBeGreaterThan(50);
    const read = lines.map((line) => {
      const row = checkBy(decisionRowSchema, parseLossless(line));
      const answer = `${line.split(',"answer_hash":')[0]}}`;
      expect(sha256(answer)).toBe(row.answer_hash);
      const { answer_hash, received_ms, transport } = row;
      return { answer, answer_hash, received_ms: BigInt(received_ms), transport };
    });
    expect(read).toEqual(recorded);
    const ends = rowsOf(path, 'SELECT signal_id FROM outcomes').map(({ signal_id: id }) => id);
    const ended = lines.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome !== null);
    expect(new Set(ended.map(({ signal_id: id }) => id))).toEqual(new Set(ends));
  });

  test.each(['ndjson', 'parquet'])(
    'gives the command line the same %s, byte by byte, while the service runs',
    async (format) => {
      const path = join(out, `decisions.${format}`);
      const run = await runCli(['journal', 'export', path, '--data-dir', golden.directory, '--json']);
      expect(run.code, run.stderr).toBe(0);
      const served = await exported(`?format=${format}`);
      expect(readFileSync(path).equals(served)).toBe(true);
      const n = rowsOf(join(golden.directory, 'ml4t.db'), 'SELECT 1 FROM signals').length;
      expect(JSON.parse(run.stdout)).toEqual({ path, format, decisions: n, bytes: served.length });
    },
  );

  test('is written to stdout from a number on', async () => {
    const args = ['journal', 'export', '-', '--format', 'ndjson', '--after-seq', '50', '--data-dir', golden.directory];
    const run = await runCli(args);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toBe((await exported('?after_seq=50')).toString());
    expect(JSON.parse(run.stdout.split('\n')[0]).seq).toBe(51);
  });

  test('as 0.1 left it is refused with what to do', async () => {
    const path = join(out, 'old.parquet');
    const run = await runCli(['journal', 'export', path, '--data-dir', golden.untouched]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('an older version of this program wrote it; start a service on its directory once');
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });
});

test.each([
  [['decisions.csv'], 2, '--format must be one of parquet, ndjson, or the file'],
  [['decisions.parquet', '--data-dir', out], 1, 'there is no journal in'],
])('ml4t journal export %j is refused', async (args, code, said) => {
  const run = await runCli(['journal', 'export', ...args], { cwd: out });
  expect(run.stderr).toContain(said);
  expect(run.code).toBe(code);
});

function nConnections({ app }: SignalServer): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, n) => (error === null ? resolve(n) : reject(error)));
  });
}

describe('the server', () => {
  /** A server whose exports are what a test makes them. */
  async function serverWith(exportDecisions: ServiceApi['exportDecisions']): Promise<LiveServer> {
    return liveServer({ wrap: (service) => replaceIn(service, { exportDecisions }) });
  }

  test('answers two exports at once, and another when one of their readers is gone', async () => {
    let nOpen = 0;
    const { url, server } = await serverWith(async function* () {
      nOpen++;
      try {
        for (;;) {
          yield Buffer.alloc(65_536, 10);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        nOpen--;
      }
    });
    const readers = [new AbortController(), new AbortController()];
    const address = `${url}/v1/export/decisions`;
    for (const { signal } of readers) expect((await fetch(address, { signal })).status).toBe(200);
    const refused = await get(address);
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, 'OVERLOADED', '1']);
    readers[0].abort();
    await until(() => nOpen === 1, 'the export of the reader who is gone ends');
    const again = new AbortController();
    expect((await fetch(address, { signal: again.signal })).status).toBe(200);
    readers[1].abort();
    again.abort();
    await until(() => nOpen === 0, 'the others end');
    await server.close(1000);
  });

  test('gives the place of a reader free who is gone before the first byte', async () => {
    let [nBegun, nOpen] = [0, 0];
    const first = Promise.withResolvers<void>();
    const { url, server } = await serverWith(async function* () {
      nBegun++;
      nOpen++;
      try {
        await first.promise;
        for (;;) yield Buffer.from('{}\n');
      } finally {
        nOpen--;
      }
    });
    const reader = new AbortController();
    const asked = expect(fetch(`${url}/v1/export/decisions`, { signal: reader.signal })).rejects.toThrow();
    await until(() => nBegun === 1, 'the export begins');
    reader.abort();
    await asked;
    await until(async () => (await nConnections(server)) === 0, 'the connection is closed');
    first.resolve();
    await until(() => nOpen === 0, 'the export ends');
    await server.close(1000);
  });

  test('says what is wrong before the first byte, and breaks off behind it: no part is taken for the whole', async () => {
    const damaged = new JournalError('JOURNAL_DAMAGED', 'a flipped bit');
    const atOnce = await serverWith(async function* () {
      yield await Promise.reject(damaged);
      return 0;
    });
    const refused = await get(`${atOnce.url}/v1/export/decisions?format=parquet`);
    expect([refused.status, codeOf(refused)]).toEqual([500, 'JOURNAL_DAMAGED']);
    await atOnce.server.close(1000);
    const later = await serverWith(async function* () {
      yield Buffer.from('{}\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw damaged;
    });
    const response = await fetch(`${later.url}/v1/export/decisions`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await later.server.close(1000);
  });

  test('that is stopped breaks its exports off at once', async () => {
    const { url, server } = await serverWith(async function* () {
      for (;;) {
        yield Buffer.from('{}\n');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const text = (await fetch(`${url}/v1/export/decisions`)).text();
    const broken = expect(text).rejects.toThrow();
    await server.close(60_000);
    await broken;
  });

  test('refuses a format that it has not', async () => {
    const { url, server } = await liveServer();
    const refused = await get(`${url}/v1/export/decisions?format=csv`);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'INVALID_VALUE']);
    expect(refused.text).toContain('format must be one of parquet, ndjson');
    await server.close(1000);
  });
});
