// Clients that do not read what they ask for, and clients that ask without end, with a token and without.
import { setTimeout as delay } from 'node:timers/promises';
import { startTarget } from '../../../bench/attack/mixed-run.ts';
import { Attacker } from '../../../bench/attack/processes.ts';
import { withToken } from '../../../bench/attack/raw-socket.ts';
import { MAKES_ANY_ANSWER, TAKES_ANY_PIPELINE } from '../harness/attack-sabotages.ts';
import { makeSignal } from '../harness/market.ts';
import { memoryDuring, showMemory } from '../harness/memory.ts';
import { type CaseOutcome, type FaultCase, runCase, type World } from '../harness/world.ts';

/** Number of records that fill a page of the largest size. */
const N_RECORDS = 1200;
const AT_ONCE = 50;
/** Time in which a good client is answered at last, milliseconds. */
const PATIENCE_MS = 60_000;

type Target = Awaited<ReturnType<typeof startTarget>>['target'];

/** Posts one signal with the token, repeatedly until it is answered. @returns the last status code; 0 for none. */
async function post(world: World, target: Target, run: string, n: number): Promise<number> {
  const { id, text: body } = makeSignal(run, n);
  const headers = { 'content-type': 'application/json', ...withToken(target) };
  const end = performance.now() + PATIENCE_MS;
  let status = 0;
  while (status !== 200 && performance.now() < end) {
    world.log.sent(id, 'http');
    try {
      const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) };
      const response = await fetch(`${target.url}/v1/signals?durable=true`, request);
      ({ status } = response);
      const text = await response.text();
      if (status === 200) world.log.answer({ kind: 'ok', id, medium: 'http', text });
      else world.log.answer({ kind: 'failed', id, medium: 'http', code: /"code":"(\w+)"/.exec(text)?.[1] ?? '' });
    } catch (error) {
      status = 0;
      world.log.answer({ kind: 'unknown', id, medium: 'http', why: String(error) });
    }
    if (status !== 200) await delay(50);
  }
  return status;
}

async function fillJournal(world: World, target: Target): Promise<void> {
  for (let first = 0; first < N_RECORDS; first += AT_ONCE) {
    const all = await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => post(world, target, 'fill', first + k)));
    world.expect(
      all.every((status) => status === 200),
      `before the attack: ${all.join()}`,
    );
  }
}

/** Attacks from other processes while a good client sends one signal after the other. */
function attackedBy(attacks: readonly string[]): FaultCase['run'] {
  return (context): Promise<CaseOutcome> =>
    runCase(context, 'none', async (world) => {
      const { target, service } = await startTarget(world, { model: null, hasRedis: false });
      await fillJournal(world, target);
      const attackers: Attacker[] = [];
      world.onTeardown(() => void Promise.all(attackers.map((attacker) => attacker.stop())));
      let nGood = 0;
      const memory = await memoryDuring(world, service, async () => {
        attackers.push(...attacks.map((attack) => new Attacker(target, attack, false)));
        const end = performance.now() + (context.isQuick ? 10_000 : 60_000);
        for (; performance.now() < end; nGood++) {
          const status = await post(world, target, 'good', nGood);
          world.expect(status === 200, `good client: signal ${nGood} was answered ${status}`);
          await delay(20);
        }
        const alive = await service.get('/healthz');
        world.expect(alive.status === 200, `good client: the probe was answered ${alive.status}`);
        await Promise.all(attackers.map((attacker) => attacker.stop()));
      });
      const nSent = attackers.reduce((sum, { counts }) => sum + counts.nSent, 0);
      return `${nSent} requests of ${attacks.length} attackers beside ${nGood} good signals; ${showMemory(memory)}`;
    });
}

export const stalledReaders: FaultCase = {
  name: '500 connections ask for large pages and never read',
  expected: 'what waits to be read is bounded: memory at most 600 MB; others are answered',
  needsRedis: false,
  failsUnder: [{ sabotage: MAKES_ANY_ANSWER, by: /^(?:memory|good client): / }],
  run: attackedBy(['stalled readers', 'greedy readers']),
};

export const pipelinedFloods: FaultCase = {
  name: '60 connections of 20,000 pipelined requests, with a token and without',
  expected: 'what a connection may ask at once is bounded: memory at most 600 MB; others are answered',
  needsRedis: false,
  failsUnder: [{ sabotage: TAKES_ANY_PIPELINE, by: /^(?:memory|good client): / }],
  run: attackedBy(['pipelined probes', 'pipelined, no token', 'pipelined, with token']),
};
