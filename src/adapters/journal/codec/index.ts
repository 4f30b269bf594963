export { ByteWriter } from './byte-writer.ts';
export * from './records.ts';
export { type Cell, ENTRY_TABLES, INSTRUMENTS, OPEN_SIGNALS, TABLES, type Table, TOTALS } from './tables.ts';
