import { stringifyLossless } from '../../core/index.ts';
import { writeFileAtomic } from './atomic-write.ts';

/** Writes records as NDJSON, completely or not at all. */
export async function writeLines(path: string, records: readonly unknown[]): Promise<void> {
  await writeFileAtomic(path, inPieces(records.map((record) => `${stringifyLossless(record)}\n`)));
}

/** Lines in one piece: enough for few writes, and never the whole file in memory. */
const PIECE_LINES = 1000;

/** Encodes lines, {@link PIECE_LINES} at a time. */
export function* inPieces(lines: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length === PIECE_LINES) {
      yield encoder.encode(piece.join(''));
      piece = [];
    }
  }
  yield encoder.encode(piece.join(''));
}
