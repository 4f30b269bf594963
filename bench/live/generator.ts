// The load generator, a separate process: it gets one job from its parent and sends reports back.
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openCallTransport } from './call-transport.ts';
import { openHttpTransport } from './http-transport.ts';
import { keepPace } from './pace.ts';
import type { Job, Report } from './plan.ts';
import { openRedisTransport } from './redis-transport.ts';
import { Tally } from './tally.ts';

const OPEN = { call: openCallTransport, http: openHttpTransport, redis: openRedisTransport } as const;
/** Maximum wait for answers after the last signal, milliseconds. */
const DRAIN_MS = 20_000;
/** Pause before the schedule starts, so that everything is ready; milliseconds. */
const HEAD_START_MS = 300;
const BARS_EVERY_MS = 1000;
const ABOVE_NORMAL = -10;

function sendReport(report: Report): void {
  process.send?.(report);
}

async function work(job: Job): Promise<void> {
  const { rate, warmUpSeconds, seconds, transport, shape } = job;
  const nSignals = rate * (warmUpSeconds + seconds);
  const sender = await OPEN[transport](job, nSignals);
  await sender.prepare();
  await delay(HEAD_START_MS);
  const startMs = performance.now() + HEAD_START_MS;
  const tally = new Tally(job, startMs);
  const bars = shape === 'held' ? setInterval(() => sender.sendBars(), BARS_EVERY_MS) : undefined;
  let before = process.cpuUsage();
  setTimeout(
    () => {
      before = process.cpuUsage();
      sendReport({ kind: 'measuring' });
    },
    startMs - performance.now() + warmUpSeconds * 1000,
  );
  await keepPace({ startMs, rate, nSignals, isSpinning: transport === 'call' }, (first, end) =>
    sender.send(first, end, tally),
  );
  const { user, system } = process.cpuUsage(before);
  sendReport({ kind: 'measured' });
  const until = performance.now() + DRAIN_MS;
  while (tally.nOpen > 0 && performance.now() < until) await delay(20);
  clearInterval(bars);
  await delay(HEAD_START_MS); // time for a second answer to the same signal, which would be an error
  sendReport({ kind: 'done', seen: tally.close((user + system) / 1e6 / seconds) });
  sender.close();
  process.disconnect();
}

try {
  // A sender on another machine would not wait for the service to leave the processor.
  setPriority(ABOVE_NORMAL);
} catch {
  // Only root may raise the priority; the printed lag shows the effect.
}
process.once('message', (job: Job) => void work(job));
