import { closeSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';

/**
 * Whether the disk takes another page at the end of a database's files. The database calls only ENOSPC full; a limit on the size of
 * files or a quota looks to it like a broken disk.
 */
export function hasRoom(path: string): boolean {
  const probe = `${path}-probe`;
  try {
    const end = Math.max(...[path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0));
    const file = openSync(probe, 'w', 0o600);
    try {
      const page = new Uint8Array(8192);
      return writeSync(file, page, 0, page.length, end) === page.length;
    } finally {
      ftruncateSync(file);
      closeSync(file);
      unlinkSync(probe);
    }
  } catch (error) {
    return !['ENOSPC', 'EFBIG', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
