// The wall clock of the machine is set while the service runs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Redis } from 'ioredis';
import { TRUSTS_THE_CLOCK } from '../harness/attack-sabotages.ts';
import { makeSignal, type SignalText } from '../harness/market.ts';
import { addToStream, sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { ENRICHED, type FaultCase, runCase, SIGNALS, type World } from '../harness/world.ts';

const SET_CLOCK = pathToFileURL(fileURLToPath(new URL('../harness/set-clock.ts', import.meta.url))).href;
const MINUTES = 60_000;
/** Steps of the clock against the true time, milliseconds: those back alternate with the true time. */
const STEPS = [-5 * MINUTES, 0, 5 * MINUTES, 0, -60 * MINUTES, -2 * MINUTES, 0] as const;
const N_SIGNALS = 10;

/** Signal `n` of a run, sent at its own time by a sender whose clock is right. */
function signalNow(run: string, n: number): SignalText {
  const { id, text } = makeSignal(run, n);
  return { id, text: text.replace(/"timestamp":\d+/, `"timestamp":${Date.now()}000000`) };
}

export const clockSteps: FaultCase = {
  name: 'the clock is set back by minutes and forward while signals come',
  expected: 'good signals wait until it is right again, and none becomes a dead letter; no negative age or uptime',
  needsRedis: true,
  failsUnder: [{ sabotage: TRUSTS_THE_CLOCK, by: /^(?:dead|miscount): / }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const file = join(world.directory, 'clock');
      const set = (offsetMs: number): void => writeFileSync(file, String(offsetMs));
      set(0);
      const wrap = ['env', `CLOCK_FILE=${file}`, `NODE_OPTIONS=--import=${SET_CLOCK}`];
      const service = await world.service('one', { wrap }).start();
      const client = world.client();
      const nRounds = context.isQuick ? 1 : 5;
      for (let round = 0; round < nRounds; round++) {
        for (const [step, offsetMs] of STEPS.entries()) {
          set(offsetMs);
          await sendBoth(world, { service, client, run: `r${round}s${step}`, isRight: offsetMs >= 0 });
          await expectSaneTimes(world, service);
        }
      }
      await world.settle();
      const n = nRounds * STEPS.length * N_SIGNALS;
      world.expectCounts({ dead: 0, lost: 0 });
      world.expect((await client.xlen(ENRICHED)) >= n, 'dead: not every signal of the stream was answered');
      return `${nRounds * STEPS.length} steps by up to an hour, ${N_SIGNALS} signals on the stream and one over HTTP after each`;
    }),
};

interface Sending {
  readonly service: Service;
  readonly client: Redis;
  readonly run: string;
  /** Whether the clock is not behind now. */
  readonly isRight: boolean;
}

async function sendBoth(world: World, { service, client, run, isRight }: Sending): Promise<void> {
  for (let n = 0; n < N_SIGNALS; n++) await addToStream(client, SIGNALS, signalNow(run, n), world.log);
  const patience = { patienceMs: isRight ? 20_000 : 0 };
  const reply = await sendUntilAnswered(() => service.url, signalNow(`${run}-http`, 0), world.log, patience);
  const isTold = reply?.status === 503 && reply.code === 'CLOCK_BEHIND';
  world.expect(isRight ? reply?.status === 200 : isTold, `dead: over HTTP ${reply?.status} ${reply?.code} in ${run}`);
  if (isRight) await world.settle();
  else await delay(200);
}

async function expectSaneTimes(world: World, service: Service): Promise<void> {
  const { text } = await service.get('/v1/status');
  const { uptime_seconds: uptime } = JSON.parse(text) as { readonly uptime_seconds?: number };
  world.expect(uptime === undefined || uptime >= 0, `dead: uptime ${uptime} s`);
}
