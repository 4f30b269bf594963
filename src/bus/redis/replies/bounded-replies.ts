import { createHash, type Hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { encodeCut, HEAD_BYTES } from './cut-payload.ts';
import { PassedBytes } from './passed-bytes.ts';
import { dropWith } from './wide-reads.ts';

const LF = 10;
const ZERO = '0'.charCodeAt(0);
const STRING = '$'.charCodeAt(0);
/** Types that announce their length in bytes: string, verbatim string, error. */
const WITH_BYTES = new Set([...'$=!'].map((type) => type.charCodeAt(0)));
/** Number of values by announced one, of the types that hold others: array, set, push, map. */
const VALUES_OF = new Map([...'*~>%'].map((type) => [type.charCodeAt(0), type === '%' ? 2 : 1]));
const END = Buffer.from('\r\n');

export interface ReplyBounds {
  /** Maximum size of one string, and of all strings of one list, in bytes. */
  readonly entryBytes: number;
  /** Maximum number of values in one list. */
  readonly values: number;
}

/** A list that is not complete yet. */
interface OpenList {
  left: number;
  nBytes: number;
}

/** Something that is dropped while it arrives, except for its size, its hash and its first bytes. */
interface Dropped {
  /** Number of lists that are open around it. */
  readonly depth: number;
  readonly hash: Hash;
  readonly head: Buffer[];
  nBytes: number;
  nHead: number;
}

/**
 * Bounds the replies of a Redis server before they are read. A string announces its length before its bytes: those of one that
 * is too large are hashed and dropped as they arrive, and a short one stands in its place; so does one for a list of too many
 * values. Everything else passes as it is.
 */
export class ReplyFilter {
  readonly #bounds: ReplyBounds;
  readonly #open: OpenList[] = [];
  /** The beginning of a line whose end has not arrived. */
  #line: Buffer[] = [];
  /** Bytes left of the current string, with its line end. */
  #left = 0;
  #dropped: Dropped | null = null;
  /** Whether it is a string that is dropped, not a list. */
  #isStringDropped = false;

  constructor(bounds: ReplyBounds) {
    this.#bounds = bounds;
  }

  /** @returns what passes of the next bytes of the server: themselves, where nothing is dropped. */
  push(chunk: Buffer): Buffer {
    const passed = new PassedBytes(chunk);
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        this.#takeBytes(chunk, at, end, passed);
        at = end;
        continue;
      }
      const end = chunk.indexOf(LF, at) + 1;
      if (end === 0) {
        this.#line.push(chunk.subarray(at));
        break;
      }
      if (this.#line.length === 0) this.#takeLine(chunk, at, end, passed);
      else this.#takeLongLine(chunk.subarray(at, end), passed);
      at = end;
    }
    return passed.bytes;
  }

  /**
   * Notes the next bytes of the server if they lie inside of a string that is dropped, of which nothing but its hash is kept.
   *
   * @returns false where they have to be pushed.
   */
  drop(bytes: Uint8Array): boolean {
    const dropped = this.#dropped;
    if (dropped === null || !this.#isStringDropped || dropped.nHead < HEAD_BYTES) return false;
    if (bytes.length > this.#left - END.length) return false;
    dropped.hash.update(bytes);
    dropped.nBytes += bytes.length;
    this.#left -= bytes.length;
    return true;
  }

  /** A line whose beginning came with other bytes. */
  #takeLongLine(end: Buffer, passed: PassedBytes): void {
    const line = Buffer.concat([...this.#line, end]);
    this.#line = [];
    this.#takeLine(line, 0, line.length, passed);
  }

  #takeLine(chunk: Buffer, start: number, end: number, passed: PassedBytes): void {
    const type = chunk[start];
    const n = numberIn(chunk, start + 1, end - END.length);
    const perValue = VALUES_OF.get(type);
    if (WITH_BYTES.has(type) && n >= 0) {
      if (this.#beginString(type, n)) this.#pass(chunk, start, end, passed);
      return;
    }
    if (perValue !== undefined && n > 0) {
      this.#beginList(n * perValue);
      this.#pass(chunk, start, end, passed);
      return;
    }
    this.#pass(chunk, start, end, passed);
    this.#endValue(passed);
  }

  /** @returns whether its line passes: that of a string which is dropped gives way to another. */
  #beginString(type: number, n: number): boolean {
    const list = this.#open.at(-1);
    this.#left = n + END.length;
    const isTooLarge = type === STRING && n + (list?.nBytes ?? 0) > this.#bounds.entryBytes;
    if (this.#dropped === null && isTooLarge) {
      this.#dropped = this.#beginDropping();
      this.#isStringDropped = true;
      return false;
    }
    if (list !== undefined) list.nBytes += n;
    return true;
  }

  #beginList(n: number): void {
    if (this.#dropped === null && n > this.#bounds.values) {
      this.#dropped = this.#beginDropping();
      this.#isStringDropped = false;
    }
    this.#open.push({ left: n, nBytes: 0 });
  }

  #beginDropping(): Dropped {
    return { depth: this.#open.length, hash: createHash('sha256'), head: [], nBytes: 0, nHead: 0 };
  }

  #takeBytes(chunk: Buffer, start: number, end: number, passed: PassedBytes): void {
    const n = end - start;
    const content = this.#isStringDropped ? Math.max(0, Math.min(n, this.#left - END.length)) : n;
    this.#left -= n;
    if (content > 0) this.#pass(chunk, start, start + content, passed);
    if (this.#left === 0) this.#endValue(passed);
  }

  /** Hands bytes [start, end) on, or notes them with what is dropped. */
  #pass(chunk: Buffer, start: number, end: number, passed: PassedBytes): void {
    const dropped = this.#dropped;
    if (dropped === null) {
      passed.take(chunk, start, end);
      return;
    }
    const bytes = chunk.subarray(start, end);
    dropped.hash.update(bytes);
    dropped.nBytes += bytes.length;
    if (dropped.nHead >= HEAD_BYTES) return;
    const head = Buffer.from(bytes.subarray(0, HEAD_BYTES - dropped.nHead)); // a copy, so that the rest is freed
    dropped.head.push(head);
    dropped.nHead += head.length;
  }

  /** Closes the lists that end with a value. */
  #endValue(passed: PassedBytes): void {
    this.#endDropped(passed);
    for (let list = this.#open.at(-1); list !== undefined && --list.left === 0; list = this.#open.at(-1)) {
      this.#open.pop();
      this.#endDropped(passed);
    }
  }

  #endDropped(passed: PassedBytes): void {
    const dropped = this.#dropped;
    if (dropped === null || this.#open.length > dropped.depth) return;
    const { hash, nBytes, head } = dropped;
    const text = encodeCut({ nBytes, sha256: hash.digest('hex'), head: Buffer.concat(head) });
    // An entry is a list of names and values: one that is dropped becomes a payload.
    const begin = this.#isStringDropped ? '' : '*2\r\n$7\r\npayload\r\n';
    passed.insert(Buffer.concat([Buffer.from(`${begin}$${text.length}\r\n`), text, END]));
    const list = this.#open.at(-1);
    if (this.#isStringDropped && list !== undefined) list.nBytes += text.length;
    this.#dropped = null;
    this.#isStringDropped = false;
  }
}

/** The number that a line says, from `start` to `end`, as `Number` reads it. */
function numberIn(line: Buffer, start: number, end: number): number {
  let n = 0;
  for (let i = start; i < end; i++) {
    const digit = line[i] - ZERO;
    if (digit < 0 || digit > 9) return Number(line.toString('latin1', start, end));
    n = 10 * n + digit;
  }
  return n;
}

/** Puts a filter between each connection of a client and the client. */
export function boundReplies(redis: Redis, bounds: ReplyBounds): void {
  redis.on('connect', () => {
    const filter = new ReplyFilter(bounds);
    const { stream } = redis as unknown as { readonly stream: NodeJS.EventEmitter };
    dropWith(stream, (bytes) => filter.drop(bytes));
    const emit = stream.emit.bind(stream);
    stream.emit = (event: string | symbol, ...args: readonly unknown[]): boolean => {
      if (event !== 'data') return emit(event, ...args);
      const passed = filter.push(args[0] as Buffer);
      return passed.length === 0 || emit('data', passed);
    };
  });
}
