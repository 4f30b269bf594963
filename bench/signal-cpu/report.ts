import { median } from '../support/statistics.ts';
import type { DrivePlan, Road, WindowCost } from './drive.ts';

/** Costs of a signal on one road, by window, of both builds. */
export interface RoadCosts {
  readonly road: Road;
  readonly ours: readonly WindowCost[];
  readonly other: readonly WindowCost[];
}

/** Figures of a window, each by its name in the table, with how it is shown. */
const FIGURES: readonly (readonly [keyof WindowCost, name: string, (value: number) => string])[] = [
  ['mainUs', 'main thread, µs', (us) => us.toFixed(0)],
  ['allUs', 'all threads, µs', (us) => us.toFixed(0)],
  ['bytes', 'heap, kB', (bytes) => (bytes / 1000).toFixed(1)],
  ['p99Ms', 'p99, ms', (ms) => ms.toFixed(1)],
  ['rssMb', 'RSS, MB', (mb) => mb.toFixed(0)],
];
const COLUMNS = ['road', ...FIGURES.flatMap(([, name]) => [name, 'ratio'])];

export function headLine(): string {
  return row(COLUMNS);
}

/** `ours / other` of each figure, medians over the windows, and the median ratio of the pairs of windows. */
export function rowLine({ road, ours, other }: RoadCosts): string {
  const cells = FIGURES.flatMap(([figure, , text]) => {
    const show = (costs: readonly WindowCost[]): string => text(median(costs.map((cost) => cost[figure])));
    const ratios = ours.map((cost, round) => cost[figure] / other[round][figure]);
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    return [`${show(ours)} / ${show(other)}`, `${median(ratios).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`];
  });
  return row([road, ...cells]);
}

export function markdown(rows: readonly RoadCosts[], plan: DrivePlan, machine: string): string {
  const { rate, seconds, nRounds, warmUpSeconds } = plan;
  const method = `Written by \`npm run bench -- signal-cpu --against DIR --write\`, where DIR holds the other build. ${rate} signals a second, \
open loop; after ${warmUpSeconds} s of warm-up ${nRounds} windows of ${seconds} s of each build, in turn. *ours / other* are medians over \
the windows; a ratio is the median over pairs of windows, with its range. Processor time is the system's count for the main thread and \
for all threads of the service; the heap is what the main thread allocated, buffers outside of the heap not counted. p99 is of a window, from when signals were due; \
with held bars those of 20 instruments come at once, every second. Memory is resident, at the end of a window.`;
  const head = [row(COLUMNS), row(COLUMNS.map(() => '---'))];
  return [method, '', `- Machine: ${machine}`, '', ...head, ...rows.map(rowLine)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
