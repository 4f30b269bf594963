import { randomBytes } from 'node:crypto';
import { ConditionError } from '../../../core/index.ts';

/** What is kept of bytes that are too large to be held. */
export interface CutPayload {
  readonly nBytes: number;
  /** SHA-256 of all of them, in hexadecimal. */
  readonly sha256: string;
  /** The first bytes. */
  readonly head: Buffer;
}

/** Number of first bytes that are kept of what cannot be taken. */
export const HEAD_BYTES = 1024;

/** Begins what stands for cut bytes. It is drawn for each process, so that nobody can send it. */
const MARK = randomBytes(16);
const SIZE_AT = MARK.length;
const SUM_AT = SIZE_AT + 8;
const HEAD_AT = SUM_AT + 64;

/** The bytes that stand for cut ones inside this process. */
export function encodeCut({ nBytes, sha256, head }: CutPayload): Buffer {
  const size = Buffer.alloc(8);
  size.writeDoubleLE(nBytes);
  return Buffer.concat([MARK, size, Buffer.from(sha256, 'latin1'), head]);
}

/** What cut bytes were; null for bytes that are whole. */
export function readCut(bytes: Buffer): CutPayload | null {
  if (bytes.length < HEAD_AT || !bytes.subarray(0, SIZE_AT).equals(MARK)) return null;
  return {
    nBytes: bytes.readDoubleLE(SIZE_AT),
    sha256: bytes.toString('latin1', SUM_AT, HEAD_AT),
    head: bytes.subarray(HEAD_AT),
  };
}

/** @param what - the entry or message that is too large. */
export function tooLarge(what: string, { nBytes }: CutPayload, entryBytes: number): ConditionError {
  return new ConditionError(what, `at most ${entryBytes} bytes long (limits.entry_bytes)`, nBytes);
}
