import type { FeatureLoss } from '../../training/index.ts';
import { bottomAxis, nameAxis, numberLabel, percentLabel, plotArea } from './axes.ts';
import type { Chart } from './draw.ts';

const ROW_PX = 30;
const MARGINS_PX = 66;

/** Increase of the log loss when each feature is shuffled, with one standard deviation over the repeats. */
export function permutationChart(features: Readonly<Record<string, FeatureLoss>>): Chart {
  const rows = Object.entries(features).sort(([, a], [, b]) => a.mean - b.mean);
  return {
    label: `Permutation importance, out of sample: ${listText(rows.map(([name, { mean }]) => [name, mean]))}`,
    width: 'half',
    height: MARGINS_PX + ROW_PX * rows.length,
    option: () => ({
      grid: plotArea({ left: 118, top: 12 }),
      xAxis: bottomAxis('increase of log loss when shuffled, nats', numberLabel, { splitNumber: 3 }),
      yAxis: nameAxis(
        rows.map(([name]) => name),
        { axisLine: { onZero: false, lineStyle: { color: 'var(--muted)' } } },
      ),
      series: [
        {
          type: 'bar',
          barMaxWidth: 16,
          data: rows.map(([, { mean }]) => ({
            value: mean,
            itemStyle: { color: mean > 0 ? 'var(--up)' : 'var(--down)' },
          })),
        },
        ...rows.map(([name, { mean, sd }]) => ({
          type: 'line',
          silent: true,
          showSymbol: true,
          symbol: 'rect',
          symbolSize: [2, 9],
          itemStyle: { color: 'var(--text)' },
          data: [
            [mean - sd, name],
            [mean + sd, name],
          ],
          lineStyle: { color: 'var(--text)', width: 1.5 },
        })),
      ],
    }),
  };
}

/** What an importance in training counts. */
export interface OwnImportance {
  readonly title: string;
  readonly axis: string;
}

/** Share of each feature in what the splits of a model gained in training. @param order - names of the features, from the bottom up. */
export function splitChart(
  share: Readonly<Record<string, number>>,
  order: readonly string[],
  { title, axis }: OwnImportance,
): Chart {
  const greatest = Math.max(...order.map((name) => share[name]));
  return {
    label: `${title} importance, in sample: ${listText(order.map((name) => [name, share[name]]))}`,
    width: 'half',
    height: MARGINS_PX + ROW_PX * order.length,
    option: () => ({
      grid: plotArea({ left: 118, top: 12 }),
      xAxis: bottomAxis(axis, percentLabel, {
        min: 0,
        max: Math.max(0.1, Math.min(1, Math.ceil(greatest * 10) / 10)), // of a model without a split all are 0
        splitNumber: 3,
      }),
      yAxis: nameAxis(order),
      series: [
        { type: 'bar', barMaxWidth: 16, data: order.map((name) => share[name]), itemStyle: { color: 'var(--muted)' } },
      ],
    }),
  };
}

function listText(rows: readonly (readonly [string, number])[]): string {
  return [...rows]
    .reverse()
    .map(([name, value]) => `${name} ${numberLabel(value)}`)
    .join(', ');
}
