import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, Ml4tError } from '../../core/index.ts';
import { isDescriptor } from './read-whole.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than allowed',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'a part of the path is not a directory',
  EIO: 'the device failed',
  ENOENT: 'its directory cannot be made',
};

/** Pattern of the names that {@link temporaryName} makes. */
const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * Writes a file completely or not at all: to a temporary file beside it, which is synced to the disk and renamed over the old
 * one; then the directory is synced. On a failure the old file stays as it was and the temporary file is removed. A process
 * that is killed may leave its temporary file (`.<name>.<random>.tmp`), see {@link removeLeftovers}. Missing directories are
 * created.
 *
 * @param content - the bytes, or pieces of them, so that a large file need not be in memory.
 * @throws {DataError} FILE_UNWRITABLE with the path and the reason.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  await writeFileBy(path, async (write) => {
    for (const piece of content instanceof Uint8Array ? [content] : content) await write(piece);
  });
}

/**
 * The same, for content that comes while other work goes on.
 *
 * @param produce - hands the pieces to `write` in their order, each after the one before is written. What it throws by itself is thrown
 * on, and nothing is written. @returns what it returns.
 * @throws {DataError} FILE_UNWRITABLE with the path and the reason.
 */
export async function writeFileBy<T>(
  path: string,
  produce: (write: (piece: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const directory = dirname(path);
  const temporary = temporaryName(path);
  let isCreated = false;
  try {
    await checkKind(path);
    await makeDirectories(directory);
    const file = await open(temporary, 'wx', 0o600);
    isCreated = true;
    let produced: T;
    try {
      produced = await produce(async (piece) => {
        await writeFully(file, piece);
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    isCreated = false;
    await syncDirectory(directory);
    return produced;
  } catch (cause) {
    // The first failure is reported; a temporary file that cannot be removed does no harm.
    if (isCreated) await unlink(temporary).catch(() => undefined);
    if (cause instanceof Ml4tError) throw cause;
    throw unwritable(path, cause);
  }
}

/**
 * Checks before long work that {@link writeFileAtomic} can write a path: its directory takes a new file, and the path is a
 * regular file, or none yet. A disk that fills up later is noticed only by the write.
 *
 * @throws {DataError} FILE_UNWRITABLE with the path and the reason.
 */
export async function checkWritable(path: string): Promise<void> {
  const probe = temporaryName(path);
  try {
    await checkKind(path);
    await makeDirectories(dirname(path));
    await (await open(probe, 'wx', 0o600)).close();
    await unlink(probe);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Removes the temporary files of killed processes from a directory that no process writes to now. */
export async function removeLeftovers(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []); // the directory may not exist yet
  const left = names.filter((name) => TEMPORARY.test(name));
  await Promise.all(left.map((name) => unlink(join(directory, name)).catch(() => undefined))); // a file that stays does no harm
}

/** The rename would put a file in the place of a device: of `/dev/null`, for a user who may. @throws {Error} for what is no regular file. */
async function checkKind(path: string): Promise<void> {
  const known = await stat(path).catch(() => null); // what cannot be looked at cannot be written either, which says why
  if (known?.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  if (isDescriptor(path) || (known !== null && !known.isFile())) {
    throw new Error('it is a stream or a device; name a file');
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${crypto.randomUUID().slice(-12)}.tmp`);
}

function unwritable(path: string, cause: unknown): DataError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === undefined ? message : (REASONS[code] ?? code);
  return new DataError('FILE_UNWRITABLE', `${path} cannot be written: ${reason}`, { cause });
}

/**
 * Creates a directory and its missing parents. Node's own recursive form never returns on a file system that answers ENOENT
 * for a directory it cannot create, as /proc does.
 */
async function makeDirectories(path: string): Promise<void> {
  const make = (): Promise<unknown> => mkdir(path).catch(ignore('EEXIST'));
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectories(dirname(path));
    await make();
  }
}

function ignore(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

/** Writes all bytes; one call may write fewer, for example on a disk that is almost full. */
async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory and does not need the sync.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
