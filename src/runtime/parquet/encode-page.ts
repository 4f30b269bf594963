/** Types of a column; each may have nulls. `int64` holds every integer of 64 bits, `text` is UTF-8. */
export type ColumnType = 'text' | 'double' | 'int64' | 'boolean';
/** A value of a row and a column; an `int64` may be a number where that is a safe integer. */
export type Cell = string | number | bigint | boolean | null;

/**
 * The cells of one column as the body of a Parquet data page (version 1), before compression: which are null, then the others, PLAIN.
 *
 * @see The Parquet format: "Data Pages", "Encodings" (RLE, PLAIN).
 */
export function encodePage(type: ColumnType, cells: readonly Cell[]): Buffer {
  const known = cells.filter((cell) => cell !== null);
  return Buffer.concat([definitionLevels(cells, known.length), VALUES[type](known)]);
}

/** Whether each cell is there, as a hybrid of runs and packed bits behind its length: one run where all are alike. */
function definitionLevels(cells: readonly Cell[], nKnown: number): Buffer {
  const isUniform = nKnown === 0 || nKnown === cells.length;
  const level = nKnown === 0 ? 0 : 1;
  const nGroups = Math.ceil(cells.length / 8);
  const levels = isUniform
    ? [...varint(cells.length * 2), level]
    : [...varint(nGroups * 2 + 1), ...packedBits(cells, (cell) => cell !== null)];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  return Buffer.concat([length, Buffer.from(levels)]);
}

/** One bit a cell, the first in the lowest bit of the first byte. */
function packedBits(cells: readonly Cell[], isSet: (cell: Cell) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(cells.length / 8));
  for (const [i, cell] of cells.entries()) if (isSet(cell)) bits[i >> 3] |= 1 << (i & 7);
  return bits;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

const VALUES: Readonly<Record<ColumnType, (known: readonly Cell[]) => Uint8Array>> = {
  text: (known) => {
    const texts = known as readonly string[];
    const sizes = texts.map((text) => Buffer.byteLength(text));
    const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size + 4, 0));
    let at = 0;
    for (const [i, text] of texts.entries()) {
      at = bytes.writeUInt32LE(sizes[i], at);
      at += bytes.write(text, at);
    }
    return bytes;
  },
  double: (known) => {
    const bytes = Buffer.allocUnsafe(8 * known.length);
    for (const [i, value] of known.entries()) bytes.writeDoubleLE(value as number, 8 * i);
    return bytes;
  },
  int64: (known) => {
    const bytes = Buffer.allocUnsafe(8 * known.length);
    for (const [i, value] of known.entries()) bytes.writeBigInt64LE(BigInt(value as number | bigint), 8 * i);
    return bytes;
  },
  boolean: (known) => packedBits(known, (value) => value === true),
};
