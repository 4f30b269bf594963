import { closeSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { JournalError } from '../../../core/index.ts';
import { GroupWriter, prepareSchema, type RefusedEntry, toJournalError } from '../store/index.ts';
import { CHECKPOINT_PAGES, logSize } from './log-size.ts';

/** What the writing thread is started with. */
export interface WriterThreadData {
  readonly path: string;
  readonly durability: 'process' | 'power';
  /** The log has a hole, and begins anew after what comes before it. */
  readonly isCut: boolean;
}

/** A group to write: records behind their lengths, in the first `length` bytes. Or the end. */
export type WriterRequest = { readonly memory: ArrayBuffer; readonly length: number } | { readonly close: true };

/** What cannot be done, as plain data. */
export interface WriterFault {
  readonly code: 'JOURNAL_FULL' | 'JOURNAL_FAILED' | 'JOURNAL_DAMAGED';
  readonly message: string;
}

export type WriterReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written'; readonly memory: ArrayBuffer; readonly refused: readonly RefusedEntry[] }
  | { readonly kind: 'unwritten'; readonly memory: ArrayBuffer; readonly fault: WriterFault }
  | { readonly kind: 'fault'; readonly fault: WriterFault }
  | { readonly kind: 'closed' };

/** The writer moves the rest itself once so few pages are left of a long log: the log can begin anew only when none is. */
const REST_PAGES = 500;
/** A log of so many pages is the writer's own business, whatever keeps the keeper. */
const LONGEST_LOG = 5 * CHECKPOINT_PAGES;
/** Groups between two looks at the length of the log. */
const GROUPS_A_LOOK = 16;
const IOERR = 10;

/** The one writer of a journal. Its errors are told, never thrown: the other side decides what they mean for whom. */
class WriterThread {
  readonly #data: WriterThreadData;
  readonly #db: DatabaseSync;
  readonly #writer: GroupWriter;
  #nGroups = 0;

  /**
   * Opens the database for writing. In WAL mode `process` (synchronous NORMAL) hands every commit to the operating system
   * before it is told of, so that it outlives the process; `power` (FULL) also syncs the log to the disk before.
   */
  constructor(data: WriterThreadData) {
    this.#data = data;
    this.#db = new DatabaseSync(data.path, { readBigInts: true, returnArrays: true, timeout: 5000 });
    this.#db.exec(`PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${data.durability === 'power' ? 'FULL' : 'NORMAL'};
      PRAGMA wal_autocheckpoint = 0`); // by hand: the automatic one keeps a failed sync to itself
    if (data.isCut) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    prepareSchema(this.#db);
    this.#writer = new GroupWriter(this.#db);
  }

  write(memory: ArrayBuffer, length: number): WriterReply {
    try {
      const refused = this.#writer.write(new Uint8Array(memory, 0, length));
      return { kind: 'written', memory, refused };
    } catch (error) {
      return { kind: 'unwritten', memory, fault: this.#faultOf(error) };
    }
  }

  /** Lets a long log begin anew, which the keeper has moved into the database up to a rest. @returns what went wrong, or null. */
  tidy(): WriterReply | null {
    if (++this.#nGroups % GROUPS_A_LOOK !== 0) return null;
    try {
      const { nPages, nMoved } = logSize(this.#db);
      const isDue = nPages >= CHECKPOINT_PAGES && nPages - nMoved <= REST_PAGES;
      if (isDue || nPages >= LONGEST_LOG) this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
      return null;
    } catch (error) {
      const fault = this.#faultOf(error);
      return fault.code === 'JOURNAL_FULL' ? null : { kind: 'fault', fault }; // no room now: the log goes on growing
    }
  }

  close(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }

  #faultOf(cause: unknown): WriterFault {
    const error = toJournalError(cause) as Error;
    const errcode = (cause as { readonly errcode?: number }).errcode ?? 0;
    if ((errcode & 255) === IOERR && !hasRoom(this.#data.path)) {
      return { code: 'JOURNAL_FULL', message: `the disk or a limit has no room for the journal: ${error.message}` };
    }
    const code = error instanceof JournalError ? (error.code as WriterFault['code']) : 'JOURNAL_FAILED';
    return { code, message: error.message };
  }
}

/**
 * Whether the disk takes another page at the end of the log. The database calls only ENOSPC full; a limit on the size of files
 * or a quota looks to it like a broken disk.
 */
function hasRoom(path: string): boolean {
  const probe = `${path}-probe`;
  try {
    const end = Math.max(statSync(path).size, statSync(`${path}-wal`).size);
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

function serve(port: NonNullable<typeof parentPort>, data: WriterThreadData): void {
  const tell = (reply: WriterReply): void => port.postMessage(reply, 'memory' in reply ? [reply.memory] : []);
  let thread: WriterThread;
  try {
    thread = new WriterThread(data);
  } catch (cause) {
    const error = toJournalError(cause) as Error;
    const code = error instanceof JournalError ? (error.code as WriterFault['code']) : 'JOURNAL_FAILED';
    tell({ kind: 'fault', fault: { code, message: error.message } });
    return;
  }
  port.on('message', (request: WriterRequest) => {
    if ('close' in request) {
      thread.close();
      tell({ kind: 'closed' });
      port.close();
      return;
    }
    tell(thread.write(request.memory, request.length));
    const fault = thread.tidy();
    if (fault !== null) tell(fault);
  });
  tell({ kind: 'ready' });
}

// The port exists: this file is only ever a thread's entry.
if (parentPort !== null) serve(parentPort, workerData as WriterThreadData);
