import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { GroupWriter, prepareSchema, type RefusedEntry } from '../store/index.ts';
import { faultOf, passes, type WriterFault } from './fault.ts';
import { CHECKPOINT_PAGES, logSize } from './log-size.ts';
import { SameFiles } from './same-files.ts';

/** What the writing thread is started with. */
export interface WriterThreadData {
  readonly path: string;
  readonly durability: 'process' | 'power';
  /** The log has a hole, and begins anew after what comes before it. */
  readonly isCut: boolean;
}

/** A group to write: records behind their lengths, in the first `length` bytes. Or the end. */
export type WriterRequest = { readonly memory: ArrayBuffer; readonly length: number } | { readonly close: true };

export type WriterReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written'; readonly memory: ArrayBuffer; readonly refused: readonly RefusedEntry[] }
  | { readonly kind: 'unwritten'; readonly memory: ArrayBuffer; readonly fault: WriterFault }
  | { readonly kind: 'fault'; readonly fault: WriterFault }
  | { readonly kind: 'closed' };

/** Length of the log, in pages, at which the writer moves it itself, at the cost of two syncs: the checkpoint thread came too late. */
const LONGEST_LOG = 5 * CHECKPOINT_PAGES;
/** How long a group waits for a lock of another program before those who wait for it are told, ms. */
const LOCK_WAIT_MS = 5000;
/** How long it waits at each attempt after that: a stop must not wait longer, ms. */
const LOCK_RETRY_WAIT_MS = 250;
/** Number of groups between two looks at the length of the log. */
const GROUPS_A_LOOK = 16;

/** The one writer of a journal. It answers with its errors and throws none: the other side decides what they mean for whom. */
class WriterThread {
  readonly #data: WriterThreadData;
  readonly #db: DatabaseSync;
  readonly #writer: GroupWriter;
  readonly #files: SameFiles;
  #nGroups = 0;
  #wasBusy = false;

  /**
   * Opens the database for writing. In WAL mode `process` (synchronous NORMAL) hands every commit to the operating system
   * before it is acknowledged, so that it outlives the process; `power` (FULL) also syncs the log to the disk before.
   */
  constructor(data: WriterThreadData) {
    this.#data = data;
    this.#files = new SameFiles(data.path);
    this.#db = new DatabaseSync(data.path, { readBigInts: true, returnArrays: true, timeout: LOCK_WAIT_MS });
    try {
      this.#writer = this.#prepare(data);
      this.#files.check();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepare(data: WriterThreadData): GroupWriter {
    this.#db.exec(`PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${data.durability === 'power' ? 'FULL' : 'NORMAL'};
      PRAGMA wal_autocheckpoint = 0`); // by hand: the automatic one keeps a failed sync to itself
    if (data.isCut) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    prepareSchema(this.#db, data.path);
    return new GroupWriter(this.#db);
  }

  write(memory: ArrayBuffer, length: number): WriterReply {
    try {
      const refused = this.#writer.write(new Uint8Array(memory, 0, length));
      this.#files.check(); // before the records count as written
      this.#setBusy(false);
      return { kind: 'written', memory, refused };
    } catch (error) {
      const fault = faultOf(error, this.#data.path);
      this.#setBusy(fault.code === 'JOURNAL_BUSY');
      return { kind: 'unwritten', memory, fault };
    }
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#wasBusy) return;
    this.#wasBusy = isBusy;
    this.#db.exec(`PRAGMA busy_timeout = ${isBusy ? LOCK_RETRY_WAIT_MS : LOCK_WAIT_MS}`);
  }

  /** Moves the log into the database when it is longer than the checkpoint thread lets it grow. @returns what went wrong, or null. */
  tidy(): WriterReply | null {
    if (++this.#nGroups % GROUPS_A_LOOK !== 0) return null;
    try {
      if (logSize(this.#db).nPages >= LONGEST_LOG) this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
      return null;
    } catch (error) {
      const fault = faultOf(error, this.#data.path);
      return passes(fault) ? null : { kind: 'fault', fault }; // no room now, or no lock: the log goes on growing
    }
  }

  close(): void {
    try {
      this.#setBusy(true);
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // No room, no lock for it, or worse: all of it stays in the log, where the next start finds it.
    }
    this.#db.close();
  }
}

function serve(port: NonNullable<typeof parentPort>, data: WriterThreadData): void {
  const reply = (message: WriterReply): void => port.postMessage(message, 'memory' in message ? [message.memory] : []);
  let thread: WriterThread;
  try {
    thread = new WriterThread(data);
  } catch (cause) {
    reply({ kind: 'fault', fault: faultOf(cause, data.path) });
    return;
  }
  port.on('message', (request: WriterRequest) => {
    if ('close' in request) {
      thread.close();
      reply({ kind: 'closed' });
      port.unref(); // the thread ends, because nothing else is awaited; the port of Deno has no close
      return;
    }
    reply(thread.write(request.memory, request.length));
    const fault = thread.tidy();
    if (fault !== null) reply(fault);
  });
  reply({ kind: 'ready' });
}

// The port exists: this file is only ever a thread's entry.
if (parentPort !== null) serve(parentPort, workerData as WriterThreadData);
