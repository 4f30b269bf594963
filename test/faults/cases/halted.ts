// Betting is stopped, and the service is killed.
import { FORGETS_HALTS } from '../harness/attack-sabotages.ts';
import { makeSignal } from '../harness/market.ts';
import { sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { type FaultCase, runCase, type World } from '../harness/world.ts';

const N_SIGNALS = 5;
const IS_HALTED = /"take":false,"take_reason":"halted"/;

/** A halt, and its end, hold from their answer on, whenever the service is killed. */
export const haltedAcrossKills: FaultCase = {
  name: 'halted, then kill -9; resumed, then kill -9',
  expected: 'nothing is taken from the answer of the halt until that of the resume, across every start',
  needsRedis: false,
  failsUnder: [{ sabotage: FORGETS_HALTS, by: /^halt: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      const nRounds = context.isQuick ? 2 : 20;
      for (let round = 0; round < nRounds; round++) {
        for (const order of ['halt', 'resume'] as const) {
          await give(world, service, order);
          if (world.rng.nextInt(2) === 0) await expectAll(world, service, `r${round}-${order}-before`, order);
          await service.kill();
          await service.start();
          await expectAll(world, service, `r${round}-${order}-after`, order);
        }
      }
      return `${nRounds} halts and as many resumes, each followed by kill -9 and a start`;
    }),
};

async function give(world: World, service: Service, order: 'halt' | 'resume'): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${service.url}/v1/${order}`, { method: 'POST', headers, body: '{}' });
  world.expect(status === 200, `halt: ${order} was answered ${status}`);
}

async function expectAll(world: World, service: Service, run: string, order: 'halt' | 'resume'): Promise<void> {
  for (let n = 0; n < N_SIGNALS; n++) {
    const reply = await sendUntilAnswered(() => service.url, makeSignal(run, n), world.log);
    const isHalted = IS_HALTED.test(reply?.text ?? '');
    world.expect(reply?.status === 200, `halt: ${run} was answered ${reply?.status}`);
    world.expect(isHalted === (order === 'halt'), `halt: ${run}: ${reply?.text.slice(0, 400)}`);
  }
}
