import type { NumberedAnswer } from '../../ports/index.ts';
import { ParquetFile } from '../../runtime/index.ts';
import { DecisionTable, decisionLine, type ExportFormat, type TableCell } from '../../wire/index.ts';
import type { NamesByVersion } from './feature-names.ts';

/** What a file of decisions is begun with. */
export interface DecisionFile {
  readonly format: ExportFormat;
  /** Features that have a column in a table, those of all models that are kept. */
  readonly features: readonly string[];
}

/** Some decisions in a row, and the features of their models. */
export interface DecisionPage {
  readonly decisions: readonly NumberedAnswer[];
  readonly names: NamesByVersion;
}

/** Writes a file of decisions, page by page. */
export interface DecisionWriter {
  /** The next bytes of the file; none while more is waited for. */
  add(page: DecisionPage): Uint8Array;
  /** The last bytes of the file. */
  end(): Uint8Array;
}

/** Writes a file of decisions aside, page by page in their order. */
export interface AsideWriter {
  /** @returns the next bytes of the file; none while more is waited for. */
  add(page: DecisionPage): Promise<Uint8Array>;
  /** @returns the last bytes of the file. */
  end(): Promise<Uint8Array>;
  /** Gives up what it holds, also in the middle of a file. */
  close(): Promise<void>;
}

export async function decisionWriter({ format, features }: DecisionFile): Promise<DecisionWriter> {
  return format === 'ndjson' ? new LineWriter() : TableWriter.begin(features);
}

/** One line of JSON a decision. */
class LineWriter implements DecisionWriter {
  readonly #encoder = new TextEncoder();

  add({ decisions, names }: DecisionPage): Uint8Array {
    const lines = decisions.map((decision) => `${decisionLine(decision, namesOf(decision, names))}\n`);
    return this.#encoder.encode(lines.join(''));
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}

/** One table in Parquet. */
class TableWriter implements DecisionWriter {
  readonly #table: DecisionTable;
  readonly #file: ParquetFile;

  private constructor(table: DecisionTable, file: ParquetFile) {
    this.#table = table;
    this.#file = file;
  }

  static async begin(features: readonly string[]): Promise<TableWriter> {
    const table = new DecisionTable(features);
    return new TableWriter(table, await ParquetFile.begin(table.columns));
  }

  add({ decisions, names }: DecisionPage): Uint8Array {
    const cells: TableCell[][] = this.#table.columns.map(() => []);
    for (const decision of decisions) {
      const row = this.#table.cellsOf(decision, namesOf(decision, names));
      for (const [j, cell] of row.entries()) cells[j].push(cell);
    }
    return this.#file.add(cells);
  }

  end(): Uint8Array {
    return this.#file.end();
  }
}

/** Null where they are not known, and where no model was asked. */
function namesOf({ modelVersion }: NumberedAnswer, names: NamesByVersion): readonly string[] | null {
  return modelVersion === null ? null : (names.get(modelVersion) ?? null);
}
