// Kills of the service: at random, at the acknowledgement, beside a peer; and SIGTERM under load.
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import {
  ACKNOWLEDGES_FIRST,
  BY_LOSS,
  BY_NUMBER,
  BY_TWICE,
  NEVER_DEDUPLICATES,
  NUMBERS_ANEW,
} from '../harness/builds.ts';
import { HELD_INSTRUMENT, heldBars, makeHeldSignal, makeSignal } from '../harness/market.ts';
import { RedisProxy } from '../harness/redis-proxy.ts';
import { addToStream, httpLoad, postBars, sendUntilAnswered, streamLoad } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { ENRICHED, type FaultCase, runCase, SIGNALS, type World } from '../harness/world.ts';

/** Maximum duration of a start in the long form, milliseconds; the short form also runs beside other work. */
const READY_WITHIN_MS = 5000;
const QUICK_READY_WITHIN_MS = 60_000;

/** Random wait, 20 to 800 milliseconds. */
const randomWaitMs = ({ rng }: World): number => 20 + rng.nextInt(780);

/** Sends the signal of a run once more that was answered, or taken by Redis, as the last one before a kill. */
async function sendAgain(world: World, service: Service, run: 'http' | 'stream', id: string): Promise<void> {
  const signal = makeSignal(run, Number(id.slice(run.length + 1)));
  if (run === 'stream') return addToStream(world.client(), SIGNALS, signal, world.log);
  const reply = await sendUntilAnswered(() => service.url, signal, world.log);
  world.expect(reply?.status === 200, `${id}, sent again after a kill, was answered ${reply?.status} ${reply?.code}`);
}

/** kill -9 at random times under load over HTTP (durable) or Streams; each start is on the directory that the kill left. */
function randomKills(medium: 'http' | 'stream', nFull: number): FaultCase {
  const over = medium === 'http' ? 'HTTP with `durable`' : 'Redis Streams';
  return {
    name: `kill -9 under load, ${over}`,
    expected: 'nothing lost, same answers again, ready without repair',
    needsRedis: medium === 'stream',
    failsUnder: [
      { sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS },
      { sabotage: NEVER_DEDUPLICATES, by: BY_TWICE },
      { sabotage: NUMBERS_ANEW, by: BY_NUMBER },
    ],
    run: (context) =>
      runCase(context, medium === 'http' ? 'none' : 'forgets', async (world) => {
        const nKills = context.isQuick ? 2 : nFull;
        const service = await world.service('one').start();
        const load = { ...world.load, run: medium };
        if (medium === 'http') {
          const urlOf = (): string | null => service.url;
          world.expect((await postBars(service.url, HELD_INSTRUMENT, heldBars())) === 200, 'bars were refused');
          world.beside(httpLoad(urlOf, true, load));
          world.beside(httpLoad(urlOf, false, { ...load, run: 'fast', concurrency: 1, pauseMs: 2 }));
          world.beside(httpLoad(urlOf, true, { ...load, run: 'held', concurrency: 2, make: makeHeldSignal }));
        } else world.beside(streamLoad(world.client(), SIGNALS, { ...load, concurrency: 8, pauseMs: 10 }));
        for (let k = 0; k < nKills; k++) {
          world.log.lastOf.delete(medium);
          await until(() => world.log.lastOf.has(medium), 'a signal since the last start');
          await delay(randomWaitMs(world));
          await service.kill();
          const last = world.log.lastOf.get(medium) ?? '';
          await service.start();
          await sendAgain(world, service, medium, last);
        }
        await delay(200);
        await world.endLoad();
        world.expectCounts({ rejected: 0 }); // the bars in memory survive a kill
        if (medium === 'stream') await world.settle();
        const slowest = Math.max(...service.readyMs);
        world.expect(
          slowest < (context.isQuick ? QUICK_READY_WITHIN_MS : READY_WITHIN_MS),
          `slow start: ${Math.round(slowest)} ms after a kill`,
        );
        return `${nKills} kills after 20 to 800 ms, the last signal before each sent again; slowest start ${Math.round(slowest)} ms`;
      }),
  };
}

/** Killed as the answer and its acknowledgement go out: before Redis sees them, or after it did them. */
function killedAtAcknowledgement(when: 'before' | 'after'): FaultCase {
  const moment = when === 'before' ? 'before Redis saw output and acknowledgement' : 'before it saw their reply';
  return {
    name: `consumer killed ${moment}`,
    expected: 'a peer takes over; nothing lost, repeats carry the same hash',
    needsRedis: true,
    failsUnder: [
      when === 'before'
        ? { sabotage: NEVER_DEDUPLICATES, by: BY_TWICE } // the record stands, the entry comes again
        : { sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS },
    ],
    run: (context) =>
      runCase(context, 'forgets', async (world) => {
        const nKills = context.isQuick ? 2 : 20;
        const proxy = await RedisProxy.start(world.redis.port);
        world.onTeardown(() => proxy.stop());
        const victim = await world.service('victim', { redisUrl: proxy.url }).start();
        const client = world.client();
        await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
        for (let k = 0; k < nKills; k++) {
          await world.settle(); // finishes entries of the last kill, which would be dead after five deliveries
          let isKilled = false;
          proxy.trap = {
            when,
            word: 'XACK',
            action: () => {
              victim.signal('SIGKILL');
              isKilled = true;
            },
          };
          for (let n = 0; n < 20; n++) await addToStream(client, SIGNALS, makeSignal(`k${k}`, n), world.log);
          await until(() => isKilled, 'the kill');
          await victim.ended();
          if (k < nKills - 1) await victim.start(); // after the last kill, a peer takes over instead
        }
        await world.service('peer').start();
        await world.settle();
        return `${nKills} kills at that moment, 20 signals each; then a peer on another data directory`;
      }),
  };
}

/** Two services in one group; one is killed, the other does the work of both. */
const peerKilled: FaultCase = {
  name: 'two services share a group, one is killed',
  expected: 'both work before; the peer claims what the dead one held; nothing lost',
  needsRedis: true,
  failsUnder: [{ sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const [one, two] = [world.service('one'), world.service('two')];
      await Promise.all([one.start(), two.start()]);
      const client = world.client();
      world.beside(streamLoad(client, SIGNALS, { ...world.load, run: 'shared', concurrency: 8, pauseMs: 2 }));
      const hasWorked = async (url: string | null): Promise<boolean> => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        return /redis_stream"?\}?.* [1-9]/.test(metrics);
      };
      await until(async () => (await hasWorked(one.url)) && (await hasWorked(two.url)), 'both work');
      const nRounds = context.isQuick ? 1 : 5;
      for (let k = 0; k < nRounds; k++) {
        await delay(randomWaitMs(world));
        await one.kill();
        await delay(context.isQuick ? 300 : 1000);
        if (k < nRounds - 1) await one.start();
      }
      await world.endLoad();
      await world.settle();
      return `${nRounds} kills of one of two; the other went on`;
    }),
};

/** SIGTERM in the middle of the load: the promise is a drain within 10 s and exit 0. */
const sigterm: FaultCase = {
  name: 'SIGTERM under load',
  expected: 'drained within 10 s, exit 0, nothing lost',
  needsRedis: true,
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      let slowestMs = 0;
      const nStops = context.isQuick ? 1 : 10;
      const service = await world.service('one').start();
      world.beside(httpLoad(() => service.url, true, { ...world.load, run: 'http' }));
      world.beside(streamLoad(world.client(), SIGNALS, { ...world.load, run: 'stream' }));
      for (let k = 0; k < nStops; k++) {
        await delay(randomWaitMs(world));
        const startedAt = performance.now();
        const wrong = await service.stop();
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
        if (wrong !== null) world.violations.push(wrong);
        await service.start();
      }
      await world.endLoad();
      await world.settle();
      const nAnswered = await world.client().xlen(ENRICHED);
      world.expect(nAnswered > 0 && world.log.nOk > 0, 'the load was none');
      return `${nStops} times SIGTERM with HTTP and Streams under load; slowest end after ${Math.round(slowestMs)} ms`;
    }),
};

export const randomHttpKills = randomKills('http', 100);
export const randomStreamKills = randomKills('stream', 100);
export const killedBefore = killedAtAcknowledgement('before');
export const killedAfter = killedAtAcknowledgement('after');
export { peerKilled, sigterm };
