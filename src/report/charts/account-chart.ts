import type { AccountCurves } from '../figures/account-curves.ts';
import { milliseconds, thinRows } from '../figures/thin.ts';
import { legend, percentLabel, plotArea, timeAxis, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';

const STRETCHES = 250;
const RANGE = '95 of 100 coins';
const CHANCE = '95 of 100 choices by chance';

/** Sums over the taken trades as booked, of a coin, and of the excess, with the range that coins stay in. */
export function accountChart(curves: AccountCurves): Chart {
  const { booked, coin, excess, range } = curves;
  const name = coin === null ? CHANCE : RANGE;
  const edges = range === null ? [] : [range.low, range.high];
  const drawn = [
    { name: 'booked, net', value: booked, color: 'var(--muted)', type: 'solid', width: 1.4 },
    ...(coin === null
      ? []
      : [{ name: 'a coin, gross', value: coin, color: 'var(--down)', type: 'dashed', width: 1.6 }]),
    { name: 'excess, net', value: excess, color: 'var(--up)', type: 'solid', width: 2.2 },
    ...edges.map((value) => ({ name, value, color: 'var(--text)', type: 'dotted', width: 1.4 })),
  ];
  return {
    label:
      coin === null
        ? 'Summed returns of the taken trades as booked and over the mean of the same side before, with the range of chance'
        : 'Summed returns of the taken trades as booked, of a coin at the same events and over the coin, with the range of coins',
    width: 'whole',
    height: 340,
    option: (size) => ({
      grid: plotArea({ top: size.isNarrow ? 72 : 34 }),
      legend: legend([...new Set(drawn.map(({ name }) => name))]),
      xAxis: timeAxis(size),
      yAxis: valueAxis('summed return', percentLabel, { scale: true }),
      series: drawn.map(({ name, value, color, type, width }) => ({
        type: 'line',
        name,
        showSymbol: false,
        data: Array.from(thinRows(value, STRETCHES), (row) => [milliseconds(curves.tsEvent[row]), value[row]]),
        itemStyle: { color },
        lineStyle: { color, width, type },
      })),
    }),
  };
}
