import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { DataError, parseIsoNanos } from '../../core/index.ts';
import type { Series } from '../../domain/index.ts';
import { writeFileAtomic } from '../../runtime/index.ts';
import { FULL_ANSWER_TYPES, fullNodeAnswer, type NodeAnswer } from '../../wire/index.ts';
import { sqlName, sqlText, withDuckDb } from '../parquet/duckdb.ts';
import { declareUtc } from '../parquet/footer/exact-times.ts';

/** Generations of NautilusTrader, whose catalogs differ in their directories and in how they write times. */
type Generation = '1.x' | '2.x';

const CLASS = 'EnrichedSignal';
const DIRECTORIES: Readonly<Record<Generation, string>> = {
  '1.x': join('data', 'custom_enriched_signal'),
  '2.x': join('data', 'custom', CLASS),
};
/** Directories below `data` that only one generation writes. */
const OF_1 = /^(bar|quote_tick|trade_tick|currency_pair|equity|crypto_.*|custom_.*)$/;
const OF_2 = /^(bars|quotes|trades|instruments|custom)$/;
const TIMES = ['ts_event', 'ts_init'] as const;
const SQL_TYPES = { str: 'VARCHAR', int: 'BIGINT', float: 'DOUBLE', bool: 'BOOLEAN' } as const;
const FIELDS = Object.entries(FULL_ANSWER_TYPES);

type Answer = ReturnType<typeof fullNodeAnswer>;

/**
 * Writes answers as one Parquet file of `EnrichedSignal` with all fields (docs/nautilus.md), as NautilusTrader 1.x writes custom data:
 * `ParquetDataCatalog(...).query(EnrichedSignal, files=[path])` reads it.
 *
 * @param answers - whole answers as text, in the order of time. @throws {DataError} FILE_UNWRITABLE.
 */
export async function writeAnswersParquet(path: string, answers: readonly string[]): Promise<void> {
  await writeFileAtomic(path, await parquetOf(answers.map(fullNodeAnswer), '1.x'));
}

/**
 * Writes the answers of one series into a catalog of NautilusTrader as custom data: into one of 1.x or 2.x in its own layout, into a
 * directory that is none yet in both.
 *
 * @param answers - whole answers as text, at least one, in the order of time. @returns the files.
 * @throws {DataError} FILE_UNWRITABLE, also where the catalog has answers of that series and time: it would hold two of one signal.
 */
export async function writeAnswersToCatalog(
  directory: string,
  series: Series,
  answers: readonly string[],
): Promise<string[]> {
  const read = answers.map(fullNodeAnswer);
  const [from, to] = [read[0].ts, read[read.length - 1].ts];
  const folder = (series.barType ?? series.instrumentId).replaceAll('/', '');
  const places = (await generationsOf(directory)).map((generation) => ({
    generation,
    directory: join(directory, DIRECTORIES[generation], folder),
  }));
  for (const place of places) await refuseOverlap(place.directory, from, to);
  const written: string[] = [];
  for (const { generation, directory: target } of places) {
    const path = join(target, `${fileTime(from)}_${fileTime(to)}.parquet`);
    await writeFileAtomic(path, await parquetOf(read, generation));
    written.push(path);
  }
  return written;
}

async function generationsOf(directory: string): Promise<readonly Generation[]> {
  const names = await readdir(join(directory, 'data')).catch(() => []); // a directory that is none yet
  const found = [
    ...(names.some((name) => OF_1.test(name)) ? ['1.x' as const] : []),
    ...(names.some((name) => OF_2.test(name)) ? ['2.x' as const] : []),
  ];
  return found.length > 0 ? found : ['1.x', '2.x'];
}

/** Catalogs take the times of a file from its name. */
async function refuseOverlap(directory: string, from: bigint, to: bigint): Promise<void> {
  const names = await readdir(directory).catch(() => []); // a directory that is none yet
  const taken = names.find((name) => {
    const [start, end] = name
      .replace(/\.parquet$/, '')
      .split('_')
      .map(timeOfName);
    return start !== null && end != null && start <= to && end >= from;
  });
  if (taken === undefined) return;
  const message = `${directory} has answers of this time already (${taken}): remove them, or name another directory`;
  throw new DataError('FILE_UNWRITABLE', message);
}

/** `2023-11-14T22-14-20-000000000Z`. */
function fileTime(ns: bigint): string {
  const fraction = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((ns - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds.replaceAll(':', '-')}-${fraction.toString().padStart(9, '0')}Z`;
}

function timeOfName(text: string): bigint | null {
  const [, day, hour, minute, second, fraction] = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{9})Z$/.exec(text) ?? [];
  return day === undefined ? null : parseIsoNanos(`${day}${hour}:${minute}:${second}.${fraction}Z`);
}

async function parquetOf(answers: readonly Answer[], generation: Generation): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-'));
  const file = join(directory, 'answers.parquet');
  try {
    await withDuckDb((connection) => copyTo(file, connection, answers, generation));
    if (generation === '2.x') await declareUtc(file, TIMES);
    return await readFile(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function copyTo(
  file: string,
  connection: DuckDBConnection,
  answers: readonly Answer[],
  generation: Generation,
): Promise<void> {
  const fields = FIELDS.map(([name, type]) => `${sqlName(name)} ${SQL_TYPES[type]}`);
  await connection.run(`CREATE TABLE answers (${[...fields, ...TIMES.map((name) => `${name} BIGINT`)].join(', ')})`);
  const appender = await connection.createAppender('answers');
  for (const answer of answers) appendAnswer(appender, answer);
  appender.closeSync();
  const times = TIMES.map((name) => (generation === '1.x' ? name : `make_timestamp_ns(${name}) AS ${name}`));
  const selected = [...FIELDS.map(([name]) => sqlName(name)), `${sqlText(CLASS)} AS type`, ...times];
  await connection.run(`COPY (SELECT ${selected.join(', ')} FROM answers) TO ${sqlText(file)} (FORMAT parquet)`);
}

function appendAnswer(appender: DuckDBAppender, { fields, ts }: NodeAnswer & Pick<Answer, 'fields'>): void {
  for (const [name] of FIELDS) appendCell(appender, fields[name as keyof typeof FULL_ANSWER_TYPES], name === 'signal');
  for (const _ of TIMES) appender.appendBigInt(ts);
  appender.endRow();
}

function appendCell(appender: DuckDBAppender, cell: string | number | bigint | boolean, isWhole: boolean): void {
  if (typeof cell === 'string') appender.appendVarchar(cell);
  else if (typeof cell === 'boolean') appender.appendBoolean(cell);
  else if (typeof cell === 'bigint' || isWhole) appender.appendBigInt(BigInt(cell));
  else appender.appendDouble(cell);
}

/** Whether answers written to a path go into a catalog: it is a directory, or ends as one. */
export async function isCatalogPath(path: string): Promise<boolean> {
  if (/[\\/]$/.test(path)) return true;
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
