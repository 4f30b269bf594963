export { ByteWriter } from './byte-writer.ts';
export { decodeBars, decodeIds, encodeBars, encodeIds } from './columns.ts';
export * from './records.ts';
export {
  BAR_BLOCKS,
  type Cell,
  ENTRY_TABLES,
  INSTRUMENTS,
  OPEN_SIGNALS,
  TABLES,
  type Table,
  TOTALS,
} from './tables.ts';
