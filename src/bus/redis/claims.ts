import type { Redis } from 'ioredis';
import type { BusMetrics } from './bus-metrics.ts';
import { callBuffer, isBefore, type StreamEntry, toEntries, untilClosed } from './entries/entries.ts';
import type { SignalConsumer } from './signal-consumer.ts';

/** Maximum number of entries that one command lists. */
const COUNT = 100;

export interface ClaimOptions {
  readonly stream: string;
  readonly group: string;
  readonly consumerName: string;
  readonly claimIdleMs: number;
  readonly maxDeliveries: number;
  readonly metrics: BusMetrics;
}

/**
 * Number of deliveries after which an entry is delivered alone: if it ends the process, no other entry is counted as delivered
 * with it.
 */
const SUSPECT_DELIVERIES = 2;

const TRIMMED = 'the entry was trimmed before it was judged';

/** Ids of pending entries that were trimmed and have no dead letter yet. They are kept here because XAUTOCLAIM lists them once. */
const trimmedIds = new WeakMap<SignalConsumer, string[]>();

/**
 * Takes over entries that other consumers have left pending for `claimIdleMs`. An entry that was trimmed meanwhile becomes a
 * dead letter.
 */
export async function claimAbandoned(redis: Redis, consumer: SignalConsumer, options: ClaimOptions): Promise<void> {
  const { stream, group, consumerName, claimIdleMs, metrics } = options;
  const gone = trimmedIds.get(consumer) ?? [];
  trimmedIds.set(consumer, gone);
  let cursor = '0-0';
  do {
    // JUSTID, so that the change of consumer does not count as a delivery.
    const args = [stream, group, consumerName, claimIdleMs, cursor, 'COUNT', COUNT, 'JUSTID'] as const;
    const [next, ids, deleted] = (await callBuffer(redis, 'XAUTOCLAIM', ...args)) as [Buffer, Buffer[], Buffer[]?];
    metrics.count('nClaimed', ids.filter((id) => !consumer.isKnown(id.toString())).length);
    gone.push(...(deleted ?? []).map(String));
    cursor = next.toString();
  } while (cursor !== '0-0');
  while (gone.length > 0) {
    await consumer.recordDeadLetter(emptyEntry(gone[0]), 'PAYLOAD_TRIMMED', TRIMMED);
    gone.shift();
  }
}

type PendingRow = readonly [id: string, consumer: string, idleMs: number, deliveries: number];

/**
 * Finishes the entries that are pending with this consumer and not being judged now: those of an earlier process, those that
 * were claimed, and those that failed before. An entry that has had `maxDeliveries` is delivered no more.
 */
export async function finishOwn(redis: Redis, consumer: SignalConsumer, options: ClaimOptions): Promise<void> {
  const { stream, group, consumerName, maxDeliveries } = options;
  let after = '0-0';
  for (;;) {
    const from = after === '0-0' ? '-' : `(${after}`;
    const underWay = consumer.underWay; // read before the reply, which may still list entries that end meanwhile
    const asked = redis.xpending(stream, group, from, '+', COUNT, consumerName);
    const rows = (await untilClosed(redis, asked)) as PendingRow[];
    if (rows.length === 0) return;
    after = rows[rows.length - 1][0];
    const open = rows.filter(([id]) => !underWay.has(id) && !consumer.isKnown(id));
    for (const [id, , , deliveries] of open.filter((row) => row[3] >= maxDeliveries)) {
      const entry = await entryAt(redis, stream, id);
      if (entry === null) await consumer.recordDeadLetter(emptyEntry(id), 'PAYLOAD_TRIMMED', TRIMMED);
      else await consumer.endUndeliverable(entry, deliveries);
    }
    const suspects = open.filter(([, , , n]) => n >= SUSPECT_DELIVERIES && n < maxDeliveries);
    for (const row of suspects) await consumer.handle(await claimOwn(redis, consumer, [row], options));
    const others = open.filter(([, , , n]) => n < SUSPECT_DELIVERIES && n < maxDeliveries);
    await consumer.handle(await claimOwn(redis, consumer, others, options));
  }
}

/** Delivers entries that are pending with this consumer once more, which Redis counts as a delivery. */
async function claimOwn(
  redis: Redis,
  consumer: SignalConsumer,
  rows: readonly PendingRow[],
  { stream, group, consumerName }: ClaimOptions,
): Promise<StreamEntry[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(([id]) => id);
  const raw = (await callBuffer(redis, 'XCLAIM', stream, group, consumerName, 0, ...ids)) as unknown[];
  const entries = toEntries(raw.filter((entry) => entry !== null));
  const found = new Set(entries.map(({ id }) => id));
  for (const id of ids.filter((id) => !found.has(id))) {
    // An entry that is still in the stream was claimed and acknowledged by another consumer.
    if ((await entryAt(redis, stream, id)) === null)
      await consumer.recordDeadLetter(emptyEntry(id), 'PAYLOAD_TRIMMED', TRIMMED);
  }
  return entries;
}

async function entryAt(redis: Redis, stream: string, id: string): Promise<StreamEntry | null> {
  return toEntries(await callBuffer(redis, 'XRANGE', stream, id, id))[0] ?? null;
}

function emptyEntry(id: string): StreamEntry {
  return { id, fields: { topic: null, type: null, encoding: null, payload: null }, cut: null, repeated: null };
}

/** Trims a stream that has more than `maxEntries`, by the entries that every group has received and acknowledged. */
export async function trimAcknowledged(redis: Redis, stream: string, maxEntries: number): Promise<void> {
  if ((await redis.xlen(stream)) <= maxEntries) return;
  const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][];
  let bound: string | null = null;
  for (const raw of groups) {
    const group = new Map(Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] as string, raw[2 * i + 1]]));
    const unacknowledged = await oldestUnacknowledged(redis, stream, group);
    if (bound === null || isBefore(unacknowledged, bound)) bound = unacknowledged;
  }
  if (bound !== null) await redis.xtrim(stream, 'MINID', bound);
}

/** First id that must stay for a group: its oldest pending entry, or its last delivered one where nothing is pending. */
async function oldestUnacknowledged(
  redis: Redis,
  stream: string,
  group: ReadonlyMap<string, unknown>,
): Promise<string> {
  const delivered = String(group.get('last-delivered-id'));
  if (Number(group.get('pending')) === 0) return delivered;
  const [, oldest] = (await redis.xpending(stream, String(group.get('name')))) as [number, string | null];
  return oldest ?? delivered;
}
