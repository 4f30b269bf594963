import { type Clock, ServiceError } from '../../core/index.ts';
import { joinOutcomes, type PromisedOutcomes } from '../../domain/index.ts';
import { type TrustFigures, trustFigures } from '../../monitoring/index.ts';
import type { Journal } from '../../ports/index.ts';
import { settlesWithin, startThread } from '../../runtime/index.ts';
import { buffersOf } from './outcome-buffers.ts';
import type { FiguresReply } from './trust-figures-thread.ts';

export interface PromiseHistoryOptions {
  readonly journal: Pick<Journal, 'promisesAfter'>;
  readonly clock: Clock;
  /** UNIX milliseconds. */
  readonly nowMs: () => number;
  /** Number of the last recorded outcome. */
  readonly lastOutcome: () => number;
  /** Longest wait for figures of all that was recorded when a question came, milliseconds; default 10 s. */
  readonly waitMs?: number;
}

/** Figures and the outcomes that they have seen, of those that are recorded. Outcomes of all models count. */
export interface ComputedPromises {
  /** Null while too many outcomes are unseen for a sentence about the rest. */
  readonly figures: TrustFigures | null;
  readonly nComputed: number;
  readonly nRecorded: number;
  /** When the outcomes were read that are computed, UNIX milliseconds; null for none. */
  readonly asOfMs: number | null;
}

/** Outcomes that are read at once, with their answers: some ten megabytes of another thread, for a tenth of a second. */
const PAGE = 5000;
/** Outcomes of which figures are computed at once, in a millisecond; more are sent to a thread, which takes tens to start. */
const AT_ONCE = 250;
/** Share of one core that figures may take while someone looks at them and few outcomes are unseen. */
const CORE_SHARE = 0.05;
/** Unseen outcomes beside those of the figures, up to which the figures still speak for the model. */
const FEW_UNSEEN = 0.1;
/** Below the 15 s after which the dashboard gives a question up. */
const WAIT_MS = 10_000;

/** Figures of one version. */
interface Kept {
  readonly figures: TrustFigures;
  /** Number of the last outcome that was read. */
  readonly upTo: number;
  readonly asOfMs: number;
}

/**
 * What a model promised and what came of it, since it first served in this directory, out of the journal: the same figures after every
 * restart. Only outcomes that came since are read, and the figures of many are computed on another thread. A question waits until all
 * that was recorded when it came is computed, unless it is a small part beside what the figures have seen and they took long.
 */
export class PromiseHistory {
  readonly #options: PromiseHistoryOptions;
  #version: string | null = null;
  #upTo = 0;
  #pages: readonly PromisedOutcomes[] = [];
  #kept: Kept | null = null;
  #notBeforeNs = 0;
  #running: Promise<void> | null = null;

  constructor(options: PromiseHistoryOptions) {
    this.#options = options;
  }

  /** @throws {JournalError} (by the promise) where it cannot be read. */
  async figures(version: string): Promise<ComputedPromises> {
    const { lastOutcome, waitMs = WAIT_MS } = this.#options;
    const wanted = lastOutcome();
    const computing = this.#computedUpTo(version, wanted);
    const isInTime = await settlesWithin(computing, waitMs);
    const nRecorded = lastOutcome();
    const kept = isInTime ? await computing : this.#version === version ? this.#kept : null;
    if (kept === null) return { figures: null, nComputed: 0, nRecorded, asOfMs: null };
    const { figures, upTo, asOfMs } = kept;
    const isTold = upTo >= wanted || isFew(wanted - upTo, figures);
    return { figures: isTold ? figures : null, nComputed: Math.min(upTo, nRecorded), nRecorded, asOfMs };
  }

  async #computedUpTo(version: string, wanted: number): Promise<Kept> {
    for (let nTurns = 0, seen = -1; ; ) {
      if (this.#version === version) {
        const kept = this.#kept;
        // What a journal does not give when it is asked anew is not there: nobody waits for it.
        nTurns = kept?.upTo === seen ? nTurns + 1 : 0;
        seen = kept?.upTo ?? -1;
        if (kept !== null && (nTurns > 1 || this.#isEnough(kept, wanted))) return kept;
        await this.#refreshed(version);
      } else if (this.#running === null) this.#begin(version);
      else await this.#running.catch(() => undefined);
    }
  }

  #isEnough({ upTo, figures }: Kept, wanted: number): boolean {
    if (upTo >= wanted) return true;
    return isFew(wanted - upTo, figures) && this.#options.clock.monotonicNs() < this.#notBeforeNs;
  }

  #begin(version: string): void {
    this.#version = version;
    this.#upTo = 0;
    this.#pages = [];
    this.#kept = null;
  }

  #refreshed(version: string): Promise<void> {
    this.#running ??= this.#refresh(version).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #refresh(version: string): Promise<void> {
    const { clock, nowMs } = this.#options;
    const startNs = clock.monotonicNs();
    const asOfMs = nowMs();
    await this.#read(version);
    const upTo = this.#upTo;
    this.#kept = { figures: await this.#compute(), upTo, asOfMs };
    const endNs = clock.monotonicNs();
    this.#notBeforeNs = endNs + (endNs - startNs) / CORE_SHARE;
  }

  async #read(version: string): Promise<void> {
    const { journal } = this.#options;
    for (;;) {
      const { upTo, found } = await journal.promisesAfter(version, this.#upTo, PAGE);
      const nSeen = upTo - this.#upTo;
      this.#upTo = upTo;
      if (found.label.length > 0) this.#pages = [...this.#pages, found];
      if (nSeen < PAGE) return;
    }
  }

  async #compute(): Promise<TrustFigures> {
    const pages = this.#pages;
    if (pages.reduce((n, { label }) => n + label.length, 0) <= AT_ONCE) return trustFigures(joinOutcomes(pages));
    try {
      const { figures, outcomes } = await computeAside(pages);
      this.#pages = [outcomes];
      return figures;
    } catch (error) {
      this.#version = null; // the columns went with the thread: they are read anew
      throw error;
    }
  }
}

function isFew(nUnseen: number, { nOutcomes }: TrustFigures): boolean {
  return nUnseen <= FEW_UNSEEN * nOutcomes;
}

/** Columns go to the thread and come back joined: they are never copied on this one. */
function computeAside(pages: readonly PromisedOutcomes[]): Promise<FiguresReply> {
  const thread = startThread(import.meta.url, './trust-figures-thread');
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new ServiceError('STOPPING', 'the thread of these figures ended early')));
    thread.postMessage(pages, pages.flatMap(buffersOf));
  });
}
