import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { SenderLog } from '../../test/faults/harness/log.ts';
import { makeSignal } from '../../test/faults/harness/market.ts';
import { addToStream } from '../../test/faults/harness/senders.ts';
import { SIGNALS } from '../../test/faults/harness/world.ts';
import type { Attack } from './http-attacks.ts';
import type { Target } from './plan.ts';
import { withToken } from './raw-socket.ts';
import type { AttackTally } from './tally.ts';

const MB = 2 ** 20;
/** An entry of this size comes twice a minute, a smaller one every second. Redis keeps them all. */
const LARGEST_ENTRY_MB = 50;
const LARGE_ENTRY_MB = 2;
const LARGEST_EVERY = 30;
const ENTRY_PAUSE_MS = 1000;
const POISON_PAUSE_MS = 50;
/** A lock longer than a hundredth of the time would be the p99 of every durable answer by itself. */
const LOCK_MS = 100;
const LOCK_EVERY_MS = 30_000;
/** Maximum time in which Redis takes an entry, milliseconds. */
const ADD_MS = 60_000;
const FLOOD_CONNECTIONS = 4;
const STALLED_CONNECTIONS = 20;

async function openStream(target: Target, tally: AttackTally): Promise<WebSocket | null> {
  const address = `${target.url.replace('http', 'ws')}/v1/stream`;
  const socket = new WebSocket(address, { headers: withToken(target) });
  socket.on('error', () => undefined); // counted by the close
  socket.on('close', () => tally.answered('cut'));
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
  return socket.readyState === WebSocket.OPEN ? socket : null;
}

/** Sends messages as fast as possible on WebSockets. */
const webSocketFlood: Attack = async (target, tally) => {
  const text = '{"type":"nonsense"}';
  const flood = async (): Promise<void> => {
    const socket = await openStream(target, tally);
    socket?.on('message', (bytes: Buffer) => tally.read(bytes.length));
    while (socket?.readyState === WebSocket.OPEN) {
      for (let k = 0; k < 500; k++) socket.send(text);
      tally.sent(500 * text.length, 500);
      await delay(socket.bufferedAmount > MB ? 20 : 0);
    }
  };
  await forever(FLOOD_CONNECTIONS, flood);
};

/** Opens WebSockets and never reads. */
const webSocketStall: Attack = (target, tally) =>
  forever(STALLED_CONNECTIONS, async () => {
    const socket = await openStream(target, tally);
    if (socket === null) return;
    tally.sent(0);
    socket.pause();
    await delay(120_000);
    socket.terminate();
  });

async function forever(n: number, work: () => Promise<void>): Promise<void> {
  const again = async (): Promise<void> => {
    for (;;) {
      await work();
      await delay(200);
    }
  };
  await Promise.all(Array.from({ length: n }, again));
}

/** Adds entries to the stream of the signals. Each is in the sender's log, by which the checker finds its dead letter. */
async function addEntries(
  target: Target,
  tally: AttackTally,
  { isOver, pauseMs, textOf }: { isOver: () => boolean; pauseMs: number; textOf: (n: number) => string },
): Promise<void> {
  if (target.redisUrl === null) return;
  const redis = new Redis(target.redisUrl);
  redis.on('error', () => undefined); // each command reports its own error
  const log = new SenderLog(target.logDirectory);
  for (let n = 0; !isOver(); n++) {
    const text = textOf(n);
    await addToStream(redis, SIGNALS, { id: `entry-${process.pid}-${n}`, text }, log, ADD_MS);
    tally.sent(text.length);
    tally.answered('added');
    await delay(pauseMs);
  }
  redis.disconnect();
  log.close();
}

const oversizedEntries: Attack = (target, tally, isOver) => {
  const large = 'x'.repeat(LARGE_ENTRY_MB * MB);
  const largest = 'x'.repeat(LARGEST_ENTRY_MB * MB);
  const textOf = (n: number): string => (n % LARGEST_EVERY === 1 ? largest : large);
  return addEntries(target, tally, { isOver, pauseMs: ENTRY_PAUSE_MS, textOf });
};

const poisonEntries: Attack = (target, tally, isOver) => {
  const { text } = makeSignal('poison', 0);
  const poison = [
    'not json at all {',
    text.replace(/,"bars":.*$/, ',"bars":[]}'),
    text.replace(/"close":\[[^,]+/, '"close":[1e999'),
    text.replace('{', '{"__proto__":{"admin":true},'),
    text.replace(/"signal":-?\d/, '"signal":7'),
    '['.repeat(200_000),
  ];
  return addEntries(target, tally, { isOver, pauseMs: POISON_PAUSE_MS, textOf: (n) => poison[n % poison.length] });
};

/** Takes the write lock of the journal now and then, as a viewer does. */
const journalLock: Attack = async ({ dataDir }, tally, isOver) => {
  const db = new DatabaseSync(join(dataDir, 'ml4t.db'), { timeout: 5000 });
  while (!isOver()) {
    db.exec('BEGIN IMMEDIATE');
    await delay(LOCK_MS);
    db.exec('ROLLBACK');
    tally.sent(0);
    await delay(LOCK_EVERY_MS);
  }
};

/** Attacks over WebSocket, Redis and the files. */
export const OTHER_ATTACKS: Readonly<Record<string, Attack>> = {
  'WebSocket flood': webSocketFlood,
  'WebSocket readers that stall': webSocketStall,
  'oversized entries': oversizedEntries,
  'poison entries': poisonEntries,
  'write lock of the journal': journalLock,
};
