import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { readSmallText, removeLeftovers, settlesWithin, writeFileAtomic } from '../../runtime/index.ts';
import type { Alert } from '../events/alert.ts';
import type { LedgerRecord } from '../events/alert-ledger.ts';
import { ledgerSchema, waitingSchema } from './schemas.ts';

/** Maximum size of a file that is read back, bytes. */
const MAX_BYTES = 8 * 2 ** 20;
/** Longest wait for the disk before an alert is sent without its file, ms. */
const DISK_MS = 5000;
const LEDGER = 'ledger.json';
const ALERT = /^msg_[0-9a-f]{32}\.json$/;

/** An alert, and which receivers have not taken it. */
export interface Waiting {
  readonly alert: Alert;
  /** Names of receivers: see {@link webhookName}. */
  readonly receivers: readonly string[];
}

/** What an outbox had when it was opened. */
export interface OutboxContent {
  /** Oldest first. */
  readonly waiting: readonly Waiting[];
  /** Null where none was ever written, or it cannot be read. */
  readonly ledger: LedgerRecord | null;
}

/**
 * Alerts that receivers have not taken, one file each, and the ledger, in a directory. A file is written whole before the alert is sent
 * for the first time, and removed when every receiver took it, so that a kill -9 at any moment leaves it there or was too late.
 * A disk that cannot be written costs only that: alerts are sent all the same.
 */
export class Outbox {
  readonly #directory: string;
  readonly #onFault: (fault: string) => void;

  /** @param onFault - called for every failure of the disk. */
  constructor(directory: string, onFault: (fault: string) => void) {
    this.#directory = directory;
    this.#onFault = onFault;
  }

  async open(): Promise<OutboxContent> {
    await this.#try(async () => {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await removeLeftovers(this.#directory);
    });
    const names = (await readdir(this.#directory).catch(() => [])).filter((name) => ALERT.test(name));
    const read = await Promise.all(names.map((name) => this.#read<Waiting>(name, waitingSchema)));
    const waiting = read.filter((each) => each !== null).sort((a, b) => a.alert.letOutMs - b.alert.letOutMs);
    return { waiting, ledger: await this.#read<LedgerRecord>(LEDGER, ledgerSchema) };
  }

  /** Writes an alert, or which receivers have still not taken it. */
  async write(waiting: Waiting): Promise<void> {
    await this.#write(`${waiting.alert.id}.json`, waiting);
  }

  async writeLedger(ledger: LedgerRecord): Promise<void> {
    await this.#write(LEDGER, ledger);
  }

  async remove(id: string): Promise<void> {
    await this.#try(() => unlink(join(this.#directory, `${id}.json`)).catch(ignoreMissing));
  }

  async #write(name: string, content: unknown): Promise<void> {
    await this.#try(async () => {
      const written = writeFileAtomic(join(this.#directory, name), Buffer.from(JSON.stringify(content)));
      if (!(await settlesWithin(written, DISK_MS))) throw new Error(`the disk takes longer than ${DISK_MS / 1000} s`);
    });
  }

  /** What cannot be read is as if it were not there: it was written by this program, so it is damaged. */
  async #read<T>(name: string, schema: z.ZodType<T>): Promise<T | null> {
    try {
      return schema.parse(JSON.parse(await readSmallText(join(this.#directory, name), MAX_BYTES)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#onFault(`${name} cannot be read and is left alone`);
      return null;
    }
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#onFault(error instanceof Error ? error.message : String(error));
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
