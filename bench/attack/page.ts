import { type Finding, figuresOf, ratioOf, roadsOf } from './findings.ts';
import type { MixedRun } from './mixed-run.ts';
import { type AttackCounts, PHASES } from './plan.ts';

const INTRODUCTION = `# The live service under attack

Written by \`npm run bench -- attack\`. Good clients send at a fixed rate on every road, first alone, then beside all attacks at once, then
alone again, in one run on one service with a token, a model and Redis. A latency counts from the moment at which a signal was due to its
answer, whatever became of the ones before; where the service says 429 or 503, or a connection breaks, the client sends the signal again, and
its time goes on. Ratios are the claim; milliseconds are only a sense of scale.

Every attack is a process of its own. Service, good clients, Redis and attackers share the machine, so the attackers run at the
lowest priority (nice 19), PINNED: an attacker elsewhere takes no processor time of this machine
but for what its requests cost. The write lock of the journal is held for a tenth of a second twice a minute: held for longer, it would be
the p99 of every durable answer by itself (longer ones are in docs/reliability.md).`;

function showMs(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
}

function showCounts({ nSent, answers, megabytesSent, megabytesRead }: AttackCounts): (string | number)[] {
  const kinds = Object.entries(answers).map(([kind, n]) => `${kind}: ${n}`);
  return [nSent, megabytesSent.toFixed(0), megabytesRead.toFixed(0), kinds.join(', ')];
}

/** Text of bench/ATTACK.md. */
export function attackPage(
  run: MixedRun,
  kept: readonly Finding[],
  about: { readonly machine: string; readonly date: string; readonly isPinned: boolean },
): string {
  const { plan, memory, attacks, probes, outcome } = run;
  const roadRows = roadsOf(run).map((road) => {
    const [calm, attack, after] = (['calm', 'attack', 'after'] as const).map((phase) => figuresOf(run, road, phase));
    const cells = [calm, attack, after].map((each) =>
      each === null ? '–' : `${showMs(each.p50)} / ${showMs(each.p99)}`,
    );
    const lag = attack === null ? '–' : showMs(attack.lagP99);
    return [road, ...cells, ratioOf(run, road).toFixed(1), attack?.nSent ?? 0, attack?.nRetries ?? 0, lag];
  });
  const memoryRows = PHASES.filter((phase) => memory[phase].length > 0).map((phase) => {
    const sorted = [...memory[phase]].sort((a, b) => a - b);
    const at = (q: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
    return [phase, plan.schedule[phase], at(0), at(0.5), at(1), Math.round(memory[phase].at(-1) ?? 0)];
  });
  const counts = Object.entries(outcome.counts ?? {}).map(([name, n]) => `${name} ${n}`);
  return `${INTRODUCTION.replace('PINNED', about.isPinned ? 'all on the last core' : 'on any core')}

- Date: ${about.date}
- Machine: ${about.machine}
- ${plan.rate} signals a second on each road; ${PHASES.map((phase) => `${phase} ${plan.schedule[phase]} s`).join(', ')}

## Promises

${table(
  ['promise', 'found', 'kept'],
  kept.map(({ promise, found, isKept }) => [promise, found, isKept ? 'yes' : '**no**']),
)}

The checker: ${counts.join(', ')}. \`/healthz\` was looked at every second and ${probes.nMissed} of ${probes.nLooks} times not answered within one.

## Good clients

p50 / p99 in milliseconds. *again*: signals sent again during the attack. *lag*: the client's own delay, p99. *Redis without the service* is the
control: a signal goes through a stream of the same Redis and back to its own sender, so what it takes is no work of the service.

${table(['road', 'without', 'attacked', 'afterwards', 'p99 attacked / without', 'sent under attack', 'again', 'lag'], roadRows)}

## Resident memory of the service, MB, once a second

${table(['phase', 'seconds', 'least', 'median', 'most', 'last'], memoryRows)}

## What the attackers achieved

${table(
  ['attack', 'sent', 'MB sent', 'MB read', 'answers'],
  Object.entries(attacks).map(([attack, counted]) => [attack, ...showCounts(counted)]),
)}
`;
}
