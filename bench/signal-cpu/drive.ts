import { rmSync } from 'node:fs';
import { keepPace } from '../live/pace.ts';
import type { Shape, Transport } from '../live/plan.ts';
import { type Build, MeasuredBuild } from './measured-build.ts';

export type { Build } from './measured-build.ts';

/** Ways of a signal to the service. */
export const ROADS = ['http-columns', 'http-held', 'redis-columns', 'redis-held'] as const;
export type Road = (typeof ROADS)[number];

export interface DrivePlan {
  /** Signals a second, open loop. */
  readonly rate: number;
  /** Length of a window. */
  readonly seconds: number;
  /** Number of windows of each build. */
  readonly nRounds: number;
  readonly warmUpSeconds: number;
}

/** What one signal cost in one window, and how long the slowest hundredth took. */
export interface WindowCost {
  /** Processor time of the main thread and of all threads, microseconds. */
  readonly mainUs: number;
  readonly allUs: number;
  /** Bytes allocated on the heap of the main thread. */
  readonly bytes: number;
  /** 99th percentile of the latency from when signals were due, milliseconds. */
  readonly p99Ms: number;
  /** Resident memory at the end of the window, MB. */
  readonly rssMb: number;
}

const BARS_EVERY_MS = 1000;
/** A cold service gets the rate divided by this. */
const COLD_PART = 4;

/** Drives two builds with the same load, a window of one and then a window of the other. Each build starts every second round. */
export async function driveInTurn(
  road: Road,
  builds: readonly [Build, Build],
  plan: DrivePlan,
): Promise<[WindowCost[], WindowCost[]]> {
  const { rate, seconds, nRounds, warmUpSeconds } = plan;
  const [transport, shape] = road.split('-') as [Transport, Shape];
  const job = { transport, shape, rate, warmUpSeconds: 0, seconds: warmUpSeconds + nRounds * seconds };
  const running: MeasuredBuild[] = [];
  try {
    for (const build of builds) {
      const started = await MeasuredBuild.start(build, job);
      running.push(started);
      await warmUp(started, shape, plan); // at once: connections without a request are closed after seconds
    }
    const costs: [WindowCost[], WindowCost[]] = [[], []];
    for (let round = 0; round < nRounds; round++) {
      const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      for (const k of order) costs[k].push(await driveWindow(running[k], shape, rate, seconds));
    }
    return costs;
  } finally {
    for (const build of running) await build.stop();
    for (const { dataDir } of builds) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Half of the seconds at a part of the rate: a service whose code is not compiled yet could not keep up with all of it. */
async function warmUp(build: MeasuredBuild, shape: Shape, { rate, warmUpSeconds }: DrivePlan): Promise<void> {
  await driveWindow(build, shape, Math.ceil(rate / COLD_PART), warmUpSeconds / 2);
  await driveWindow(build, shape, rate, warmUpSeconds / 2);
}

async function driveWindow(build: MeasuredBuild, shape: Shape, rate: number, seconds: number): Promise<WindowCost> {
  await build.takeAllocated();
  const before = build.cost;
  const bars = shape === 'held' ? setInterval(() => build.sendBars(), BARS_EVERY_MS) : undefined;
  const nSignals = Math.round(rate * seconds);
  const startMs = performance.now();
  build.beginWindow(startMs, rate);
  await keepPace({ startMs, rate, nSignals }, (first, end) => build.send(end - first));
  clearInterval(bars);
  await build.drain();
  const after = build.cost;
  return {
    mainUs: (after.mainNs - before.mainNs) / 1000 / nSignals,
    allUs: (after.allNs - before.allNs) / 1000 / nSignals,
    bytes: (await build.takeAllocated()) / nSignals,
    p99Ms: build.latencyMs(0.99),
    rssMb: build.service.rssMb,
  };
}
