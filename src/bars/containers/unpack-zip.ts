import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { DataError } from '../../core/index.ts';
import { loadPart } from '../../runtime/index.ts';
import { type BoundedFile, tooLarge, unpackedBound } from '../file-bounds.ts';
import type { NamedFile } from './row-noun.ts';

/** Files of an archive that may hold bars; vendors put a report or a licence beside them. */
const ENDINGS = ['.csv', '.parquet', '.feather', '.arrow', '.json', '.txt'];

/**
 * Unpacks the one file of bars in a zip archive.
 *
 * @param target - the file that is written.
 * @returns the name of the entry.
 * @throws {DataError} FILE_UNREADABLE when the archive is damaged, encrypted or unpacks to too much, UNKNOWN_FORMAT when it holds
 * no file of bars or several.
 */
export async function unpackZip(source: NamedFile, target: string): Promise<string> {
  const { openPromise } = await loadPart('zip', () => import('yauzl'));
  try {
    const zip = await openPromise(source.path, { lazyEntries: true, autoClose: false });
    try {
      const entry = theEntry(source, await entriesOf(zip));
      await writeEntry(source, zip, entry, target);
      return entry.fileName;
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError('FILE_UNREADABLE', `${source.path} cannot be read as zip: it is damaged`, { cause });
  }
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

function theEntry({ path, noun }: NamedFile, entries: readonly Entry[]): Entry {
  const files = entries.filter(({ fileName }) => !/\/$|^__MACOSX\//.test(fileName));
  // What stands alone is known by its content: pandas calls it like the archive.
  for (const ending of files.length === 1 ? [''] : ENDINGS) {
    const found = files.filter(({ fileName }) => fileName.toLowerCase().endsWith(ending));
    if (found.length === 1) {
      if (!found[0].isEncrypted()) return found[0];
      throw new DataError('FILE_UNREADABLE', `${path} cannot be read: ${found[0].fileName} is encrypted; unpack it`);
    }
    if (found.length === 0) continue;
    const list = found.slice(0, 3).map(({ fileName }) => fileName);
    const more = found.length > 3 ? ', ...' : '';
    throw new DataError(
      'UNKNOWN_FORMAT',
      `${path} holds ${found.length} files of ${noun} (${list.join(', ')}${more}); unpack it and name them`,
    );
  }
  throw new DataError('UNKNOWN_FORMAT', `${path} holds no file of ${noun} (${ENDINGS.join(', ')})`);
}

async function writeEntry(source: BoundedFile, zip: ZipFile, entry: Entry, target: string): Promise<void> {
  const bound = unpackedBound(source);
  let nBytes = 0;
  let checksum = 0;
  const check = new Transform({
    transform(piece: Buffer, _, done) {
      nBytes += piece.length;
      checksum = crc32(piece, checksum);
      if (nBytes > bound) done(tooLarge(source, 'more'));
      else done(null, piece);
    },
  });
  await pipeline(await zip.openReadStreamPromise(entry), check, createWriteStream(target, { mode: 0o600 }));
  if (checksum === entry.crc32) return;
  throw new DataError('FILE_UNREADABLE', `${source.path} cannot be read as zip: ${entry.fileName} is damaged`);
}
