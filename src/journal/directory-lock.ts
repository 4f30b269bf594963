import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataError, JournalError } from '../core/index.ts';
import { checkDataDirectory, readWholeSync, systemFault } from '../runtime/index.ts';
import { createPrivately } from './create-privately.ts';

/** A directory that this process alone writes to, until it ends in whatever way. */
export interface DirectoryLock {
  /** Whether this machine went down since the directory was claimed; false where that is not known. */
  readonly hasRebooted: boolean;
  /** Whether a journal was begun here, at any time. */
  readonly hasJournal: boolean;
  /** Notes that there is a journal, and that this boot's work on it begins: what the one before left was looked at. */
  claim(): void;
  release(): void;
}

const BUSY = 5;
const MAX_OWNER_BYTES = 4096;

/**
 * Makes the directory, where it is missing, and locks it. The lock is an advisory one of the operating system, held by SQLite
 * on an empty file of its own (closing any descriptor of a file drops the locks a process has on it, so it must not be one that
 * is read): it ends with the process, and nothing stale is left behind.
 *
 * @throws {JournalError} `JOURNAL_LOCKED` when another process, or this one, holds it. `JOURNAL_FAILED` when it cannot be made.
 * @throws {DataError} as {@link checkDataDirectory}.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = resolve(directory);
  const ownerPath = join(path, 'ml4t.owner');
  let lock: DatabaseSync | null = null;
  try {
    makeDirectory(path);
    checkDataDirectory(path);
    createPrivately(join(path, 'ml4t.lock'));
    lock = new DatabaseSync(join(path, 'ml4t.lock'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const boot = currentBoot();
    const earlier = readOwner(ownerPath);
    const earlierBoot = earlier?.boot ?? boot;
    const hasJournal = earlier?.hasJournal ?? false;
    const note = (owner: Owner): void => {
      createPrivately(ownerPath);
      writeFileSync(ownerPath, JSON.stringify(owner));
    };
    note({ pid: process.pid, boot: earlierBoot, hasJournal });
    const claim = (): void => note({ pid: process.pid, boot, hasJournal: true });
    const held = lock;
    return { hasRebooted: earlierBoot !== boot, hasJournal, claim, release: () => held.close() };
  } catch (cause) {
    lock?.close();
    if (cause instanceof DataError) throw cause;
    const { errcode = 0 } = cause as { readonly errcode?: number };
    if ((errcode & 255) === BUSY) throw lockedBy(path, readOwner(ownerPath)?.pid ?? null);
    throw unusable(path, cause);
  }
}

/** Makes a directory and those above it, so that they are still there after a loss of power. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 }); // Node's recursive form never returns on /proc
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return; // another process was faster
    throw error;
  }
  if (process.platform === 'win32') return; // it syncs no directory
  const parent = openSync(dirname(path), 'r');
  fsyncSync(parent);
  closeSync(parent);
}

const ELSEWHERE = 'name another directory (server.data_dir)';
/** What to do, by the code of the system. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: `this user may not write there; change that, or ${ELSEWHERE}`,
  EPERM: `this user may not write there; change that, or ${ELSEWHERE}`,
  EROFS: `it lies on a file system that cannot be written to; ${ELSEWHERE}`,
  ENOSPC: `its disk is full; make room, or ${ELSEWHERE}`,
  EDQUOT: `this user has no room left there; make room, or ${ELSEWHERE}`,
};

function unusable(path: string, cause: unknown): JournalError {
  const { code = '' } = cause as { readonly code?: string };
  const why = REMEDIES[code] ?? `${systemFault(cause)}; ${ELSEWHERE}`;
  return new JournalError('JOURNAL_FAILED', `${path} cannot be used for the journal: ${why}`, { cause });
}

/** A name for the time since this machine was switched on, where the system has one. */
function currentBoot(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null; // no Linux
  }
}

interface Owner {
  readonly pid: number | null;
  readonly boot: string | null;
  readonly hasJournal: boolean;
}

/** Whoever wrote the note last; it informs, and decides nothing about the lock. */
function readOwner(path: string): Owner | null {
  try {
    const { pid, boot, hasJournal } = JSON.parse(readWholeSync(path, MAX_OWNER_BYTES).toString('utf8')) as Record<
      string,
      unknown
    >;
    return {
      pid: typeof pid === 'number' ? pid : null,
      boot: typeof boot === 'string' ? boot : null,
      hasJournal: hasJournal === true,
    };
  } catch {
    return null;
  }
}

function lockedBy(path: string, pid: number | null): JournalError {
  const who = pid === null || pid === process.pid ? 'this process already' : `process ${pid}`;
  const remedy = 'stop it, or give this one another data directory';
  return new JournalError('JOURNAL_LOCKED', `${path} is in use by ${who}; ${remedy}`);
}
