export { ByteWriter } from './byte-writer.ts';
export { decodeBars, decodeIds, encodeBars, encodeIds } from './columns.ts';
export * from './define-table.ts';
export * from './derived-tables.ts';
export * from './records.ts';
export type { OutcomeRow, SignalRow } from './signal-tables.ts';
export { ENTRY_TABLES, TABLES } from './tables.ts';
