import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../core/index.ts';
import type { Journal, JournalHealth, Logger } from '../ports/index.ts';
import { createPrivately } from './create-privately.ts';
import { lockDirectory } from './directory-lock.ts';
import { SqliteJournal } from './sqlite-journal.ts';
import { checkLog, openToRead, REMEDY, toJournalError, Verification, verifyDatabase } from './store/index.ts';
import { CheckpointLink } from './threads/checkpoint-link.ts';
import { WriterLink } from './threads/writer-link.ts';
import { WriteQueue } from './write-queue.ts';

export interface JournalOptions {
  /** Made when it is missing. */
  readonly directory: string;
  /** What a written record survives: the end of the process, or also the loss of power. */
  readonly durability: 'process' | 'power';
  /** Maximum number of entries that wait to be written; more are refused. */
  readonly maxQueue: number;
  /** Time between two groups of entries that nobody waits for, ms; default 1. */
  readonly groupMs?: number;
  readonly logger: Logger;
}

/** Size up to which a journal is verified whole at the start, which takes some tenths of a second; bytes. */
const WHOLE_CHECK_BYTES = 32 << 20;

/** Size of one page, the least a database has; one all of which is in its log is empty. Bytes. */
const LEAST_BYTES = 4096;

/** The journal's file in its directory. */
export const JOURNAL_FILE = 'ml4t.db';

/**
 * Opens the journal of a directory, or begins one. Nothing needs repair after a kill -9.
 *
 * @throws {JournalError} `JOURNAL_LOCKED` when another process has it open; `JOURNAL_DAMAGED` when it is not as it was written;
 * `JOURNAL_FULL` | `JOURNAL_FAILED` when it cannot be opened now.
 * @throws {DataError} `FILE_UNWRITABLE` for a directory that others may change, or a file in it that is a link.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const path = join(resolve(options.directory), JOURNAL_FILE);
  const lock = lockDirectory(options.directory);
  let writer: WriterLink | null = null;
  try {
    createPrivately(path);
    checkBegin(path, lock.hasJournal);
    const isCut = checkEnd(`${path}-wal`, lock.hasRebooted, options.logger);
    writer = new WriterLink({ path, durability: options.durability, isCut });
    await writer.started;
    lock.claim();
    return assemble(path, writer, options, () => lock.release());
  } catch (cause) {
    await writer?.close();
    lock.release();
    throw refusal(path, cause);
  }
}

/** Refuses an empty file where a journal was: it would become a new one, and the old one would be gone unnoticed. */
function checkBegin(path: string, hasJournal: boolean): void {
  const { size } = statSync(path);
  const log = `${path}-wal`;
  const isNew = size === 0 && !(hasJournal && (!existsSync(log) || statSync(log).size === 0));
  if (isNew || size >= LEAST_BYTES) return;
  throw new JournalError('JOURNAL_DAMAGED', `it has ${size} bytes, less than it had`);
}

/**
 * Looks at the end of what was written. A loss of power may leave it with a hole, as `process` says it may; nothing else does.
 *
 * @returns whether there is such a hole, and the log must begin anew.
 * @throws {JournalError} `JOURNAL_DAMAGED` for a hole although the machine did not go down.
 */
function checkEnd(log: string, hasRebooted: boolean, logger: Logger): boolean {
  const damage = checkLog(log);
  if (damage === null) return false;
  const sentence = `the end of the journal has a hole, and the ${damage.nLost} groups behind it cannot be read`;
  if (!hasRebooted) throw new JournalError('JOURNAL_DAMAGED', sentence);
  logger.warn(`${sentence}: the machine went down before they were on the disk`);
  return true;
}

function assemble(path: string, writer: WriterLink, options: JournalOptions, unlock: () => void): Journal {
  const { maxQueue, groupMs = 1, logger } = options;
  const listeners = new Set<(health: JournalHealth) => void>();
  const onStatus = (health: JournalHealth): void => {
    if (health.status === 'ok') logger.info('the journal can be written again');
    else logger.warn(`the journal is ${health.status}: ${health.reason}`);
    for (const listener of listeners) listener(health);
  };
  const onRefused = (reason: string): void => logger.warn(`the journal left an entry out: ${reason}`);
  const queue = new WriteQueue({ sink: writer, maxQueue, groupMs, onStatus, onRefused });
  writer.attach(queue);
  const db = openToRead(path);
  try {
    checkAtStart(db, path);
  } catch (error) {
    db.close();
    throw error;
  }
  const checkpoints = new CheckpointLink(
    { path },
    {
      onVerified: (nRows, faults) => {
        if (faults.length === 0) logger.info(`the journal is as it was written: ${nRows} entries`);
        else queue.fail(`it is damaged: ${faults[0]} (${faults.length} faults); ${REMEDY}`);
      },
      onFault: (reason) => queue.fail(reason),
    },
  );
  const release = async (): Promise<void> => {
    await checkpoints.close();
    await writer.close();
    db.close();
    unlock();
  };
  return new SqliteJournal({ path, queue, db, listeners, warn: (message) => logger.warn(message), release });
}

/** Verifies a small journal whole before it is used, and of a large one the end; the checkpoint thread verifies the rest. */
function checkAtStart(db: DatabaseSync, path: string): void {
  const bytes = [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
  if (bytes > WHOLE_CHECK_BYTES) {
    new Verification(db).checkTail();
    return;
  }
  const { faults } = verifyDatabase(db);
  if (faults.length > 0) throw new JournalError('JOURNAL_DAMAGED', faults.slice(0, 3).join('; '));
}

function refusal(path: string, cause: unknown): unknown {
  const error = toJournalError(cause);
  if (!(error instanceof JournalError)) return error;
  const remedy = error.code === 'JOURNAL_DAMAGED' ? `; ${REMEDY}` : '';
  return new JournalError(error.code, `${path}: ${error.message}${remedy}`, { cause });
}
