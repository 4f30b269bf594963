import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../../test/faults/harness/service.ts';
import { type CaseContext, type CaseOutcome, runCase, type World } from '../../test/faults/harness/world.ts';
import {
  type AttackCounts,
  PHASES,
  type Phase,
  phaseAt,
  type RoadFigures,
  type Schedule,
  type Target,
} from './plan.ts';
import { ATTACKS, Attacker, GoodClients } from './processes.ts';

const MB = 2 ** 20;
const SAMPLE_MS = 1000;
const TOKEN = 'a-token-of-the-service-under-attack';
/** Time in which the consumer group finishes what is left, milliseconds. */
const SETTLE_MS = 60_000;

export interface MixedPlan {
  readonly schedule: Schedule;
  /** Signals a second of each good client. */
  readonly rate: number;
  readonly hasRedis: boolean;
  /** Model file of the service; null for none. */
  readonly model: string | null;
  /** Called about every second with the resident memory, MB. */
  readonly onSample?: (phase: Phase, rssMb: number) => void;
}

/** Resident memory of the service in one phase, MB: a sample a second. */
export type MemorySamples = Readonly<Record<Phase, readonly number[]>>;

export interface MixedRun {
  readonly plan: MixedPlan;
  readonly roads: readonly RoadFigures[];
  readonly memory: MemorySamples;
  readonly attacks: Readonly<Record<string, AttackCounts>>;
  /** Number of seconds in which `/healthz` was not answered within a second, and of looks. */
  readonly probes: { readonly nMissed: number; readonly nLooks: number };
  readonly outcome: CaseOutcome;
}

/** Sends good signals through the whole schedule, and attacks with everything at once in its part of it. */
export async function runMixed(context: CaseContext, plan: MixedPlan): Promise<MixedRun> {
  let roads: readonly RoadFigures[] = [];
  const memory: Record<Phase, number[]> = { 'warm-up': [], calm: [], attack: [], after: [] };
  let attackers: readonly Attacker[] = [];
  const probes = { nMissed: 0, nLooks: 0 };
  const outcome = await runCase(context, plan.hasRedis ? 'forgets' : 'none', async (world) => {
    const { target, service } = await startTarget(world, plan);
    const { schedule, rate, onSample } = plan;
    const clients = new GoodClients({ target, schedule, rate });
    await clients.started;
    const startMs = performance.now();
    const phaseNow = (): Phase => phaseAt(schedule, (performance.now() - startMs) / 1000);
    const sampling = setInterval(async () => {
      const phase = phaseNow();
      memory[phase].push(((await service.rss()) ?? 0) / MB);
      onSample?.(phase, memory[phase].at(-1) ?? 0);
      probes.nLooks++;
      if (!(await isAlive(target))) probes.nMissed++;
    }, SAMPLE_MS);
    try {
      await delay((schedule['warm-up'] + schedule.calm) * 1000);
      attackers = ATTACKS.map((attack) => new Attacker(target, attack, true));
      await delay(schedule.attack * 1000);
      await Promise.all(attackers.map((attacker) => attacker.stop()));
      roads = await clients.done;
    } finally {
      clearInterval(sampling);
      await Promise.all(attackers.map((attacker) => attacker.stop()));
    }
    if (plan.hasRedis) await world.settle(SETTLE_MS);
    const seconds = PHASES.reduce((sum, phase) => sum + schedule[phase], 0);
    return `${attackers.length} attacks at once for ${schedule.attack} of ${seconds} s`;
  });
  const attacks = Object.fromEntries(attackers.map(({ attack, counts }) => [attack, counts]));
  return { plan, roads, memory, attacks, probes, outcome };
}

/** Starts a service with a token, for good clients and attackers. */
export async function startTarget(
  world: World,
  { model, hasRedis }: Pick<MixedPlan, 'model' | 'hasRedis'>,
): Promise<{ readonly target: Target; readonly service: Service }> {
  const tokenFile = join(world.directory, 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  const set = [`server.token_file=${tokenFile}`];
  const service = await world.service('one', { set, ...(model === null ? {} : { model }) }).start();
  const target = {
    url: service.url ?? '',
    token: TOKEN,
    redisUrl: hasRedis ? world.redis.url : null,
    dataDir: service.dataDir,
    logDirectory: world.directory,
  };
  return { target, service };
}

async function isAlive({ url }: Target): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(SAMPLE_MS) }).catch(() => null);
  await response?.arrayBuffer().catch(() => null);
  return response?.status === 200;
}
