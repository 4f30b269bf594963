import type { Redis } from 'ioredis';
import type { EncodedAnswer, EntryFields } from '../codecs/bus-codec.ts';

/** One stream entry. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: EntryFields;
}

type RawEntry = readonly [id: Buffer, fields: readonly Buffer[] | null];

/** Reads what XREAD, XREADGROUP and XAUTOCLAIM give; entries whose payload is gone have null fields. */
export function toEntries(raw: unknown): StreamEntry[] {
  if (!Array.isArray(raw)) return [];
  return (raw as RawEntry[]).map(([id, fields]) => ({ id: id.toString(), fields: toFields(fields ?? []) }));
}

/** The entries of the first stream of an XREAD reply. */
export function firstStream(raw: unknown): StreamEntry[] {
  return Array.isArray(raw) && raw.length > 0 ? toEntries((raw as [Buffer, unknown][])[0][1]) : [];
}

function toFields(raw: readonly Buffer[]): EntryFields {
  const byName = new Map<string, Buffer>();
  for (let i = 0; i + 1 < raw.length; i += 2) byName.set(raw[i].toString('latin1'), raw[i + 1]);
  const text = (name: string): string | null => byName.get(name)?.toString('utf8') ?? null;
  return {
    topic: text('topic'),
    type: text('type'),
    encoding: text('encoding'),
    payload: byName.get('payload') ?? null,
  };
}

/** Milliseconds of an entry's id, which the server's clock gave it. */
export function entryMs(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/**
 * The fields of an answer, in the order that every version of NautilusTrader reads. Its text goes as bytes: the client would make one
 * string of the whole command, which outlives the young generation.
 */
export function answerFields({ topic, payload, type, encoding }: EncodedAnswer): (string | Buffer)[] {
  return ['topic', topic, 'payload', Buffer.from(payload), 'type', type, 'encoding', encoding];
}

/** Compares two stream ids. */
export function isBefore(a: string, b: string): boolean {
  const [aMs, aSeq] = a.split('-').map(BigInt);
  const [bMs, bSeq] = b.split('-').map(BigInt);
  return aMs < bMs || (aMs === bMs && (aSeq ?? 0n) < (bSeq ?? 0n));
}

/** Calls a command that answers with bytes. */
export function callBuffer(redis: Redis, command: string, ...args: readonly (string | number)[]): Promise<unknown> {
  return untilClosed(redis, redis.callBuffer(command, ...(args as string[])));
}

/** The reply, or an error as soon as the connection it was to come by is closed: nothing comes any more. */
export function untilClosed<T>(redis: Redis, reply: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (): void => reject(new Error('the connection was closed'));
    redis.once('close', fail);
    const settled = (): void => void redis.off('close', fail);
    reply.then(resolve, reject).then(settled, settled);
  });
}
