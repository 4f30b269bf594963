import { DataError } from '../core/index.ts';
import type { LimitSettings } from '../domain/index.ts';

/** Bounds of a file of bars. */
export type FileLimits = Pick<LimitSettings, 'lineBytes' | 'fileBytes' | 'unpackedBytes'>;

/** A file and its bounds. */
export interface BoundedFile {
  readonly path: string;
  /** Size on disk, bytes. */
  readonly size: number;
  readonly limits: FileLimits;
}

/** Memory of one bar, bytes. */
export const BAR_BYTES = 64;
/** What any packed file may become, bytes. */
const FREE_BYTES = 1 << 26;
/** Maximum ratio of unpacked to packed size beyond {@link FREE_BYTES}; files of real bars have 3 to 30. */
const MAX_RATIO = 100;

/** Maximum size to which a file may unpack, bytes. @param size - of the packed file, bytes. */
export function unpackedBound({ size, limits }: BoundedFile): number {
  return Math.min(limits.unpackedBytes, Math.max(FREE_BYTES, MAX_RATIO * size));
}

/** @param what - to what the file unpacks, as the end of a sentence. */
export function tooLarge(file: BoundedFile, what: string): DataError {
  const bound = unpackedBound(file);
  const why = bound < file.limits.unpackedBytes ? `${MAX_RATIO} times its size` : 'limits.unpacked_bytes';
  const rule = `unpack to at most ${bound} bytes (${why}; a bar takes ${BAR_BYTES})`;
  return new DataError('FILE_UNREADABLE', `${file.path} must ${rule}, has ${what}`);
}
