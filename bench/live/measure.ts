import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Job, Report, Road, Seen, Shape } from './plan.ts';
import { type MeasuredProcess, startRedis, startService } from './service-process.ts';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));
/**
 * A sender on a machine of its own would not wait for the service's turn on the processor: it goes first where it may. Calls in
 * process are no such sender: their service would go first too, and its threads wait for each other for ever.
 */
const REAL_TIME = ['-f', '1'] as const;
const realTime =
  spawnSync('chrt', [...REAL_TIME, 'true']).status === 0
    ? { execPath: 'chrt', execArgv: [...REAL_TIME, process.execPath] }
    : {};
/** A generator that sends later than this (p99, ms) has not kept the schedule. */
const MAX_LAG_MS = 2;

/** What one run is to be. */
export interface RunPlan {
  readonly road: Road;
  readonly shape: Shape;
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly model: string;
  /** The program under test, `cli/main.js` of a build. */
  readonly main: string;
  readonly nodeArgs: readonly string[];
}

/** What became of it. The service's own figures are null for calls in process. */
export interface Run extends Seen {
  readonly plan: RunPlan;
  readonly isVoid: boolean;
  readonly service: {
    readonly rssStartMb: number;
    readonly rssEndMb: number;
    /** Shares of one core, over the measured time. */
    readonly cpu: number;
    readonly mainThreadCpu: number;
    readonly redisCpu: number | null;
  } | null;
}

/** One run against a fresh service, with a fresh data directory and a fresh Redis. */
export async function measure(plan: RunPlan): Promise<Run> {
  using directory = temporaryDirectory();
  const { road, model, main, nodeArgs } = plan;
  const dataDir = directory.file('data');
  const redis = road === 'redis' ? await startRedis() : null;
  try {
    if (road === 'call') return { ...(await load({ ...plan, target: dataDir }, [])), plan, service: null };
    const service = await startService({ main, dataDir, model, redisUrl: redis?.url ?? null, nodeArgs });
    try {
      const rssStartMb = service.rssMb;
      const { cpu, ...seen } = await load(
        { ...plan, target: redis?.url ?? service.url },
        redis ? [service, redis] : [service],
      );
      const [own, ofRedis = null] = cpu;
      const figures = { cpu: own.all, mainThreadCpu: own.main, redisCpu: ofRedis?.all ?? null };
      return { ...seen, plan, service: { rssStartMb, rssEndMb: service.rssMb, ...figures } };
    } finally {
      await service.stop();
    }
  } finally {
    await redis?.stop();
  }
}

type CpuShare = { readonly all: number; readonly main: number };

async function load(
  job: Job,
  watched: readonly MeasuredProcess[],
): Promise<Seen & { readonly isVoid: boolean; readonly cpu: readonly CpuShare[] }> {
  const generator = fork(GENERATOR, { stdio: 'inherit', ...(job.road === 'call' ? {} : realTime) });
  const look = (): { readonly atMs: number; readonly cpu: readonly CpuShare[] } => ({
    atMs: performance.now(),
    cpu: watched.map((each) => each.cpuSeconds),
  });
  let before = look();
  let after = before;
  const seen = await new Promise<Seen>((resolve, reject) => {
    generator.on('message', (report: Report) => {
      if (report.kind === 'measuring') before = look();
      if (report.kind === 'measured') after = look();
      if (report.kind === 'done') resolve(report.seen);
    });
    generator.once('exit', (code) => reject(new Error(`the generator ended with ${code}`)));
    const { road, shape, rate, warmUpSeconds, seconds, target, model } = job;
    generator.send({ road, shape, rate, warmUpSeconds, seconds, target, model } satisfies Job);
  });
  const elapsed = (after.atMs - before.atMs) / 1000;
  const cpu = after.cpu.map(({ all, main }, k) => ({
    all: (all - before.cpu[k].all) / elapsed,
    main: (main - before.cpu[k].main) / elapsed,
  }));
  return { ...seen, cpu, isVoid: seen.lagP99 > MAX_LAG_MS };
}
