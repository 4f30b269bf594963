import type { FileLimits } from '../file-bounds.ts';

/** Layout of a CSV file, read from its first bytes. */
export interface CsvLayout {
  readonly format: 'csv';
  /** The file that was named, for sentences. */
  readonly path: string;
  /** The file that is read. */
  readonly file: string;
  readonly isGzip: boolean;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly delimiter: string;
  /** The character before the decimals of a number. */
  readonly decimal: '.' | ',';
  /** The end of a bar that a layout without a header stamps, where its columns do not say it. */
  readonly stampedAt: 'open' | null;
  /** Offset of times that name none, as `-05:00`; empty for UTC. */
  readonly utcOffset: string;
  /** Whether that is certain, so that the other one may stand between thousands. */
  readonly isDecimalKnown: boolean;
  /** Whether one of the first rows has separators between thousands. */
  readonly hasThousands: boolean;
  /** A vendor's layout that was recognised, in a short phrase; null for a plain file. */
  readonly vendor: string | null;
  /** 1-based physical line on which the header ends; 0 where the file has none. */
  readonly headerLine: number;
  readonly columnNames: readonly string[];
  /** The same, as the file writes them. */
  readonly writtenNames: readonly string[];
  /** The cells of the first row, or null when it is not within the first bytes. */
  readonly firstRow: readonly string[] | null;
  /** Of each column its first cell within the first bytes that has a value; empty where none has. */
  readonly firstValues: readonly string[];
  /** Estimated number of rows, from the size of the file; for progress only. */
  readonly estimatedRows: number | null;
  /** Size on disk, bytes. */
  readonly size: number;
  readonly limits: FileLimits;
}

export interface ParquetLayout {
  readonly format: 'parquet';
  /** The file that was named, for sentences. */
  readonly path: string;
  /** The file that is read. */
  readonly file: string;
  /** Size on disk, bytes. */
  readonly size: number;
  readonly limits: FileLimits;
}
