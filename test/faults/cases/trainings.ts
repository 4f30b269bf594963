// A training that goes wrong: it fails alone, and the service goes on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import { buildCopy, INJECTS_TRAINING_FAULTS, NEVER_GIVES_UP } from '../harness/builds.ts';
import { httpLoad } from '../harness/senders.ts';
import {
  latestRetraining,
  RETRAIN_SETTINGS,
  readRetrainings,
  requestRetraining,
  sendMarket,
} from '../harness/trained-directory.ts';
import { type FaultCase, runCase } from '../harness/world.ts';

const N_BARS = 1400;
/** Heap of the whole process, MB: enough to serve, and soon used up by the fault `memory`. */
const HEAP_MB = 160;
const PROMPT_MS = 120_000;
/** Limit of a training, s: enough that each fault comes before it on a busy machine. */
const LIMIT_S = 15;

/** Injected faults, with the reason that each training must end with. */
const FAULTS: readonly (readonly [fault: string, reason: RegExp])[] = [
  ['throw', /an injected fault/],
  ['loop', new RegExp(`ended after ${LIMIT_S}000 ms`)],
  ['memory', /memory/],
  ['exit', /ended before it was done/],
];

/** Trainings that throw, loop, run out of memory or end too soon, one after the other, while signals are sent. */
export const brokenTrainings: FaultCase = {
  name: 'a training throws, loops, runs out of memory, ends too soon',
  expected: 'each fails alone, with its reason; signals are answered meanwhile, and the next training is done',
  needsRedis: false,
  failsUnder: [{ sabotage: NEVER_GIVES_UP, by: /^broke down: .*the end of “loop”/ }],
  obstacle: process.platform === 'win32' ? 'there is no env(1)' : null,
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const main = context.main === buildCopy() ? buildCopy(INJECTS_TRAINING_FAULTS) : context.main;
      const faultFile = join(world.directory, 'fault');
      const wrap = ['env', `TRAINING_FAULT=${faultFile}`, `NODE_OPTIONS=--max-old-space-size=${HEAP_MB}`];
      const set = [...RETRAIN_SETTINGS, `retrain.timeout_seconds=${LIMIT_S}`];
      const service = await world.service('one', { main, wrap, set }).start();
      let serving = service;
      await sendMarket(world, context.main, service, N_BARS);
      world.beside(httpLoad(() => serving.url, true, { ...world.load, run: 'meanwhile', concurrency: 2, pauseMs: 5 }));
      for (const [what, reason] of FAULTS) {
        writeFileSync(faultFile, what);
        const nBefore = world.log.nOk;
        await requestRetraining(service);
        const isOver = async (): Promise<boolean> => (await latestRetraining(service))?.state === 'failed';
        await until(isOver, `the end of “${what}”`, PROMPT_MS);
        const note = (await latestRetraining(service))?.note ?? '';
        world.expect(reason.test(note), `another reason: “${what}” ended with: ${note}`);
        await until(() => world.log.nOk > nBefore, `an answer after “${what}”`);
      }
      await service.stop(); // the next one has no timeout, because a sound training may take longer on a busy machine
      writeFileSync(faultFile, 'none');
      const next = await world.service('one', { main, wrap, set: RETRAIN_SETTINGS }).start();
      serving = next;
      await requestRetraining(next);
      const isDone = async (): Promise<boolean> => /completed|failed/.test((await latestRetraining(next))?.state ?? '');
      await until(isDone, 'the end of a sound training', PROMPT_MS);
      const { state = '', note = '' } = (await latestRetraining(next)) ?? {};
      world.expect(state === 'completed', `a sound training ended with: ${note}`);
      await world.endLoad();
      await next.stop();
      const states = readRetrainings(next.dataDir).map((retraining) => retraining.states.at(-1));
      world.expect(String(states) === 'failed,failed,failed,failed,completed', `the journal has ${states}`);
      world.expectCounts({ rejected: 0 });
      return `${FAULTS.map(([what]) => what).join(', ')}; then a sound one, with signals all the while`;
    }),
};
