import type { ColumnValues } from '../../domain/index.ts';

/** Signals of a primary strategy, oldest first. */
export interface SignalColumn {
  /** (nSignals,) UNIX ns, strictly increasing, as they are stamped in the file. */
  readonly tsEvent: BigInt64Array;
  /** (nSignals,) -1, 0 or 1. */
  readonly side: Int8Array;
  /** (nSignals,) of each wanted column that the file has; NaN where a signal has no value. */
  readonly values: ColumnValues;
}

export interface SignalFile extends SignalColumn {
  /** Column names, as the file writes them. */
  readonly names: readonly string[];
  /** The end of a bar that the file is known to stamp; null where it is that of the bars. */
  readonly stampedAt: 'open' | 'close' | null;
  readonly path: string;
  /** Names of numeric columns that nothing reads. */
  readonly unusedColumns: readonly string[];
  /** False where it is known that some do not say of which bars they are. */
  readonly namesSeries?: boolean;
}
