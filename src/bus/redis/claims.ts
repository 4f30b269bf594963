import type { Redis } from 'ioredis';
import type { BusMetrics } from './bus-metrics.ts';
import { callBuffer, isBefore, type StreamEntry, toEntries, untilClosed } from './entries.ts';
import type { SignalConsumer } from './signal-consumer.ts';

const COUNT = 100;

export interface ClaimOptions {
  readonly stream: string;
  readonly group: string;
  readonly consumerName: string;
  readonly claimIdleMs: number;
  readonly maxDeliveries: number;
  readonly board: BusMetrics;
}

/** From so many deliveries on an entry is judged alone: should it end the process, the others are not counted with it. */
const SUSPECT_DELIVERIES = 2;

const TRIMMED = 'the entry was trimmed before it was judged';

/** What is left of entries that were trimmed while they were pending, until it is buried: Redis forgets them at once. */
const lost = new WeakMap<SignalConsumer, string[]>();

/** Takes over the entries of consumers that have been silent. Those trimmed by somebody are counted and dead. */
export async function claimAbandoned(redis: Redis, consumer: SignalConsumer, options: ClaimOptions): Promise<void> {
  const { stream, group, consumerName, claimIdleMs, board } = options;
  const gone = lost.get(consumer) ?? [];
  lost.set(consumer, gone);
  let cursor = '0-0';
  do {
    // JUSTID: to change hands is no delivery.
    const args = [stream, group, consumerName, claimIdleMs, cursor, 'COUNT', COUNT, 'JUSTID'] as const;
    const [next, ids, deleted] = (await callBuffer(redis, 'XAUTOCLAIM', ...args)) as [Buffer, Buffer[], Buffer[]?];
    board.count('nClaimed', ids.filter((id) => !consumer.isKnown(id.toString())).length);
    gone.push(...(deleted ?? []).map(String));
    cursor = next.toString();
  } while (cursor !== '0-0');
  while (gone.length > 0) {
    await consumer.recordDeadLetter(trimmed(gone[0]), 'PAYLOAD_TRIMMED', TRIMMED);
    gone.shift();
  }
}

type PendingRow = readonly [id: string, consumer: string, idleMs: number, deliveries: number];

/**
 * Finishes what is pending with this consumer and not on its way: left by the process before, claimed, or failed a while
 * ago. One that was delivered too often is poison and dead.
 */
export async function finishOwn(redis: Redis, consumer: SignalConsumer, options: ClaimOptions): Promise<void> {
  const { stream, group, consumerName, maxDeliveries } = options;
  let after = '0-0';
  for (;;) {
    const from = after === '0-0' ? '-' : `(${after}`;
    const underWay = consumer.underWay; // what ends while Redis answers is still in its answer
    const asked = redis.xpending(stream, group, from, '+', COUNT, consumerName);
    const rows = (await untilClosed(redis, asked)) as PendingRow[];
    if (rows.length === 0) return;
    after = rows[rows.length - 1][0];
    const open = rows.filter(([id]) => !underWay.has(id) && !consumer.isKnown(id));
    for (const [id, , , deliveries] of open.filter((row) => row[3] >= maxDeliveries)) {
      const entry = await entryAt(redis, stream, id);
      if (entry === null) await consumer.recordDeadLetter(trimmed(id), 'PAYLOAD_TRIMMED', TRIMMED);
      else await consumer.giveUp(entry, deliveries);
    }
    const suspects = open.filter(([, , , n]) => n >= SUSPECT_DELIVERIES && n < maxDeliveries);
    for (const row of suspects) await consumer.handle(await claimOwn(redis, consumer, [row], options));
    const others = open.filter(([, , , n]) => n < SUSPECT_DELIVERIES && n < maxDeliveries);
    await consumer.handle(await claimOwn(redis, consumer, others, options));
  }
}

/** Delivers own pending entries once more, which counts. */
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
    // Still in the stream: somebody else took it over and ended it.
    if ((await entryAt(redis, stream, id)) === null)
      await consumer.recordDeadLetter(trimmed(id), 'PAYLOAD_TRIMMED', TRIMMED);
  }
  return entries;
}

async function entryAt(redis: Redis, stream: string, id: string): Promise<StreamEntry | null> {
  return toEntries(await callBuffer(redis, 'XRANGE', stream, id, id))[0] ?? null;
}

function trimmed(id: string): StreamEntry {
  return { id, fields: { topic: null, type: null, encoding: null, payload: null } };
}

/**
 * Shortens the input once it is long: removes what every group of the stream has been given and has acknowledged, and nothing
 * else.
 */
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

/** The first id that must stay for a group: its oldest pending entry, or the last one it was given. */
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
