import type { Redis } from 'ioredis';
import type { BusBoard } from './bus-board.ts';
import { callBuffer, isBefore, type StreamEntry, toEntries } from './entries.ts';
import type { SignalConsumer } from './signal-consumer.ts';

const COUNT = 100;

export interface ClaimOptions {
  readonly stream: string;
  readonly group: string;
  readonly consumerName: string;
  readonly claimIdleMs: number;
  readonly maxDeliveries: number;
  readonly board: BusBoard;
}

/**
 * Takes over entries whose consumer has been silent. One that was delivered too often is poison and dead; one whose payload
 * was trimmed by somebody is counted and dead.
 */
export async function claimAbandoned(redis: Redis, consumer: SignalConsumer, options: ClaimOptions): Promise<void> {
  const { stream, group, consumerName, claimIdleMs, board } = options;
  let cursor = '0-0';
  do {
    const args = [stream, group, consumerName, claimIdleMs, cursor, 'COUNT', COUNT] as const;
    const [next, raw, gone] = (await callBuffer(redis, 'XAUTOCLAIM', ...args)) as [
      Buffer,
      unknown,
      Buffer[] | undefined,
    ];
    const entries = toEntries(raw).filter(({ id }) => !consumer.isUnderWay(id));
    for (const id of gone ?? []) {
      await consumer.bury(trimmed(id.toString()), 'PAYLOAD_TRIMMED', 'the entry was trimmed before it was judged');
    }
    board.count('nClaimed', entries.length);
    await handleClaimed(redis, consumer, entries, options);
    cursor = next.toString();
  } while (cursor !== '0-0');
}

async function handleClaimed(
  redis: Redis,
  consumer: SignalConsumer,
  entries: readonly StreamEntry[],
  { stream, group, consumerName, maxDeliveries }: ClaimOptions,
): Promise<void> {
  if (entries.length === 0) return;
  const [first, last] = [entries[0].id, entries[entries.length - 1].id];
  const pending = (await redis.xpending(stream, group, first, last, COUNT, consumerName)) as [
    string,
    string,
    number,
    number,
  ][];
  const deliveries = new Map(pending.map(([id, , , n]) => [id, n]));
  const isPoison = ({ id }: StreamEntry): boolean => (deliveries.get(id) ?? 0) > maxDeliveries;
  for (const entry of entries.filter(isPoison)) {
    await consumer.bury(entry, 'POISON', `delivered ${deliveries.get(entry.id)} times and never judged`);
  }
  await consumer.handle(entries.filter((entry) => !isPoison(entry)));
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
