export { writeBarsCsv } from './csv/write-csv.ts';
export { writeDatasetCsv } from './csv/write-dataset.ts';
export { type BarReport, type ReadBarsOptions, readBars } from './read-bars.ts';
export { alignSignals, readSignals } from './signals.ts';
