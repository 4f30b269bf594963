import { JournalError, printable, ServiceError } from '../core/index.ts';
import type { InferenceLoop } from '../inference/index.ts';
import { type HaltEntry, type Journal, type JournalHealth, journalRefusal, type Logger } from '../ports/index.ts';
import { settlesWithin } from '../runtime/index.ts';
import { checkReason } from '../wire/index.ts';
import type { EventStream } from './event-stream.ts';
import type { Halt } from './service-api.ts';

/** How long a caller waits for a record that the journal writes in any case, milliseconds. */
const RECORD_WAIT_MS = 10_000;

export interface TradingHaltOptions {
  readonly inferenceLoop: InferenceLoop;
  readonly journal: Pick<Journal, 'append' | 'health' | 'onStatus'>;
  readonly feed: EventStream;
  readonly logger: Logger;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  /** The last halt or resume that is written; null for none. */
  readonly last: HaltEntry | null;
}

/** A halt that is in effect. */
interface CurrentHalt {
  readonly sinceMs: number;
  readonly reason: string | null;
}

/**
 * Halts and resumes a service. A halt counts from its call on, whatever becomes of its record; a resume counts once its record is
 * written, so that nothing is taken again that a restart would stop.
 */
export class TradingHalt {
  readonly #options: TradingHaltOptions;
  #current: CurrentHalt | null = null;
  /** The record of the halt, written or on its way; null where it was turned away. */
  #record: Promise<void> | null = null;
  #isRecorded = false;
  /** Number of halts that a resume under way must not end. */
  #nHalts = 0;
  #nResuming = 0;
  /** Called when the journal cannot write. */
  readonly #waiting = new Set<(error: JournalError) => void>();

  constructor(options: TradingHaltOptions) {
    this.#options = options;
    const { last, journal } = options;
    if (last?.halted === true) this.#goOn(last);
    journal.onStatus((health) => this.#follow(health));
  }

  /** The halt that is in effect; null for none. */
  get current(): Halt | null {
    if (this.#current === null) return null;
    const { sinceMs, reason } = this.#current;
    return { since: new Date(sinceMs).toISOString(), reason, recorded: this.#isRecorded };
  }

  /**
   * Halts, before this returns. A second halt changes nothing, and waits for the record of the first.
   *
   * @throws {ConditionError} (by the promise) for a reason that is too long: then nothing is halted. @throws {JournalError} (by the
   * promise) when it is halted and that cannot be written yet.
   */
  async halt(given?: string): Promise<Halt> {
    const reason = checkReason(given);
    const halt = this.#current ?? this.#begin(reason);
    // A resume that is on its way to the journal would be the last word there.
    if (this.#record === null || this.#nResuming > 0) this.#append(halt);
    await this.#written(this.#record ?? Promise.resolve());
    return this.current ?? { since: new Date(halt.sinceMs).toISOString(), reason: halt.reason, recorded: true };
  }

  /**
   * Ends a halt once that is written; until then it stays in effect. Where nothing is halted it changes nothing.
   *
   * @throws {ConditionError} (by the promise) for a reason that is too long. @throws {JournalError} (by the promise) when it cannot be
   * written now. @throws {ServiceError} (by the promise) `HALTED_AGAIN`. After each it is halted.
   */
  async resume(given?: string): Promise<void> {
    const reason = checkReason(given);
    if (this.#current === null) return;
    const { journal, nowMs } = this.#options;
    const nHalts = this.#nHalts;
    this.#nResuming++;
    const ended = journal
      .append({ kind: 'halt', halted: false, reason, atMs: nowMs() }, true)
      .then(() => this.#end(nHalts, reason))
      .finally(() => {
        this.#nResuming--;
        this.#appendAgain();
      });
    if (await settlesWithin(ended, RECORD_WAIT_MS)) return;
    ended.catch(() => undefined); // nobody waits any more
    const sentence = 'the resume could not be written yet: it is halted until it is';
    throw new JournalError('JOURNAL_FULL', sentence);
  }

  /** Goes on halted where the process before was. */
  #goOn({ atMs, reason }: HaltEntry): void {
    this.#current = { sinceMs: atMs, reason };
    this.#record = Promise.resolve();
    this.#isRecorded = true;
    this.#options.inferenceLoop.halt();
    this.#options.logger.warn(`still ${textOf(this.#current)}`);
  }

  #begin(reason: string | null): CurrentHalt {
    const { inferenceLoop, nowMs, feed, logger } = this.#options;
    inferenceLoop.halt();
    const halt = { sinceMs: nowMs(), reason };
    this.#current = halt;
    this.#nHalts++;
    this.#record = null;
    this.#isRecorded = false;
    logger.warn(textOf(halt));
    feed.publishState({ what: 'halt', halted: true, since: new Date(halt.sinceMs).toISOString(), reason });
    return halt;
  }

  /** Hands the record to the journal, which tries it again until it is written. */
  #append({ sinceMs, reason }: CurrentHalt): void {
    if (this.#nResuming > 0) this.#nHalts++;
    const record = this.#options.journal.append({ kind: 'halt', halted: true, reason, atMs: sinceMs }, false);
    this.#record = record;
    record.then(
      () => {
        if (this.#record === record) this.#isRecorded = true;
      },
      () => {
        if (this.#record === record) this.#record = null;
      },
    );
  }

  /** After a fault of the journal: the record of a halt that it turned away is given to it again. */
  #appendAgain(): void {
    const isDue = this.#current !== null && this.#record === null && this.#nResuming === 0;
    if (isDue && this.#options.journal.health.status === 'ok') this.#append(this.#current as CurrentHalt);
  }

  #end(nHalts: number, reason: string | null): void {
    if (this.#current === null) return; // another resume was written before
    if (nHalts !== this.#nHalts) {
      throw new ServiceError('HALTED_AGAIN', 'it was halted again before the resume was written: it is halted');
    }
    const { inferenceLoop, logger, feed } = this.#options;
    this.#current = null;
    this.#record = null;
    inferenceLoop.resume();
    logger.warn(
      `resumed${reason === null ? '' : `: ${printable(reason)}`}; signals are taken again as before the halt`,
    );
    feed.publishState({ what: 'halt', halted: false, since: null, reason });
  }

  /** Waits for the record of a halt as long as the journal can write it. */
  async #written(record: Promise<void>): Promise<void> {
    const { journal } = this.#options;
    const refused = Promise.withResolvers<never>();
    const refuse = (error: JournalError): void => refused.reject(error);
    this.#waiting.add(refuse);
    const refusal = this.#isRecorded ? null : journalRefusal(journal.health);
    if (refusal !== null) refuse(refusal);
    try {
      const isWritten = await settlesWithin(Promise.race([record, refused.promise]), RECORD_WAIT_MS);
      if (!isWritten) throw new JournalError('JOURNAL_FULL', 'the journal does not answer');
    } catch (error) {
      throw error instanceof JournalError ? unrecorded(error) : error;
    } finally {
      this.#waiting.delete(refuse);
    }
  }

  #follow(health: JournalHealth): void {
    const refusal = journalRefusal(health);
    if (refusal === null) this.#appendAgain();
    else for (const refuse of [...this.#waiting]) refuse(refusal);
  }
}

/** The error of a halt that is in effect and not written. */
function unrecorded(cause: JournalError): JournalError {
  const what = 'it is halted: nothing is taken and every size is 0. This is not written down yet';
  const remedy =
    cause.code === 'JOURNAL_FAILED'
      ? 'it ends with this process, so halt again after a restart'
      : 'it is tried again until it is; a restart before then would end the halt';
  return new JournalError(cause.code, `${what} (${cause.message}): ${remedy}`, { cause });
}

function textOf({ sinceMs, reason }: CurrentHalt): string {
  const why = reason === null ? '' : `: ${printable(reason)}`;
  return `halted since ${new Date(sinceMs).toISOString()}${why}; nothing is taken and every size is 0 until it is resumed (ml4t resume)`;
}
