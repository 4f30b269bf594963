// Redis is away: stopped, killed with its data kept, killed and emptied; and pub/sub, which promises no delivery.
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { makeSignal } from '../harness/market.ts';
import { httpLoad, streamLoad } from '../harness/senders.ts';
import { ENRICHED, type FaultCase, runCase, SIGNALS, type World } from '../harness/world.ts';

/** Checks that HTTP is answered while Redis is away. */
async function expectHttpGoesOn(world: World, nOkBefore: number): Promise<void> {
  await until(() => world.log.nOk > nOkBefore + 20, 'HTTP answers while Redis is away', 10_000).catch(
    (error: unknown) => {
      world.violations.push(String(error));
    },
  );
}

/** Time in which the heap of a new process grows under any load, milliseconds. */
const WARM_UP_MS = 30_000;

/** SIGSTOP: connections stay open and get no answer. */
export const redisStopped: FaultCase = {
  name: 'redis-server stopped by SIGSTOP',
  expected: 'HTTP goes on, memory stays flat, the bus comes back by itself, nothing lost',
  needsRedis: true,
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const stoppedMs = context.isQuick ? 1500 : 30_000;
      const service = await world.service('one', { set: ['redis.command_timeout_ms=1000'] }).start();
      const load = { ...world.load, patienceMs: 60_000, concurrency: 2 };
      world.beside(httpLoad(() => service.url, true, { ...load, run: 'http', pauseMs: 5 }));
      world.beside(streamLoad(world.client(), SIGNALS, { ...load, run: 'stream' }));
      await until(async () => (await world.client().xlen(ENRICHED)) > 20, 'answers on the stream');
      if (!context.isQuick) await delay(WARM_UP_MS);
      const rssBefore = await service.rss();
      world.redis.signal('SIGSTOP');
      await expectHttpGoesOn(world, world.log.nOk);
      await delay(stoppedMs);
      const rssAfter = await service.rss();
      world.redis.signal('SIGCONT');
      await delay(500);
      await world.endLoad();
      await world.settle(20_000);
      const grownMb = rssBefore === null || rssAfter === null ? 0 : Math.round((rssAfter - rssBefore) / 2 ** 20);
      world.expect(grownMb < 100, `memory grew by ${grownMb} MB while Redis was away`);
      return `${stoppedMs / 1000} s of SIGSTOP with HTTP and Streams under load; memory grew by ${grownMb} MB`;
    }),
};

/** redis-server is killed with kill -9 and started again, with its append-only file or empty. */
function redisRestarted(keeps: boolean): FaultCase {
  return {
    name: `redis-server killed and restarted ${keeps ? 'with' : 'without'} its data`,
    expected: keeps
      ? 'nothing lost'
      : 'the group is made anew; what Redis forgot is told as never received (info), all else answered',
    needsRedis: true,
    run: (context) =>
      runCase(context, keeps ? 'keeps' : 'forgets', async (world) => {
        const nKills = context.isQuick ? 1 : 5;
        const service = await world.service('one').start();
        const client = world.client();
        const load = { ...world.load, patienceMs: 60_000, concurrency: 2 };
        world.beside(httpLoad(() => service.url, true, { ...load, run: 'http', pauseMs: 5 }));
        for (let k = 0; k < nKills; k++) {
          let isRoundOver = false;
          const round = { ...load, run: `stream${k}`, isOver: () => isRoundOver || load.isOver() };
          const stream = streamLoad(client, SIGNALS, round);
          world.beside(stream);
          await until(async () => (await client.xlen(ENRICHED).catch(() => 0)) > 20, 'answers on the stream');
          await world.redis.kill();
          await expectHttpGoesOn(world, world.log.nOk);
          if (!keeps) {
            world.redis.empty();
            world.log.redisEmptied();
          }
          await delay(200);
          await world.redis.start();
          isRoundOver = true;
          await stream;
          await until(async () => (await client.exists(SIGNALS).catch(() => 0)) === 1, 'the group is back');
          await streamLoad(client, SIGNALS, { ...load, run: `after${k}`, concurrency: 1, isOver: countTo(10) });
        }
        await world.endLoad();
        await world.settle();
        return `${nKills} times kill -9 of redis-server and a restart, HTTP and Streams under load`;
      }),
  };
}

function countTo(n: number): () => boolean {
  let k = 0;
  return () => k++ >= n;
}

/** Pub/sub promises no delivery; its answers are still recorded and deduplicated. */
export const pubsub: FaultCase = {
  name: 'pub/sub, with a kill in between',
  expected: 'answered on the channel and recorded; what was published to nobody is `info`',
  needsRedis: true,
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const service = await world.service('one').start();
      const [publisher, subscriber] = [world.client(), world.client()];
      let nHeard = 0;
      subscriber.on('message', (_: string, text: string) => {
        nHeard++;
        const { signal_id: id } = JSON.parse(text) as { signal_id: string };
        world.log.answer({ kind: 'ok', id, medium: 'pubsub', text });
      });
      await subscriber.subscribe(ENRICHED);
      const isHeard = async (): Promise<boolean> => ((await publisher.pubsub('NUMSUB', SIGNALS))[1] as number) > 0;
      const publish = async (n: number): Promise<void> => {
        const { id, text } = makeSignal('pubsub', n);
        world.log.sent(id, 'pubsub');
        await publisher.publish(SIGNALS, text);
      };
      await until(isHeard, 'the service subscribes');
      for (let n = 0; n < 50; n++) await publish(n);
      await until(
        () => nHeard >= 50,
        () => `50 answers, heard ${nHeard}`,
      );
      await service.kill();
      for (let n = 50; n < 60; n++) await publish(n);
      await service.start();
      await until(isHeard, 'the service subscribes again');
      for (let n = 60; n < 110; n++) await publish(n);
      await until(
        () => nHeard >= 100,
        () => `100 answers, heard ${nHeard}`,
      );
      return '50 signals, kill -9, 10 to nobody, 50 after the restart';
    }),
};

export const redisKeeps = redisRestarted(true);
export const redisForgets = redisRestarted(false);
