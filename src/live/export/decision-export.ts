import type { Journal, NumberedAnswer } from '../../ports/index.ts';
import type { ExportFormat } from '../../wire/index.ts';
import type { AsideWriter, DecisionFile } from './decision-writer.ts';
import type { FeatureNames } from './feature-names.ts';
import { WriterLink } from './writer-link.ts';

/** Number of decisions that are read at once: half a millisecond to take from one thread, and as long to give to another. */
const PAGE = 100;

/** What is exported, and when the work of it is done. */
export interface ExportRequest {
  readonly format: ExportFormat;
  /** Decisions with a higher number; 0 for all. */
  readonly after: number;
  /** Runs what the serving thread does for a page, a millisecond at most, when its turn has come; by default at once. */
  readonly turn?: <T>(make: () => T) => T | Promise<T>;
}

type Turn = NonNullable<ExportRequest['turn']>;
const AT_ONCE: Turn = (make) => make();

export interface DecisionExportOptions {
  readonly journal: Pick<Journal, 'signalsAfter'>;
  readonly names: FeatureNames;
  /** By default a thread. */
  readonly writerOf?: (file: DecisionFile) => AsideWriter;
}

/**
 * Recorded decisions with their features and outcomes, in the order of their numbers, up to the last one that is recorded when it is
 * reached. They are read and written page by page, on threads of their own. An outcome is there where it is recorded when its page is
 * read.
 */
export class DecisionExport {
  readonly #options: DecisionExportOptions;

  constructor(options: DecisionExportOptions) {
    this.#options = options;
  }

  /**
   * The bytes of a file, in pieces.
   *
   * @returns the number of decisions in it. @throws {JournalError} instead of the first piece where nothing can be read.
   */
  async *pieces({ format, after, turn = AT_ONCE }: ExportRequest): AsyncGenerator<Uint8Array, number> {
    let nDecisions = 0;
    const pages = this.#pages(after, (n) => {
      nDecisions += n;
    });
    const first = await pages.next();
    const all = restOf(first, pages);
    const { names, writerOf = (file) => new WriterLink(file) } = this.#options;
    const features = format === 'parquet' ? [...(await names.ofAll()).values()].flatMap((kept) => kept ?? []) : [];
    const writer = writerOf({ format, features });
    try {
      yield* this.#written(all, writer, turn);
    } finally {
      await writer.close();
    }
    return nDecisions;
  }

  /** The bytes of a file; one page is read while the one before it is written. */
  async *#written(pages: AsyncIterable<Page>, writer: AsideWriter, turn: Turn): AsyncGenerator<Uint8Array> {
    let before: Promise<Uint8Array> | null = null;
    for await (const page of pages) {
      const names = await this.#options.names.of(versionsOf(page));
      let next: Promise<Uint8Array> | null = null;
      await turn(() => {
        next = writer.add({ decisions: page, names });
      });
      yield* known(before);
      before = next;
    }
    yield* known(before);
    yield* known(writer.end());
  }

  async *#pages(after: number, noteRead: (nDecisions: number) => void): AsyncGenerator<Page> {
    for (let last = after; ; ) {
      const page = await this.#options.journal.signalsAfter(last, PAGE);
      noteRead(page.length);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      last = page[page.length - 1].seq;
    }
  }
}

type Page = readonly NumberedAnswer[];

async function* restOf(first: IteratorResult<Page>, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  if (first.done === true) return;
  yield first.value;
  yield* pages;
}

/** Bytes, where there are any. */
async function* known(bytes: Promise<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const there = await bytes;
  if (there !== null && there.length > 0) yield there;
}

function versionsOf(page: Page): string[] {
  return page.flatMap(({ modelVersion, features }) => (features === null ? [] : (modelVersion ?? [])));
}
