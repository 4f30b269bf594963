import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { Column, DataType, Table } from '@uwdata/flechette';
import { DataError, formatIsoNanos, Ml4tError, NS_PER_UNIT, TIME_UNITS } from '../../core/index.ts';
import { loadPart } from '../../runtime/index.ts';
import { type BoundedFile, tooLarge, unpackedBound } from '../file-bounds.ts';
import { writeTable } from './write-table.ts';

/** Bytes before a compressed buffer that say how long it is. */
const LENGTH_BYTES = 8;

/**
 * Writes the table of an Arrow IPC file (feather version 2, compressed or not) as CSV. Written times keep every digit; those
 * without a zone stay without one.
 *
 * @throws {DataError} FILE_UNREADABLE when the file is damaged or unpacks to too much.
 */
export async function unpackArrow(source: BoundedFile, file: string, target: string): Promise<void> {
  const bytes = await readFile(file);
  try {
    const table = await tableOf(source, bytes);
    const columns = table.names.map((_, j) => cellsOf(table.getChildAt(j)));
    await writeTable(target, table.names, rowsOf(columns, table.numRows));
  } catch (cause) {
    if (cause instanceof Ml4tError) throw cause;
    throw new DataError('FILE_UNREADABLE', `${source.path} cannot be read as Arrow: it is damaged`, { cause });
  }
}

async function tableOf(source: BoundedFile, bytes: Uint8Array): Promise<Table> {
  const { CompressionType, setCompressionCodec, tableFromIPC } = await loadPart(
    'feather',
    () => import('@uwdata/flechette'),
  );
  const { default: unpackLz4 } = await loadPart('feather', () => import('@foxglove/wasm-lz4'));
  await unpackLz4.isLoaded;
  const bound = unpackedBound(source);
  let nBytes = 0;
  const sizeOf = (packed: Uint8Array): number => {
    const view = new DataView(packed.buffer, packed.byteOffset - LENGTH_BYTES, LENGTH_BYTES);
    const size = Number(view.getBigInt64(0, true));
    nBytes += size;
    if (size < 0 || nBytes > bound) throw tooLarge(source, `${nBytes} bytes`);
    return size;
  };
  const checked = (unpacked: Uint8Array, size: number): Uint8Array => {
    if (unpacked.length !== size) throw new Error(`a buffer has ${unpacked.length} bytes instead of ${size}`);
    return new Uint8Array(unpacked); // aligned, as the views of 8 bytes need
  };
  const codecOf = (unpack: (packed: Uint8Array, size: number) => Uint8Array) => ({
    decode: (packed: Uint8Array) => {
      const size = sizeOf(packed);
      return checked(unpack(packed, size), size);
    },
    encode: (plain: Uint8Array) => plain,
  });
  setCompressionCodec(CompressionType.LZ4_FRAME, codecOf(unpackLz4));
  setCompressionCodec(
    CompressionType.ZSTD,
    codecOf((packed, size) => zstdDecompressSync(packed, { maxOutputLength: size })),
  );
  return tableFromIPC(bytes, { useBigInt: true });
}

/** The value of a row, as the cell of a CSV file. */
type Cells = (row: number) => unknown;

function cellsOf(column: Column<unknown>): Cells {
  const time = timeText(column.type);
  if (time === null) return (row) => column.at(row);
  // The values themselves: the library rounds times to doubles of milliseconds.
  const raw = column.data.flatMap((batch) => Array.from({ length: batch.length }, (_, i) => rawAt(batch, i)));
  return (row) => (raw[row] === null ? null : time(raw[row]));
}

function rawAt(batch: Column<unknown>['data'][number], index: number): bigint | null {
  if (batch.nullCount > 0 && !batch.isValid(index)) return null;
  return BigInt((batch.values as unknown as BigInt64Array)[index]);
}

/** How a column of timestamps is written; null for any other column. */
function timeText(type: DataType): ((value: bigint) => string) | null {
  if (!('unit' in type) || !('timezone' in type)) return null;
  const factor = NS_PER_UNIT[TIME_UNITS[type.unit as 0 | 1 | 2 | 3]]; // Arrow numbers its units in this order
  return (value) => {
    const text = formatIsoNanos(value * factor);
    return type.timezone === null ? text.replace(/Z$/, '') : text;
  };
}

function* rowsOf(columns: readonly Cells[], nRows: number): Generator<readonly unknown[]> {
  for (let row = 0; row < nRows; row++) yield columns.map((cells) => cells(row));
}
