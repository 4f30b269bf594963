import { closeSync, openSync, readSync } from 'node:fs';

const HEADER = 32;
const FRAME_HEADER = 24;
/** The log's mark where its checksums are over little-endian words, as on every machine this runs on. */
const MAGIC = 0x377f0682;
const CHUNK_FRAMES = 256;

/** What is wrong with a write-ahead log. */
export interface LogDamage {
  /** Whole commits behind the first part that cannot be read: the database would leave them out without a word. */
  readonly nLost: number;
}

interface Frames {
  readonly pageSize: number;
  /** The first 8 bytes that every frame of this log repeats, as hexadecimal digits. */
  salts: string | null;
  /** The checksum the next frame goes on from. */
  seed: readonly [number, number];
  isBroken: boolean;
  nLost: number;
}

/**
 * Reads a write-ahead log as the database will: up to the first frame whose checksum is wrong. There a process that was killed
 * stopped writing, and nothing follows. When whole commits do follow, that frame was damaged later, and all behind it would be
 * lost without a word. (A flip in the very last commit looks like a write that was cut off, and is taken for one.)
 *
 * @returns null for a log that ends where it was cut off, or that is not there.
 * @see The SQLite file format, section 4, "The Write-Ahead Log".
 */
export function checkLog(path: string): LogDamage | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null; // no log, or one the database will complain about itself
  }
  try {
    const header = Buffer.alloc(HEADER);
    if (readSync(file, header, 0, HEADER, 0) < HEADER) return null;
    const frames = readHeader(header);
    if (frames === null) return null;
    readFrames(file, frames);
    return frames.nLost === 0 ? null : { nLost: frames.nLost };
  } finally {
    closeSync(file);
  }
}

function readHeader(header: Buffer): Frames | null {
  const isOther = header.readUInt32BE(0) === MAGIC + 1; // written by a big-endian machine: the database checks it alone
  if (isOther) return null;
  const seed = storedAt(header, 24);
  const sum = checksum(header, 0, 24, [0, 0]);
  const isWhole = header.readUInt32BE(0) === MAGIC && sum[0] === seed[0] && sum[1] === seed[1];
  const pageSize = isWhole ? header.readUInt32BE(8) : 4096;
  const salts = isWhole ? header.toString('hex', 16, 24) : null;
  return { pageSize, salts, seed, isBroken: !isWhole, nLost: 0 };
}

function readFrames(file: number, frames: Frames): void {
  const size = FRAME_HEADER + frames.pageSize;
  const chunk = Buffer.from(new ArrayBuffer(CHUNK_FRAMES * size));
  for (let at = HEADER; ; at += chunk.length) {
    const n = Math.floor(readSync(file, chunk, 0, chunk.length, at) / size);
    for (let i = 0; i < n; i++) readFrame(chunk, i * size, frames);
    if (n < CHUNK_FRAMES) return;
  }
}

function readFrame(chunk: Buffer, at: number, frames: Frames): void {
  frames.salts ??= chunk.toString('hex', at + 8, at + 16);
  const start = checksum(chunk, at, at + 8, frames.seed);
  const sum = checksum(chunk, at + FRAME_HEADER, at + FRAME_HEADER + frames.pageSize, start);
  const stored = storedAt(chunk, at + 16);
  const isSame = sum[0] === stored[0] && sum[1] === stored[1];
  const isWhole = isSame && chunk.toString('hex', at + 8, at + 16) === frames.salts;
  const isCommit = chunk.readUInt32BE(at + 4) !== 0;
  if (!isWhole) frames.isBroken = true;
  else if (frames.isBroken && isCommit) frames.nLost++;
  frames.seed = stored;
}

function storedAt(bytes: Buffer, at: number): [number, number] {
  return [bytes.readInt32BE(at), bytes.readInt32BE(at + 4)];
}

function checksum(bytes: Buffer, from: number, to: number, seed: readonly [number, number]): [number, number] {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, (to - from) / 4);
  let [a, b] = seed;
  for (let i = 0; i < words.length; i += 2) {
    a = (a + words[i] + b) | 0;
    b = (b + words[i + 1] + a) | 0;
  }
  return [a, b];
}
