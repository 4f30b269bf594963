// The good clients in a process of their own: each road sends at a fixed rate, whatever becomes of the signals before.
import { setPriority } from 'node:os';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { SenderLog } from '../../test/faults/harness/log.ts';
import { makeSignal } from '../../test/faults/harness/market.ts';
import { keepPace } from '../live/pace.ts';
import { openRoads, type Send, sendUntilAnswered } from './good-roads.ts';
import {
  type ClientsJob,
  type ClientsReport,
  PHASES,
  type Phase,
  phaseAt,
  type Road,
  type RoadFigures,
} from './plan.ts';

const ABOVE_NORMAL = -10;
/** Pause before the schedule starts, milliseconds. */
const HEAD_START_MS = 500;
/** Maximum wait for answers after the last signal, milliseconds. */
const DRAIN_MS = 30_000;

interface PhaseTally {
  nSent: number;
  nAnswered: number;
  nRetries: number;
  readonly latency: RecordableHistogram;
  readonly lag: RecordableHistogram;
}

function record(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.max(1, Math.round(ms * 1e6)));
}

async function runRoad(road: Road, send: Send, job: ClientsJob, startMs: number): Promise<RoadFigures[]> {
  const { schedule, rate } = job;
  const seconds = PHASES.reduce((sum, phase) => sum + schedule[phase], 0);
  const phases = new Map<Phase, PhaseTally>(
    PHASES.map((phase) => [
      phase,
      { nSent: 0, nAnswered: 0, nRetries: 0, latency: createHistogram(), lag: createHistogram() },
    ]),
  );
  const run = road.replaceAll(/\W+/g, '-');
  /** Time at which each signal was due that is not answered yet, and its phase. */
  const open = new Map<number, { readonly dueMs: number; readonly tally: PhaseTally }>();
  const one = async (i: number): Promise<void> => {
    const dueMs = startMs + (i * 1000) / rate;
    const tally = phases.get(phaseAt(schedule, i / rate));
    if (tally === undefined) return;
    open.set(i, { dueMs, tally });
    tally.nSent++;
    record(tally.lag, performance.now() - dueMs);
    tally.nRetries += await sendUntilAnswered(send, makeSignal(run, i));
    tally.nAnswered++;
    record(tally.latency, performance.now() - dueMs);
    open.delete(i);
  };
  await keepPace({ startMs, rate, nSignals: Math.floor(rate * seconds) }, (first, end) => {
    for (let i = first; i < end; i++)
      one(i).catch((error: unknown) => process.stderr.write(`${road}: ${String(error).slice(0, 300)}\n`));
  });
  const end = performance.now() + DRAIN_MS;
  while (open.size > 0 && performance.now() < end) await delay(20);
  // A signal without an answer counts with the time that it has waited.
  for (const { dueMs, tally } of open.values()) record(tally.latency, performance.now() - dueMs);
  return [...phases].map(([phase, { latency, lag, ...counts }]) => ({
    road,
    phase,
    ...counts,
    p50: latency.percentile(50) / 1e6,
    p99: latency.percentile(99) / 1e6,
    max: latency.max / 1e6,
    lagP99: lag.percentile(99) / 1e6,
  }));
}

function sendReport(report: ClientsReport, then: () => void = () => undefined): void {
  process.send?.(report, then);
}

async function work(job: ClientsJob): Promise<void> {
  const log = new SenderLog(job.target.logDirectory);
  const roads = openRoads(job.target, log);
  const startMs = performance.now() + HEAD_START_MS;
  setTimeout(() => sendReport({ kind: 'started' }), HEAD_START_MS);
  // The roads take turns: signals that are due at the same moment would wait for each other.
  const offsetMs = 1000 / job.rate / roads.size;
  const figures = await Promise.all(
    [...roads].map(([road, send], k) => runRoad(road, send, job, startMs + k * offsetMs)),
  );
  log.close();
  sendReport({ kind: 'done', figures: figures.flat() }, () => process.exit());
}

try {
  // A client on another machine would not wait for the service to leave the processor.
  setPriority(ABOVE_NORMAL);
} catch {
  // Only root may raise the priority; the printed lag shows the effect.
}
process.on('disconnect', () => process.exit());
process.once('message', (job: ClientsJob) => void work(job));
