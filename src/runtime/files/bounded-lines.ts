const LF = 10;
const CR = 13;

/** A line of a stream; its text is null where it has more bytes than are kept. */
export interface BoundedLine {
  readonly text: string | null;
  readonly nBytes: number;
}

/** Bounds of {@link boundedLines}, in bytes. */
export interface LineBounds {
  /** Maximum size of a line that is kept; of a longer one only the size is known. */
  readonly lineBytes: number;
  /** Size at which a line counts as one without an end. */
  readonly endlessBytes: number;
}

/**
 * Cuts a stream into lines that end with LF, CRLF or CR. Memory grows with the longest line that is kept, not with the longest.
 *
 * @throws {Error} for a line without an end; what the stream throws.
 */
export async function* boundedLines(
  input: AsyncIterable<Uint8Array>,
  { lineBytes, endlessBytes }: LineBounds,
): AsyncGenerator<BoundedLine> {
  let pieces: Uint8Array[] = [];
  let nBytes = 0;
  let isAfterCr = false;
  const add = (piece: Uint8Array): void => {
    nBytes += piece.length;
    if (nBytes <= lineBytes) pieces.push(piece);
    else pieces = [];
    if (nBytes > endlessBytes) throw new Error(`a line has no end within ${endlessBytes} bytes`);
  };
  const take = (): BoundedLine => {
    const line = { text: nBytes > lineBytes ? null : Buffer.concat(pieces).toString('utf8'), nBytes };
    pieces = [];
    nBytes = 0;
    return line;
  };
  for await (const chunk of input) {
    let start = isAfterCr && chunk[0] === LF ? 1 : 0;
    if (chunk.length > 0) isAfterCr = false;
    for (let end = lineEnd(chunk, start); end >= 0; end = lineEnd(chunk, start)) {
      add(chunk.subarray(start, end));
      yield take();
      isAfterCr = chunk[end] === CR && end + 1 === chunk.length;
      start = chunk[end] === CR && chunk[end + 1] === LF ? end + 2 : end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (nBytes > 0) yield take();
}

/** Index of the next byte that ends a line, or -1. */
function lineEnd(chunk: Uint8Array, from: number): number {
  const lf = chunk.indexOf(LF, from);
  const cr = chunk.subarray(from, lf < 0 ? undefined : lf).indexOf(CR);
  return cr < 0 ? lf : from + cr;
}
