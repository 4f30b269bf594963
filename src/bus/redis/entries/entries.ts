import type { Redis } from 'ioredis';
import { DataError, type Ml4tError } from '../../../core/index.ts';
import type { EntryFields } from '../../../ports/index.ts';
import { type CutPayload, readCut, tooLarge } from '../replies/cut-payload.ts';

/** One stream entry. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: EntryFields;
  /** What was too large in it; its payload is then the beginning only. Null for an entry that is whole. */
  readonly cut: CutPayload | null;
  /** A field that stands in it twice, of those that are read; null where there is none. */
  readonly repeated: string | null;
}

type RawEntry = readonly [id: Buffer, fields: readonly Buffer[] | null];

/** Reads the entries in a reply of XREAD, XREADGROUP, XCLAIM or XRANGE; an entry without data gets null fields. */
export function toEntries(raw: unknown): StreamEntry[] {
  if (!Array.isArray(raw)) return [];
  return (raw as RawEntry[]).map(([id, fields]) => toEntry(id.toString(), fields ?? []));
}

/** Entries of the first stream in a reply of XREAD. */
export function firstStream(raw: unknown): StreamEntry[] {
  return Array.isArray(raw) && raw.length > 0 ? toEntries((raw as [Buffer, unknown][])[0][1]) : [];
}

function toEntry(id: string, raw: readonly Buffer[]): StreamEntry {
  const cuts = raw.map(readCut);
  const cut = cuts.find((each) => each !== null) ?? null;
  return { id, ...toFields(cut === null ? raw : raw.map((bytes, i) => cuts[i]?.head ?? bytes)), cut };
}

const READ_FIELDS = new Set(['topic', 'type', 'encoding', 'payload']);

function toFields(raw: readonly Buffer[]): Pick<StreamEntry, 'fields' | 'repeated'> {
  const byName = new Map<string, Buffer>();
  let repeated: string | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i].toString('latin1');
    if (byName.has(name) && READ_FIELDS.has(name)) repeated = name;
    byName.set(name, raw[i + 1]);
  }
  const text = (name: string): string | null => byName.get(name)?.toString('utf8') ?? null;
  const payload = byName.get('payload') ?? null;
  return { fields: { topic: text('topic'), type: text('type'), encoding: text('encoding'), payload }, repeated };
}

/** Why an entry cannot be read, before its payload is; null where it can. @param entryBytes - maximum size. */
export function entryFault({ cut, repeated }: StreamEntry, entryBytes: number): Ml4tError | null {
  if (cut !== null) return tooLarge('entry', cut, entryBytes);
  if (repeated === null) return null;
  return new DataError('BAD_JSON', `the field ${repeated} stands twice in one entry; write each field once`);
}

/**
 * Divides entries, in their order, into parts of which each has at most `maxBytes` of payload, or one entry: what is decoded between two
 * turns of the event loop. Entries of a usual size are one part.
 */
export function partsOf(entries: readonly StreamEntry[], maxBytes: number): readonly (readonly StreamEntry[])[] {
  const parts: StreamEntry[][] = [];
  let nBytes = Infinity;
  for (const entry of entries) {
    const size = entry.fields.payload?.length ?? 0;
    nBytes += size;
    if (nBytes > maxBytes) {
      parts.push([]);
      nBytes = size;
    }
    parts.at(-1)?.push(entry);
  }
  return parts;
}

/** Time of an entry by its id, which the server takes from its clock; UNIX milliseconds. */
export function entryMs(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** Whether stream id `a` is older than `b`. */
export function isBefore(a: string, b: string): boolean {
  const [aMs, aSeq] = a.split('-').map(BigInt);
  const [bMs, bSeq] = b.split('-').map(BigInt);
  return aMs < bMs || (aMs === bMs && (aSeq ?? 0n) < (bSeq ?? 0n));
}

/** Calls a command and leaves its reply as bytes. */
export function callBuffer(redis: Redis, command: string, ...args: readonly (string | number)[]): Promise<unknown> {
  return untilClosed(redis, redis.callBuffer(command, ...(args as string[])));
}

/** Waits for a reply, and rejects as soon as its connection is closed, after which the reply never comes. */
export function untilClosed<T>(redis: Redis, reply: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (): void => reject(new Error('the connection was closed'));
    redis.once('close', fail);
    const settled = (): void => void redis.off('close', fail);
    reply.then(resolve, reject).then(settled, settled);
  });
}
