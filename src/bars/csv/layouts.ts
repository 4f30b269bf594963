import type { FileLimits } from '../file-bounds.ts';

/** Layout of a CSV file, read from its first bytes. */
export interface CsvLayout {
  readonly format: 'csv';
  readonly path: string;
  readonly isGzip: boolean;
  readonly delimiter: string;
  /** 1-based physical line of the header. */
  readonly headerLine: number;
  readonly columnNames: readonly string[];
  /** The cells of the first row, or null when it is not within the first bytes. */
  readonly firstRow: readonly string[] | null;
  /** Estimated number of rows, from the size of the file; for progress only. */
  readonly estimatedRows: number | null;
  /** Size on disk, bytes. */
  readonly size: number;
  readonly limits: FileLimits;
}

export interface ParquetLayout {
  readonly format: 'parquet';
  readonly path: string;
  /** Size on disk, bytes. */
  readonly size: number;
  readonly limits: FileLimits;
}
