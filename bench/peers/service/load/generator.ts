// The load generator, a process of its own: it gets jobs from its parent, one at a time, and answers each with what it measured.
import { statusOf } from './connection.ts';
import type { LoadJob, LoadReport, LoadResult } from './job.ts';
import { LoadTally } from './load-tally.ts';
import { closedLoop, type LoopOptions, openLoop } from './loops.ts';
import { cpuSecondsOf, machineSeconds, rssMbOf } from './process-figures.ts';
import { signalRequests } from './requests.ts';

const request = signalRequests();
/** Number of signals that each service got. */
const nSent = new Map<string, number>();

async function work({ service, port, pids, pace, warmUpSeconds, seconds }: LoadJob): Promise<LoadResult> {
  const startMs = performance.now() + warmUpSeconds * 1000;
  const endMs = startMs + seconds * 1000;
  const sample = () => {
    const { user, system } = process.cpuUsage();
    return {
      atMs: performance.now(),
      service: cpuSecondsOf(pids),
      generator: (user + system) / 1e6,
      machine: machineSeconds(),
    };
  };
  const tally = new LoadTally({ startMs, endMs, sample });
  const next = (): Buffer => {
    const i = nSent.get(service) ?? 0;
    nSent.set(service, i + 1);
    return request(i);
  };
  const answered: LoopOptions['answered'] = (dueMs, reachedMs, nowMs) => tally.answered(dueMs, reachedMs, nowMs);
  const refused = (answer: Buffer): void => tally.refused(statusOf(answer));
  const options = { port, next, answered, refused, endMs };
  await (pace.kind === 'closed' ? closedLoop(pace.nConnections, options) : openLoop(pace.signalsPerSecond, options));
  return tally.close(rssMbOf(pids));
}

function report(message: LoadReport): void {
  process.send?.(message);
}

process.on('message', (job: LoadJob) => {
  work(job).then(
    (result) => report({ kind: 'done', result }),
    (error: unknown) => report({ kind: 'failed', message: `${job.service}: ${String(error)}` }),
  );
});
