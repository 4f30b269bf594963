import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataError } from '../../core/index.ts';
import { DEFAULT_LIMITS } from '../../domain/index.ts';
import { gzipFault } from '../csv/gzip-fault.ts';
import { type BoundedFile, type FileLimits, tooLarge, unpackedBound } from '../file-bounds.ts';
import { readHead, unzipHead } from '../file-layout.ts';
import { readJsonTable } from './json-rows.ts';
import type { NamedFile, RowNoun } from './row-noun.ts';
import { unpackArrow } from './unpack-arrow.ts';
import { unpackZip } from './unpack-zip.ts';
import { writeTable } from './write-table.ts';

/** Maximum size of a JSON text, bytes: it is held as a whole. */
const MAX_JSON = 256 << 20;

/** A file that is CSV or Parquet on disk. */
export interface PlainFile {
  /** The file that was named, for sentences. */
  readonly path: string;
  /** The file that is read: `path`, or what was unpacked from it. */
  readonly file: string;
  /** What was unpacked, in short phrases. */
  readonly notes: readonly string[];
}

/**
 * Hands `work` the CSV or Parquet file in a zip archive, Arrow or JSON file, or the file itself. What is unpacked lies in a
 * directory of its own, which is removed when `work` has ended.
 *
 * @param noun - what its rows should be, for sentences.
 * @throws {DataError} FILE_UNREADABLE or UNKNOWN_FORMAT when the container is damaged, holds no bars or several files of them.
 */
export async function withPlainFile<T>(
  path: string,
  limits: FileLimits | undefined,
  work: (plain: PlainFile) => Promise<T>,
  noun: RowNoun = 'bars',
): Promise<T> {
  const source = { path, limits: limits ?? DEFAULT_LIMITS, noun };
  const kind = await kindOf(path, path, source.limits);
  if (kind === 'plain') return work({ path, file: path, notes: [] });
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-'));
  try {
    return await work(await unpacked(source, kind, directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Kind = 'plain' | 'zip' | 'arrow' | 'json' | 'json.gz';
type Source = Pick<BoundedFile, 'path' | 'limits'> & { readonly noun: RowNoun };

async function kindOf(path: string, file: string, limits: FileLimits): Promise<Kind> {
  const { bytes, size } = await readHead(file, path);
  if (size > limits.fileBytes) return 'plain'; // refused there
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return 'zip';
  const mark = bytes.subarray(0, 6).toString('latin1');
  if (mark === 'ARROW1') return 'arrow';
  if (mark.startsWith('FEA1')) {
    throw new DataError('UNKNOWN_FORMAT', `${path} is feather of version 1; write version 2, or Parquet`);
  }
  if (isJson(bytes)) return 'json';
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip && isJson(await unzipHead(path, bytes)) ? 'json.gz' : 'plain';
}

function isJson(bytes: Buffer): boolean {
  return /^\ufeff?\s*(?:\[\s*[[{]|\{)/.test(bytes.subarray(0, 1024).toString('utf8'));
}

async function unpacked(
  { path, limits, noun }: Source,
  kind: Exclude<Kind, 'plain'>,
  directory: string,
): Promise<PlainFile> {
  const { size } = await readHead(path, path);
  const file = join(directory, 'bars');
  const source = { path, size, limits, noun };
  if (kind !== 'zip') return { path, file, notes: [await unpackTable(source, path, kind, file)] };
  const name = await unpackZip(source, file);
  const inner = await kindOf(path, file, limits);
  const note = `${name} in a zip`;
  if (inner === 'plain') return { path, file, notes: [note] };
  if (inner === 'zip') throw new DataError('UNKNOWN_FORMAT', `${path} holds a zip in a zip (${name}); unpack it`);
  const table = join(directory, 'table');
  return { path, file: table, notes: [note, await unpackTable(source, file, inner, table)] };
}

/** @returns what was recognised, in a short phrase. */
async function unpackTable(source: NamedFile, file: string, kind: Kind, target: string): Promise<string> {
  if (kind === 'arrow') {
    await unpackArrow(source, file, target);
    return 'Arrow (feather)';
  }
  const bound = Math.min(MAX_JSON, unpackedBound(source));
  const bytes = await readFile(file);
  if (bytes.length > bound) throw tooLarge(source, `${bytes.length} bytes of JSON`);
  const text = new TextDecoder().decode(kind === 'json.gz' ? gunzip(source, bytes, bound) : bytes);
  const { names, rows, note } = readJsonTable(source.path, text, source.noun);
  await writeTable(target, names, rows);
  return note;
}

function gunzip(source: BoundedFile, bytes: Buffer, bound: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: bound });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(source, 'more');
    throw new DataError('FILE_UNREADABLE', `${source.path} cannot be read as gzip: ${gzipFault(cause)}`, { cause });
  }
}
