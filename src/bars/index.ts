export type { FileLimits } from './file-bounds.ts';
export { type BarFile, type BarReport, type ReadBarsOptions, readBars } from './read-bars.ts';
export type { ReadOptions } from './read-options.ts';
export { readSymbols } from './rows/read-symbols.ts';
export { alignSignals, readSignals } from './signals.ts';
export type { BarWarning } from './suspicions/bar-warnings.ts';
export type { TimeUnit } from './time-cells.ts';
export { writeBarsCsv } from './writing/write-csv.ts';
export { writeDatasetCsv } from './writing/write-dataset.ts';
