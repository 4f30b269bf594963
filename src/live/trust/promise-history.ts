import { type Clock, ServiceError } from '../../core/index.ts';
import { joinOutcomes, type PromisedOutcomes } from '../../domain/index.ts';
import { type TrustFigures, trustFigures } from '../../monitoring/index.ts';
import type { Journal } from '../../ports/index.ts';
import { startThread } from '../../runtime/index.ts';
import { buffersOf } from './outcome-buffers.ts';
import type { FiguresReply } from './trust-figures-thread.ts';

export interface PromiseHistoryOptions {
  readonly journal: Pick<Journal, 'promisesAfter'>;
  readonly clock: Clock;
  /** Number of the last recorded outcome. */
  readonly lastOutcome: () => number;
}

/** Outcomes that are read at once, with their answers: some ten megabytes of another thread, for a tenth of a second. */
const PAGE = 5000;
/** Outcomes of which figures are computed at once, in a millisecond; more are sent to a thread, which takes tens to start. */
const AT_ONCE = 250;
/** Share of one core that figures may take while someone looks at them. */
const CORE_SHARE = 0.05;

/**
 * What a model promised and what came of it, since it first served in this directory, out of the journal: the same figures after every
 * restart. Only outcomes that came since are read, and the figures of many are computed on another thread.
 */
export class PromiseHistory {
  readonly #options: PromiseHistoryOptions;
  #version: string | null = null;
  #upTo = 0;
  #pages: readonly PromisedOutcomes[] = [];
  #figures: TrustFigures | null = null;
  #notBeforeNs = 0;
  #running: Promise<TrustFigures> | null = null;

  constructor(options: PromiseHistoryOptions) {
    this.#options = options;
  }

  /** @throws {JournalError} (by the promise) where it cannot be read. */
  async figures(version: string): Promise<TrustFigures> {
    while (this.#running !== null && this.#version !== version) await this.#running.catch(() => undefined);
    if (this.#version !== version) this.#begin(version);
    this.#running ??= this.#refresh(version).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #begin(version: string): void {
    this.#version = version;
    this.#upTo = 0;
    this.#pages = [];
    this.#figures = null;
  }

  async #refresh(version: string): Promise<TrustFigures> {
    const { clock, lastOutcome } = this.#options;
    const startNs = clock.monotonicNs();
    const isFresh = this.#upTo >= lastOutcome() || startNs < this.#notBeforeNs;
    if (this.#figures !== null && isFresh) return this.#figures;
    await this.#read(version);
    const figures = await this.#compute();
    this.#figures = figures;
    const endNs = clock.monotonicNs();
    this.#notBeforeNs = endNs + (endNs - startNs) / CORE_SHARE;
    return figures;
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
