import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemFault } from './system-fault.ts';

/** Opens without waiting for the writer of a named pipe. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Maximum size of a file whose content is small by nature, bytes. */
const SMALL_BYTES = 2 ** 20;

/** A file that is not read, because it has no end that is known or is too large. Its message completes "cannot read PATH: ". */
class UnfitFileError extends Error {
  readonly code = 'UNFIT_FILE';
}

/**
 * Reads a regular file of at most `maxBytes`; a named pipe, a device or a larger file is refused before anything is read of it.
 *
 * @param setting - the setting that bounds it, for the sentence.
 * @throws {Error} with the code of the system, or `UNFIT_FILE`; its message completes the sentence "cannot read PATH: ".
 */
export async function readWhole(path: string | URL, maxBytes: number, setting?: string): Promise<Buffer> {
  try {
    return await (isDescriptor(path) ? readStream(path, maxBytes) : readFile(path, maxBytes, setting));
  } catch (error) {
    throw unreadable(error);
  }
}

/** Text of a small file, such as a setting, a secret or a pointer. @throws as {@link readWhole}. */
export async function readSmallText(path: string, maxBytes: number = SMALL_BYTES): Promise<string> {
  return (await readWhole(path, maxBytes)).toString('utf8');
}

/** {@link readWhole} on the calling thread, for small files at the start. */
export function readWholeSync(path: string | URL, maxBytes: number = SMALL_BYTES): Buffer {
  try {
    return readFileSync(path, maxBytes);
  } catch (error) {
    throw unreadable(error);
  }
}

async function readFile(path: string | URL, maxBytes: number, setting?: string): Promise<Buffer> {
  const file = await open(path, FLAGS);
  try {
    const bytes = Buffer.alloc(sizeOf(await file.stat(), maxBytes, setting) + 1); // one more, to notice a file that grows
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return checkedEnd(bytes, length);
  } finally {
    await file.close();
  }
}

function readFileSync(path: string | URL, maxBytes: number): Buffer {
  const isStream = isDescriptor(path);
  const file = openSync(path, isStream ? constants.O_RDONLY : FLAGS);
  try {
    const bytes = Buffer.alloc((isStream ? maxBytes : sizeOf(fstatSync(file), maxBytes)) + 1);
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = readSync(file, bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (isStream && length > maxBytes) throw new UnfitFileError(`it has more than ${maxBytes} bytes`);
    return checkedEnd(bytes, length);
  } finally {
    closeSync(file);
  }
}

/** The error with its code, and a message in our words. */
function unreadable(cause: unknown): Error {
  if (cause instanceof UnfitFileError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  return Object.assign(new Error(systemFault(cause), { cause }), { code });
}

/** Whether a path is that of an open descriptor, such as a shell makes for `<(command)`; its writer is there already. */
export function isDescriptor(path: string | URL): path is string {
  return typeof path === 'string' && /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/\d+)$/.test(path);
}

async function readStream(path: string, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(path)) {
    length += (piece as Buffer).length;
    if (length > maxBytes) throw new UnfitFileError(`it has more than ${maxBytes} bytes`);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

/** What a path is instead of a regular file, as the end of a sentence; null for a regular file. */
export function unfitKind(info: Stats): string | null {
  if (info.isFile()) return null;
  if (info.isDirectory()) return 'it is a directory, not a file';
  const kind = info.isFIFO() ? 'a named pipe' : info.isSocket() ? 'a socket' : 'a device';
  return `it is ${kind}, not a regular file; write its content to a file first`;
}

function sizeOf(info: Stats, maxBytes: number, setting?: string): number {
  const unfit = unfitKind(info);
  if (unfit !== null) throw new UnfitFileError(unfit);
  if (info.size <= maxBytes) return info.size;
  const by = setting === undefined ? '' : ` (${setting})`;
  throw new UnfitFileError(`it has ${info.size} bytes, and at most ${maxBytes} are read${by}`);
}

function checkedEnd(bytes: Buffer, length: number): Buffer {
  if (length < bytes.length) return bytes.subarray(0, length);
  throw new UnfitFileError('it grew while it was read');
}
