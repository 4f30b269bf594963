import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../../core/index.ts';
import { createPrivately } from '../../create-privately.ts';
import { hasRoom } from '../../has-room.ts';
import { keyOf } from '../table-sql.ts';
import type { Migration } from './migration.ts';

/** Maximum number of different copies of one version: more are refused, for a person to look at. */
const MAX_COPIES = 20;
const IOERR = 10;
const FULL = 13;

/**
 * Keeps a copy of a journal before it is migrated: `ml4t.db.v1` beside it, for its owner alone. One that is there already and says
 * the same stays; beside one that says something else, because the old version wrote on after an interrupted migration, the new one
 * is `ml4t.db.v1.2`, and so on.
 *
 * @throws {JournalError} `JOURNAL_FULL` when there is no room; nothing is left of the copy then.
 */
export function keepCopy(db: DatabaseSync, path: string, { from: version, tablesBefore }: Migration): void {
  const end = endOf(db, tablesBefore);
  for (let n = 1; n <= MAX_COPIES; n++) {
    const target = `${path}.v${version}${n === 1 ? '' : `.${n}`}`;
    if (statSync(target, { throwIfNoEntry: false }) === undefined) {
      writeCopy(db, path, target);
      return;
    }
    if (endInFile(target, tablesBefore) === end) return;
  }
  const sentence = `there are ${MAX_COPIES} different copies of version ${version} already; move them to another directory`;
  throw new JournalError('JOURNAL_FAILED', sentence);
}

/** The copy has its name only when all of it is on the disk. */
function writeCopy(db: DatabaseSync, path: string, target: string): void {
  const unfinished = `${target}-unfinished`;
  removeUnfinished(unfinished);
  try {
    createPrivately(unfinished);
    db.prepare('VACUUM INTO ?').run(unfinished); // as it stands at one moment, the log included
    syncFile(unfinished);
    renameSync(unfinished, target);
    syncDirectory(dirname(target));
  } catch (cause) {
    removeUnfinished(unfinished);
    throw isFull(cause, path) ? noRoom(path, cause) : cause;
  }
}

function removeUnfinished(path: string): void {
  for (const each of [path, `${path}-journal`]) rmSync(each, { force: true });
}

function noRoom(path: string, cause: unknown): JournalError {
  const megabytes = Math.ceil(statSync(path).size / 1e6);
  const sentence = `the journal is of an older version, and there is no room for the copy that is kept of it`;
  return new JournalError('JOURNAL_FULL', `${sentence}: make room for ${megabytes} MB beside it and start again`, {
    cause,
  });
}

function isFull(error: unknown, path: string): boolean {
  const { errcode = 0, code = '' } = error as { readonly errcode?: number; readonly code?: string };
  const primary = errcode & 255;
  return primary === FULL || (primary === IOERR && !hasRoom(path)) || ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
}

/** By what a journal differs from another: how much it says it holds, and the checksum of the newest row of every table. */
function endOf(db: DatabaseSync, tables: Migration['tablesBefore']): string {
  const newest = tables.map((table) => `SELECT hex(checksum) FROM ${table.name} ORDER BY ${keyOf(table)} DESC LIMIT 1`);
  const rows = [...newest, 'SELECT hex(checksum) FROM totals'].map((query) => db.prepare(query).get() ?? {});
  return JSON.stringify(rows.map((row) => Object.values(row)));
}

/** Null for a file that is no journal, or cannot be read. */
function endInFile(path: string, tables: Migration['tablesBefore']): string | null {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      return endOf(db, tables);
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return; // Windows syncs no directory
  const directory = openSync(path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
