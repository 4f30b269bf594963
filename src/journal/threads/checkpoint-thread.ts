import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isBusy, Verification } from '../store/index.ts';
import { faultOf, passes, type WriterFault } from './fault.ts';
import { CHECKPOINT_PAGES, logSize } from './log-size.ts';

/** What the checkpoint thread is started with. */
export interface CheckpointThreadData {
  readonly path: string;
}

export type CheckpointReply =
  /** Every entry was looked at. */
  | { readonly kind: 'verified'; readonly nRows: number; readonly faults: readonly string[] }
  /** The log could not be moved into the database. */
  | { readonly kind: 'fault'; readonly fault: WriterFault };

/** Time that verification works at once, ms. */
const TURN_MS = 4;
/**
 * Time that it then pauses, ms: it takes about a fifth of a core. A low priority of the thread would be worse: it would wait for the
 * processor while holding a lock of the database that the writer and the serving thread need.
 */
const PAUSE_MS = 16;
/** Time between two looks at the length of the log, once everything is verified, ms. */
const LOOK_MS = 20;
/** Maximum number of times that the rest of the log is moved in one look. */
const TRIES = 10;

/**
 * Serves a journal beside its writer: moves a long log into the database, which may take a disk's time and must not hold up a
 * group, and verifies every entry once after opening, a little at a time, so that damage is found before the entry is needed.
 */
async function serve(port: NonNullable<typeof parentPort>, { path }: CheckpointThreadData): Promise<void> {
  const reply = (message: CheckpointReply): void => port.postMessage(message);
  const db = new DatabaseSync(path, { readBigInts: true, returnArrays: true, timeout: 5000 });
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  let isClosing = false;
  port.once('message', () => {
    isClosing = true;
  });
  try {
    const round = new VerificationRound(db);
    let isVerified = false;
    while (!isClosing) {
      moveLog(db, path);
      if (!isVerified) {
        const done = round.takeTurn();
        isVerified = done !== null;
        if (done !== null) reply({ kind: 'verified', nRows: done.nRows, faults: done.faults });
      }
      await sleep(isVerified ? LOOK_MS : PAUSE_MS);
    }
  } catch (cause) {
    reply({ kind: 'fault', fault: faultOf(cause, path) });
  }
  db.close();
  port.unref(); // the thread ends, because nothing else is awaited; the port of Deno has no close
}

/**
 * The writer begins the log anew when all of it was moved. While it writes on there is a rest each time, a smaller one.
 * With no room for it, or no lock, the log stays where it is, and is tried again.
 *
 * @throws what else the database says.
 */
function moveLog(db: DatabaseSync, path: string): void {
  try {
    for (let i = 0; i < TRIES; i++) {
      const { nPages, nMoved } = logSize(db);
      if (nPages < CHECKPOINT_PAGES || nMoved === nPages) return;
      db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    }
  } catch (error) {
    if (!passes(faultOf(error, path))) throw error;
  }
}

/** Verification a turn at a time. A lock of another program lets it begin anew. */
class VerificationRound {
  readonly #db: DatabaseSync;
  #verification: Verification | null = null;
  #steps: Generator<void> | null = null;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @returns what was found, once everything was looked at; else null. */
  takeTurn(): Verification | null {
    try {
      return this.#takeTurn();
    } catch (error) {
      if (!isBusy(error)) throw error;
      this.#steps = null;
      return null;
    }
  }

  #takeTurn(): Verification | null {
    if (this.#verification === null || this.#steps === null) {
      this.#verification = new Verification(this.#db);
      this.#steps = this.#verification.steps();
    }
    const end = performance.now() + TURN_MS;
    while (performance.now() < end) {
      if (this.#steps.next().done === true) return this.#verification;
    }
    return null;
  }
}

// The port exists: this file is only ever a thread's entry.
if (parentPort !== null) await serve(parentPort, workerData as CheckpointThreadData);
