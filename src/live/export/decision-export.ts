import type { Journal, NumberedAnswer } from '../../ports/index.ts';
import { writeParquet } from '../../runtime/index.ts';
import { DecisionTable, decisionLine, type ExportFormat, type TableCell } from '../../wire/index.ts';
import type { FeatureNames, NamesByVersion } from './feature-names.ts';

/** Number of decisions that are read at once. */
const PAGE = 500;
/** Number of decisions that are written in one turn: a millisecond at most. */
const PER_TURN = 25;

/** What is exported, and when the work of it is done. */
export interface ExportRequest {
  readonly format: ExportFormat;
  /** Decisions with a higher number; 0 for all. */
  readonly after: number;
  /** Runs a part of the work, a millisecond at most, when its turn has come; by default at once. */
  readonly turn?: <T>(make: () => T) => T | Promise<T>;
}

type Turn = NonNullable<ExportRequest['turn']>;
const AT_ONCE: Turn = (make) => make();

export interface DecisionExportOptions {
  readonly journal: Pick<Journal, 'signalsAfter'>;
  readonly names: FeatureNames;
}

/**
 * Recorded decisions with their features and outcomes, in the order of their numbers, up to the last one that is recorded when it is
 * reached. One page of them is in memory at a time. An outcome is there where it is recorded when its page is read.
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
    yield* format === 'ndjson' ? this.#lines(all, turn) : this.#table(all, turn);
    return nDecisions;
  }

  /** One line of JSON a decision. */
  async *#lines(pages: AsyncIterable<Page>, turn: Turn): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    for await (const page of pages) {
      const names = await this.#options.names.of(versionsOf(page));
      for (const part of partsOf(page)) {
        const linesOf = (): string[] => part.map((decision) => `${decisionLine(decision, namesOf(decision, names))}\n`);
        yield await turn(() => encoder.encode(linesOf().join('')));
      }
    }
  }

  /** One table in Parquet. A feature has a column where a model that is kept at its beginning has it. */
  async *#table(pages: AsyncIterable<Page>, turn: Turn): AsyncGenerator<Uint8Array> {
    const names = await this.#options.names.ofAll();
    const table = new DecisionTable([...names.values()].flatMap((kept) => kept ?? []));
    yield* writeParquet(table.columns, columnPages(table, pages, { names, turn }), { turn });
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

/** Each page as the cells of each column. */
async function* columnPages(
  table: DecisionTable,
  pages: AsyncIterable<Page>,
  { names, turn }: { readonly names: NamesByVersion; readonly turn: Turn },
): AsyncGenerator<TableCell[][]> {
  for await (const page of pages) {
    const cells: TableCell[][] = table.columns.map(() => []);
    const add = (decision: NumberedAnswer): void => {
      const row = table.cellsOf(decision, namesOf(decision, names));
      for (const [j, cell] of row.entries()) cells[j].push(cell);
    };
    for (const part of partsOf(page)) await turn(() => part.forEach(add));
    yield cells;
  }
}

function* partsOf(page: Page): Generator<Page> {
  for (let from = 0; from < page.length; from += PER_TURN) yield page.slice(from, from + PER_TURN);
}

function versionsOf(page: Page): string[] {
  return page.flatMap(({ modelVersion, features }) => (features === null ? [] : (modelVersion ?? [])));
}

/** Null where they are not known, and where no model was asked. */
function namesOf({ modelVersion }: NumberedAnswer, names: NamesByVersion): readonly string[] | null {
  return modelVersion === null ? null : (names.get(modelVersion) ?? null);
}
