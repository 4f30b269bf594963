import type { Run } from './measure.ts';
import type { Latency, Shape, Transport } from './plan.ts';

/** Result of a ramp: the highest rate at which the service keeps up. */
export interface Knee {
  readonly transport: Transport;
  readonly shape: Shape;
  /** Highest rate that was kept, signals a second; null when not even the first step was. */
  readonly kept: number | null;
  /** First rate that was not kept, signals a second; null when the ramp ended before. */
  readonly broke: number | null;
  readonly steps: readonly Run[];
}

const TRANSPORT_NAMES: Readonly<Record<Transport, string>> = {
  call: 'in-process call',
  http: 'HTTP',
  redis: 'Redis Streams',
};

/** Name of a run. */
export function nameOf(transport: Transport, shape: Shape): string {
  return `${TRANSPORT_NAMES[transport]}, ${shape}`;
}

export function showMs(ms: number): string {
  return ms < 0.1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
}

function showLatency({ p50, p99, p999, max }: Latency): string {
  return [p50, p99, p999, max].map(showMs).join(' / ');
}

function showShare(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}

/** One line on a run for the terminal. */
export function runLine(run: Run): string {
  const { plan, latency, naive, lagP99, isVoid, sent, lost, twice, refused, service, generatorCpu } = run;
  const counts = `sent ${sent} lost ${lost} twice ${twice} refused ${refused}`;
  const load =
    service === null
      ? ''
      : `; CPU ${showShare(service.cpu)} (main thread ${showShare(service.mainThreadCpu)}), Redis ${showShare(service.redisCpu)}, ` +
        `RSS ${service.rssStartMb.toFixed(0)} → ${service.rssEndMb.toFixed(0)} MB`;
  return (
    `${nameOf(plan.transport, plan.shape)}, ${plan.rate}/s: ${showLatency(latency)} ms (naive ${showLatency(naive)}); ${counts}; ` +
    `generator lag p99 ${showMs(lagP99)} ms${isVoid ? ' VOID' : ''}, CPU ${showShare(generatorCpu)}${load}`
  );
}

/** Text of bench/LIVE.md. */
export function markdown(
  runs: readonly Run[],
  knees: readonly Knee[],
  about: { readonly machine: string; readonly date: string; readonly budgetMs: number },
): string {
  const { machine, date, budgetMs } = about;
  const rows = runs.map((run) => {
    const { plan, latency, naive, lost, twice, refused, lagP99, isVoid, service } = run;
    const share = `${(latency.p99 / budgetMs).toFixed(latency.p99 < budgetMs ? 3 : 1)}${isVoid ? ' (void)' : ''}`;
    const rss = service === null ? '–' : `${service.rssStartMb.toFixed(0)} → ${service.rssEndMb.toFixed(0)}`;
    const cpu = service === null ? '–' : `${showShare(service.cpu)} (${showShare(service.mainThreadCpu)})`;
    return row(
      nameOf(plan.transport, plan.shape),
      plan.rate,
      share,
      showLatency(latency),
      showLatency(naive),
      `${lost} / ${twice} / ${refused}`,
      showMs(lagP99),
      cpu,
      rss,
    );
  });
  const kneeRows = knees.map(({ transport, shape, kept, broke, steps }) =>
    row(
      nameOf(transport, shape),
      kept ?? 'none',
      broke ?? 'not reached',
      steps.map(({ plan, latency }) => `${plan.rate}: ${showMs(latency.p99)}`).join(', '),
    ),
  );
  const [first] = runs;
  return `${INTRODUCTION}
- Date: ${date}
- Machine: ${machine}; service, generator and \`redis-server\` share it
- ${first?.plan.warmUpSeconds} s of warm-up thrown away, ${first?.plan.seconds} s measured, each run on a fresh data directory

## Latency

Columns p50 / p99 / p99.9 / max are milliseconds. *p99 of the budget* is p99 over \`inference_timeout_ms\` (${budgetMs}).
CPU is a share of one core, in brackets the main thread alone; RSS is MB at the start and at the end.

${row('', 'signals/s', 'p99 of the budget', 'from the schedule', 'naive', 'lost / twice / refused', 'generator lag p99', 'CPU', 'RSS')}
${row(...Array<string>(9).fill('---'))}
${rows.join('\n')}

## The knee

The rate goes up by steps until p99 from the schedule passes 20 ms or a signal is lost or refused.

${row('', 'kept, signals/s', 'broke at', 'p99 by rate, ms')}
${row(...Array<string>(4).fill('---'))}
${kneeRows.join('\n')}
`;
}

const INTRODUCTION = `# The live service under load

Written by \`npm run bench:live\`. Open loop: signal *i* is due at *start + i / rate*, whatever became of the ones before, and
its latency counts from that moment to the answer, so a stall is paid by every signal that it delays. *naive* is the same run
counted from the actual send, which is what a closed loop would have shown. A run whose generator was more than 2 ms late at
p99 is void; in process it looks at the clock in every turn of the service's own thread, and what it is late by the service
took. Every signal has new bars; the journal is on (\`durability: process\`), and Redis answers only what is written.
Claims are ratios; milliseconds are only a sense of scale. *series*: bars in memory; *columns*, *objects*: JSON with 100 bars,
parsed; *held*: no bars in the signal, one new bar an instrument and second ahead of it.
`;

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
