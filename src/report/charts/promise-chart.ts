import type { PromiseDecile } from '../../validation/index.ts';
import { bottomAxis, numberLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';
import { diagonal, type Point, SQUARE, whisker } from './reliability-chart.ts';

/** Distance of two marks on the axes, R. */
const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const MOST_STEPS = 8;

const DOT_PX = 9;

/** `+0.2`, `−0.05`, `0`. */
const inR = (value: number): string => `${value > 1e-9 ? '+' : ''}${numberLabel(Number(value.toFixed(6)))}`;

/** What came of promises against what was promised, by tenths, R a trade. */
export function promiseChart(deciles: readonly PromiseDecile[]): Chart {
  const points = deciles.flatMap(pointOf);
  const ends = points.flatMap(({ x, low, high }) => [x, low, high]);
  const [least, greatest] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const interval = STEPS.find((step) => (greatest - least) / step <= MOST_STEPS) ?? (greatest - least) / MOST_STEPS;
  const min = Math.floor(least / interval) * interval;
  const max = Math.ceil(greatest / interval) * interval;
  return {
    label:
      "Realised against promised R a trade over a coin's average after costs, by tenths of the promises; the dashed line is a kept promise",
    width: 'half',
    height: SQUARE,
    option: () => ({
      grid: plotArea({ top: 12 }),
      xAxis: bottomAxis('promised, R', inR, { min, max, interval }),
      yAxis: valueAxis('realised, R', inR, { min, max, interval }),
      series: [diagonal(min, max), ...points.map(whisker), dots(points)],
    }),
  };
}

function pointOf({ promisedR, realisedR, n }: PromiseDecile): Point[] {
  if (promisedR === null || realisedR === null) return [];
  const { mean, low, high } = realisedR;
  return [{ x: promisedR, y: mean, n, low: low ?? mean, high: high ?? mean }];
}

function dots(points: readonly Point[]) {
  const data = points.map(({ x, y }) => [x, y]);
  return { type: 'scatter', symbolSize: DOT_PX, data, itemStyle: { color: 'var(--accent)' } };
}
