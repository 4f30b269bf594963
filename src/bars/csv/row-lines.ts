import { lowerBound } from '../../math/index.ts';

/** The physical line of each row, of which only those are kept that are not the one after the row before. */
export class RowLines {
  readonly #rows: number[] = [];
  readonly #lines: number[] = [];
  #expected = 0;

  /** @param row - 0-based, one after the other. @param line - where it begins. */
  add(row: number, line: number): void {
    if (line !== this.#expected) {
      this.#rows.push(row);
      this.#lines.push(line);
    }
    this.#expected = line + 1;
  }

  /** The line of a row that was added; 0 for one before the first. */
  of(row: number): number {
    const k = lowerBound(this.#rows.length, (i) => this.#rows[i] <= row) - 1;
    return k < 0 ? 0 : this.#lines[k] + row - this.#rows[k];
  }
}
