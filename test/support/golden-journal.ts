import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDecisionReader, createLiveService, type LiveProcess, readSettings } from '../../src/app/index.ts';
import type { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { until } from './until.ts';

/** A JSON object of which nothing more is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What the program that wrote a golden journal answered on it; bars come as number and hash. */
interface GoldenAnswers {
  readonly signals: Readonly<Record<string, JsonObject & { readonly outcome: unknown; readonly barriers: unknown }>>;
  readonly identical: Readonly<Record<string, boolean>>;
  /** The bars of instrument A that come next. */
  readonly later: readonly Readonly<Record<string, number | string>>[];
}

/** Settings of a service on a data directory. */
export function settingsOf(dataDir: string): Promise<OrchestratorConfig> {
  const assignments = ['redis_enabled=false', 'server.port=0', `server.data_dir=${dataDir}`];
  return readSettings({ file: join(dataDir, 'ml4t.yaml'), environment: {}, assignments });
}

/** Rows of a database, integers as bigint. */
export function rowsOf(path: string, query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true, readBigInts: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

/** JSON as the goldens have it: long integers as `int:` and their digits. */
export function parseGolden(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { readonly source?: string }) =>
    typeof value === 'number' && /^-?\d{16,}$/.test(context?.source ?? '') ? `int:${context?.source}` : value,
  );
}

/** The numbers of the signals, and of the outcomes, in a journal: in the order of their rows. */
export function numbersIn(path: string): { readonly signals: number[]; readonly outcomes: number[] } {
  const numbers = (table: string): number[] =>
    rowsOf(path, `SELECT number FROM ${table} ORDER BY seq`).map(({ number }) => Number(number));
  return { signals: numbers('signals'), outcomes: numbers('outcomes') };
}

/** A data directory that an older version left behind, twice: as it is, and with today's service on it. */
export class GoldenJournal<Answers = GoldenAnswers> {
  readonly answers: Answers;
  readonly root: string;
  /** Nothing is started here. */
  readonly untouched: string;
  readonly directory: string;
  readonly #golden: string;
  #live: LiveProcess | null = null;
  #url = '';

  /** @param name - of the folder in `test/golden`. */
  constructor(name: string) {
    this.#golden = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
    this.root = mkdtempSync(join(tmpdir(), `${name}-`));
    this.untouched = join(this.root, 'untouched');
    this.directory = join(this.root, 'data');
    this.answers = JSON.parse(gunzipSync(readFileSync(join(this.#golden, 'answers.json.gz'))).toString('utf8'));
  }

  get live(): LiveProcess {
    if (this.#live === null) throw new Error('the service is not started');
    return this.#live;
  }

  /** Of the service. */
  get url(): string {
    return this.#url;
  }

  /** Makes another copy of the directory. */
  layOut(to: string): void {
    cpSync(this.#golden, to, { recursive: true });
    writeFileSync(join(to, 'ml4t.db'), gunzipSync(readFileSync(join(this.#golden, 'ml4t.db.gz'))));
  }

  async start(): Promise<void> {
    this.layOut(this.untouched);
    this.layOut(this.directory);
    this.#live = await createLiveService(await settingsOf(this.directory), { logger: SILENT });
    this.#url = (await this.#live.listen()).url;
  }

  async dispose(): Promise<void> {
    await this.#live?.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  async get(path: string): Promise<unknown> {
    return parseGolden(await (await fetch(this.#url + path)).text());
  }

  /** All that the service says of a signal, its bars as number and hash. */
  async detailOf(signalId: string): Promise<JsonObject> {
    const detail = (await this.get(`/v1/signals/${encodeURIComponent(signalId)}`)) as JsonObject;
    const bars = detail.bars as { readonly ts_event: readonly unknown[] };
    const sha256 = createHash('sha256').update(JSON.stringify(bars)).digest('hex');
    return { ...detail, bars: { n: bars.ts_event.length, sha256 } };
  }
}

/** Starts the service before the tests of a file, and lets all go after them. */
export function useGolden<Answers = GoldenAnswers>(name: string): GoldenJournal<Answers> {
  const golden = new GoldenJournal<Answers>(name);
  beforeAll(() => golden.start());
  afterAll(() => golden.dispose());
  return golden;
}

/** The test of every version: its decisions are recomputed as they were made. */
export function testDecisions(golden: GoldenJournal<Pick<GoldenAnswers, 'identical'>>): void {
  test.each([
    ['not migrated', golden.untouched],
    ['migrated', golden.directory],
  ])('every recorded decision is recomputed to the last bit, %s', async (_, dataDir) => {
    const { identical: expected } = golden.answers;
    const reader = await createDecisionReader(await settingsOf(dataDir));
    const identical: Record<string, boolean | undefined> = {};
    for (const id of Object.keys(expected)) identical[id] = (await reader.recompute(id))?.isIdentical;
    reader.close();
    expect(identical).toEqual(expected);
  });
}

/** Adds the bars that come next, and waits until these trades of instrument A have an outcome. @returns them. */
export async function endTrades(golden: GoldenJournal, signalIds: readonly string[]): Promise<Map<string, JsonObject>> {
  const bars = golden.answers.later.map(({ ts_event, ...bar }) => ({
    ...bar,
    tsEvent: BigInt(String(ts_event).slice(4)),
  }));
  golden.live.service.addBars('A', BarSeries.fromBars(bars as unknown as Parameters<typeof BarSeries.fromBars>[0]));
  const ends = new Map<string, JsonObject>();
  await until(async () => {
    for (const id of signalIds) ends.set(id, (await golden.detailOf(id)).outcome as JsonObject);
    return [...ends.values()].every((outcome) => outcome !== null);
  }, 'every outcome is known');
  return ends;
}
