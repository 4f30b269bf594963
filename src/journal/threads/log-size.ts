import type { DatabaseSync } from 'node:sqlite';

/** Pages (4 KiB) in the write-ahead log at which they are moved into the database. */
export const CHECKPOINT_PAGES = 4000;

export interface LogSize {
  /** Pages in the log. */
  readonly nPages: number;
  /** Those of them that are in the database. */
  readonly nMoved: number;
}

/** How long the write-ahead log is. */
export function logSize(db: DatabaseSync): LogSize {
  const [, nPages, nMoved] = (db.prepare('PRAGMA wal_checkpoint(NOOP)').get() as unknown as bigint[]).map(Number);
  return { nPages, nMoved };
}
