// The load generator, a process of its own: one job from its parent, one report back.
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openCallRoad } from './call-road.ts';
import { openHttpRoad } from './http-road.ts';
import { keepPace } from './pace.ts';
import type { Job, Report } from './plan.ts';
import { openRedisRoad } from './redis-road.ts';
import { Tally } from './tally.ts';

const OPEN = { call: openCallRoad, http: openHttpRoad, redis: openRedisRoad } as const;
/** How long answers may still come after the last signal. */
const DRAIN_MS = 20_000;
/** Wide enough that the schedule starts with everything in place. */
const HEAD_START_MS = 300;
const BARS_EVERY_MS = 1000;
const ABOVE_NORMAL = -10;

function tell(report: Report): void {
  process.send?.(report);
}

async function work(job: Job): Promise<void> {
  const { rate, warmUpSeconds, seconds, road, shape } = job;
  const nSignals = rate * (warmUpSeconds + seconds);
  const way = await OPEN[road](job, nSignals);
  await way.prepare();
  await delay(HEAD_START_MS);
  const startMs = performance.now() + HEAD_START_MS;
  const tally = new Tally(job, startMs);
  const bars = shape === 'held' ? setInterval(() => way.sendBars(), BARS_EVERY_MS) : undefined;
  let before = process.cpuUsage();
  setTimeout(
    () => {
      before = process.cpuUsage();
      tell({ kind: 'measuring' });
    },
    startMs - performance.now() + warmUpSeconds * 1000,
  );
  await keepPace({ startMs, rate, nSignals }, (first, end) => way.send(first, end, tally));
  const { user, system } = process.cpuUsage(before);
  tell({ kind: 'measured' });
  const until = performance.now() + DRAIN_MS;
  while (tally.nOpen > 0 && performance.now() < until) await delay(20);
  clearInterval(bars);
  await delay(HEAD_START_MS); // a second answer to the same signal would come about now
  tell({ kind: 'done', seen: tally.close((user + system) / 1e6 / seconds) });
  way.close();
  process.disconnect();
}

try {
  // A sender on a machine of its own would not wait for the service's turn on the processor.
  setPriority(ABOVE_NORMAL);
} catch {
  // Not allowed without rights; the lag that is printed shows what it costs.
}
process.once('message', (job: Job) => void work(job));
