import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Job, Report, Seen, Shape, Transport } from './plan.ts';
import { type MeasuredProcess, startRedis, startService } from './service-process.ts';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));
/**
 * Arguments of chrt for a real-time generator, which like a sender on another machine does not wait for the service to leave the
 * processor. For calls in process they are not used: the service would get the priority too, and block its own threads.
 */
const REAL_TIME = ['-f', '1'] as const;
const realTime =
  spawnSync('chrt', [...REAL_TIME, 'true']).status === 0
    ? { execPath: 'chrt', execArgv: [...REAL_TIME, process.execPath] }
    : {};
/** Maximum lag of the generator (p99) in a valid run, milliseconds. */
const MAX_LAG_MS = 2;

/** Settings of one run. */
export interface RunPlan {
  readonly transport: Transport;
  readonly shape: Shape;
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly model: string;
  /** The program under test, `cli/main.js` of a build. */
  readonly main: string;
  readonly nodeArgs: readonly string[];
}

/** Result of one run. */
export interface Run extends Seen {
  readonly plan: RunPlan;
  /** Whether the generator did not keep the schedule. */
  readonly isVoid: boolean;
  /** Figures of the service's process; null for calls in process. */
  readonly service: {
    readonly rssStartMb: number;
    readonly rssEndMb: number;
    /** Shares of one core, over the measured time. */
    readonly cpu: number;
    readonly mainThreadCpu: number;
    readonly redisCpu: number | null;
  } | null;
}

/** Measures one run on a new service, with a new data directory and a new Redis server. */
export async function measure(plan: RunPlan): Promise<Run> {
  using directory = temporaryDirectory();
  const { transport, model, main, nodeArgs } = plan;
  const dataDir = directory.file('data');
  const redis = transport === 'redis' ? await startRedis() : null;
  try {
    if (transport === 'call') return { ...(await load({ ...plan, target: dataDir }, [])), plan, service: null };
    const service = await startService({ main, dataDir, model, redisUrl: redis?.url ?? null, nodeArgs });
    try {
      const rssStartMb = service.rssMb;
      const { cpu, ...seen } = await load(
        { ...plan, target: redis?.url ?? service.url },
        redis ? [service, redis] : [service],
      );
      const [ofService, ofRedis = null] = cpu;
      return {
        ...seen,
        plan,
        service: {
          rssStartMb,
          rssEndMb: service.rssMb,
          cpu: ofService.all,
          mainThreadCpu: ofService.main,
          redisCpu: ofRedis?.all ?? null,
        },
      };
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
  processes: readonly MeasuredProcess[],
): Promise<Seen & { readonly isVoid: boolean; readonly cpu: readonly CpuShare[] }> {
  const generator = fork(GENERATOR, { stdio: 'inherit', ...(job.transport === 'call' ? {} : realTime) });
  const sample = (): { readonly atMs: number; readonly cpu: readonly CpuShare[] } => ({
    atMs: performance.now(),
    cpu: processes.map((each) => each.cpuSeconds),
  });
  let before = sample();
  let after = before;
  const seen = await new Promise<Seen>((resolve, reject) => {
    generator.on('message', (report: Report) => {
      if (report.kind === 'measuring') before = sample();
      if (report.kind === 'measured') after = sample();
      if (report.kind === 'done') resolve(report.seen);
    });
    generator.once('exit', (code) => reject(new Error(`the generator ended with ${code}`)));
    const { transport, shape, rate, warmUpSeconds, seconds, target, model } = job;
    generator.send({ transport, shape, rate, warmUpSeconds, seconds, target, model } satisfies Job);
  });
  const elapsed = (after.atMs - before.atMs) / 1000;
  const cpu = after.cpu.map(({ all, main }, k) => ({
    all: (all - before.cpu[k].all) / elapsed,
    main: (main - before.cpu[k].main) / elapsed,
  }));
  // In process the generator looks at the clock in every turn of the service's own thread: what it is late by, the service took.
  return { ...seen, cpu, isVoid: job.transport !== 'call' && seen.lagP99 > MAX_LAG_MS };
}
