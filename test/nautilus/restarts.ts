import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { BesideNode, STREAMS } from './harness/beside.ts';
import { expectAsEnriched } from './harness/enriched.ts';
import { barLines, NODE_MARKET } from './harness/market.ts';
import type { NautilusNode } from './harness/nautilus-node.ts';
import type { NautilusVersion } from './versions.ts';

// Service, Redis and node are ended in the middle: what is lost is what docs/nautilus.md says, and the status shows it.

const BAR_TYPE = 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL';
const PLAYED = { barType: BAR_TYPE, bars: NODE_MARKET };
const FIRST = WINDOW_BARS - 1;
const N = 5;
/** The first signal of each part: all up, the service is gone, Redis is gone, Redis is back, another node. */
const [UP, WITHOUT_SERVICE, WITHOUT_REDIS, REDIS_BACK, ANOTHER] = [0, 1, 2, 3, 4].map((part) => FIRST + part * N);
/** Time in which the writer of a node meets the fault that ends it, milliseconds. */
const FAULT_MS = 1500;
/** Age of the last heartbeat of a node that sends one a second, at which it is mute; milliseconds. */
const MUTE_MS = 4000;

interface Status {
  readonly bus: { readonly status: string; readonly n_reconnects: number };
  readonly feeds: readonly { readonly last_bar_ts: number }[];
  readonly node_heartbeat_age_ms: number | null;
}

/** Ends and starts the service, Redis and the node one after the other, and expects of each that it loses what the page says. */
export async function expectRestarts(version: NautilusVersion): Promise<void> {
  const encoding = version.generation === 2 ? 'msgpack' : 'json';
  const beside = await BesideNode.start(version, { encoding, keepsData: true });
  const plan = { barTypes: [BAR_TYPE], judged: [BAR_TYPE] };
  try {
    const node = await beside.node({ ...plan, firstSignalTs: NODE_MARKET.tsEvent[UP] });
    node.feed(barLines(NODE_MARKET, 0, UP + N, BAR_TYPE));
    await untilAnswered(node, N);

    await beside.service.kill();
    node.feed(barLines(NODE_MARKET, WITHOUT_SERVICE, WITHOUT_SERVICE + N, BAR_TYPE));
    await node.until(() => nSent(node) === 2 * N, 'the signals are published');
    await beside.service.start();
    await untilAnswered(node, 2 * N);
    await expectAsEnriched(beside, node.answers, PLAYED);
    expect(node.answers.slice(N).map(({ late }) => late)).toEqual(Array(N).fill(true));

    await beside.redis.kill();
    node.feed(barLines(NODE_MARKET, WITHOUT_REDIS, WITHOUT_REDIS + N, BAR_TYPE));
    await node.until(() => nSent(node) === 3 * N, 'the node trades on');
    await delay(FAULT_MS);
    await beside.redis.start();
    const client = beside.redis.client();
    await until(async () => ((await beside.status()) as unknown as Status).bus.status === 'up', 'the bus is up');
    node.feed(barLines(NODE_MARKET, REDIS_BACK, REDIS_BACK + N, BAR_TYPE));
    await node.until(() => nSent(node) === 4 * N, 'the node trades on');
    expect(await nBarsIn(client), 'the node is mute').toBe(WITHOUT_REDIS);
    const heartbeatMs = async (): Promise<number> =>
      ((await beside.status()) as unknown as Status).node_heartbeat_age_ms ?? 0;
    await until(async () => (await heartbeatMs()) > MUTE_MS, 'the status shows a node that lives and says nothing');
    await node.kill();
    const nBars = await nBarsIn(client);
    await untilRead(client);
    const { bus, feeds } = (await beside.status()) as unknown as Status;
    expect(bus.n_reconnects).toBeGreaterThan(0);
    expect(BigInt(feeds[0].last_bar_ts), 'the status shows what came').toBe(NODE_MARKET.tsEvent[nBars - 1]);

    const other = await beside.node({ ...plan, firstSignalTs: NODE_MARKET.tsEvent[ANOTHER] });
    other.feed(barLines(NODE_MARKET, nBars, ANOTHER + N, BAR_TYPE));
    await untilAnswered(other, N);
    await expectAsEnriched(beside, other.answers, PLAYED);
    expect(await client.xpending(STREAMS.signals, 'ml4t')).toEqual([0, null, null, null]);
    client.disconnect();
  } finally {
    await beside.end();
  }
}

const nSent = (node: NautilusNode): number => node.read().filter(({ event }) => event === 'sent').length;

async function untilAnswered(node: NautilusNode, n: number): Promise<void> {
  await node.until(() => node.answers.length >= n, `${n} answers`);
  expect(node.answers.length).toBe(n);
}

/** Number of bars in the stream of the node. */
async function nBarsIn(client: Redis): Promise<number> {
  const entries = await client.xrange(STREAMS.signals, '-', '+');
  return entries.filter(([, fields]) => fields[1 + fields.indexOf('topic')].startsWith('data.bars.')).length;
}

/** Waits until the service has read and acknowledged all of the stream. */
async function untilRead(client: Redis): Promise<void> {
  await until(async () => {
    const [group] = (await client.xinfo('GROUPS', STREAMS.signals)) as unknown[][];
    const of = (name: string): unknown => group[1 + group.indexOf(name)];
    return of('lag') === 0 && of('pending') === 0;
  }, 'all is read');
}
