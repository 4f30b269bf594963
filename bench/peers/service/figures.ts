import { median } from '../../support/statistics.ts';
import type { LoadResult } from './load/job.ts';

/** The loads of every round. */
export const LOADS = {
  one: { title: '1 connection', pace: { kind: 'closed', nConnections: 1 } },
  many: { title: '32 connections', pace: { kind: 'closed', nConnections: 32 } },
  open: { title: '200 a second', pace: { kind: 'open', signalsPerSecond: 200 } },
} as const;
export type LoadName = keyof typeof LOADS;

/** Results of one service, a round each. */
export type Rounds = Readonly<Record<LoadName, readonly LoadResult[]>>;

/** Medians over the rounds. */
export interface ServiceFigures {
  readonly name: string;
  /** p50 and p99 of each load, milliseconds. */
  readonly latency: Readonly<Record<LoadName, readonly [p50: number, p99: number]>>;
  /** Answers a second with the most connections. */
  readonly mostPerSecond: number;
  /** Processor seconds per 1,000 signals with the most connections, and in the open loop. */
  readonly cpuPer1000: number;
  readonly openCpuPer1000: number;
  /** Answers a second in the open loop. */
  readonly openPerSecond: number;
  /** Resident memory after the last run, MB. */
  readonly rssMb: number;
  /** Number of refused signals, all runs together. */
  readonly nRefused: number;
  /** Cores that other programs took in its runs, median. */
  readonly othersCpu: number;
  /** Largest share of one core that the generator took in a closed loop, and its lag in the open one, p99, milliseconds. */
  readonly generatorCpu: number;
  readonly lagP99: number;
}

export function figuresOf(name: string, rounds: Rounds): ServiceFigures {
  const over = (load: LoadName, read: (result: LoadResult) => number): number => median(rounds[load].map(read));
  const latency = (load: LoadName): readonly [number, number] => [
    over(load, ({ p50 }) => p50),
    over(load, ({ p99 }) => p99),
  ];
  const all = Object.values(rounds).flat();
  return {
    name,
    latency: { one: latency('one'), many: latency('many'), open: latency('open') },
    mostPerSecond: over('many', ({ signalsPerSecond }) => signalsPerSecond),
    cpuPer1000: over('many', ({ cpuPer1000 }) => cpuPer1000),
    openCpuPer1000: over('open', ({ cpuPer1000 }) => cpuPer1000),
    openPerSecond: over('open', ({ signalsPerSecond }) => signalsPerSecond),
    rssMb: Math.max(...Object.values(rounds).map((results) => results.at(-1)?.rssMb ?? 0)),
    nRefused: all.reduce((sum, { nRefused }) => sum + nRefused, 0),
    othersCpu: median(all.map(({ othersCpu }) => othersCpu)),
    generatorCpu: Math.max(...[...rounds.one, ...rounds.many].map(({ generatorCpu }) => generatorCpu)),
    lagP99: over('open', ({ lagP99 }) => lagP99),
  };
}
