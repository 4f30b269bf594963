import type { JSX } from 'preact';
import { fixed } from '../../../src/core/index.ts';
import type { Barriers, Bars } from '../../data/types.ts';
import { palette } from '../../ui/colors.ts';
import { EChart } from '../../ui/echart.tsx';
import { shortMoment } from '../../ui/format.ts';

/** Maximum number of contributions in a chart. */
const MAX_BARS = 12;

type Numbers = Readonly<Record<string, number>>;

interface ContributionsProps {
  readonly base: number;
  readonly contributions: Numbers;
  /** Where the last bar ends. */
  readonly end: number;
  readonly axis: string;
}

/** What each feature added or took away, from the base on. */
export function Contributions({ base, contributions, end, axis }: ContributionsProps): JSX.Element {
  const moved = withOthers(Object.entries(contributions).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])));
  const { up, down, muted, line } = palette();
  let at = base;
  const spans = moved.map(([name, by]) => {
    const from = at;
    at += by;
    return { name: name.replaceAll('_', ' '), by, low: Math.min(from, at), length: Math.abs(by) };
  });
  const words = spans.map(({ name, by }) => `${name} ${signed(by)}`).join(', ');
  return (
    <EChart
      label={`From ${fixed(base)} where nothing is known to ${fixed(end)}: ${words}`}
      option={{
        grid: { left: 120, right: 64, top: 8, bottom: 40 },
        tooltip: { show: false },
        xAxis: {
          type: 'value',
          scale: true,
          name: axis,
          nameLocation: 'middle',
          nameGap: 26,
          splitNumber: 4,
          axisLabel: { color: muted, hideOverlap: true },
          splitLine: { lineStyle: { color: line } },
        },
        yAxis: { type: 'category', inverse: true, data: spans.map(({ name }) => name), axisLabel: { color: muted } },
        series: [
          { type: 'bar', stack: 'all', silent: true, itemStyle: { opacity: 0 }, data: spans.map(({ low }) => low) },
          {
            type: 'bar',
            stack: 'all',
            barMaxWidth: 18,
            label: {
              show: true,
              position: 'right',
              color: muted,
              formatter: byIndex(spans.map(({ by }) => signed(by))),
            },
            data: spans.map(({ by, length }) => ({ value: length, itemStyle: { color: by < 0 ? down : up } })),
          },
        ],
      }}
    />
  );
}

/** The largest contributions, and all others as one. @param moved - the largest first. */
function withOthers(moved: readonly [string, number][]): readonly [string, number][] {
  if (moved.length <= MAX_BARS) return moved;
  const others = moved.slice(MAX_BARS - 1);
  const total = others.reduce((sum, [, by]) => sum + by, 0);
  return [...moved.slice(0, MAX_BARS - 1), [`${others.length} others`, total]];
}

function signed(by: number): string {
  return `${by < 0 ? '−' : '+'}${fixed(Math.abs(by))}`;
}

function byIndex(texts: readonly string[]) {
  return ({ dataIndex }: { readonly dataIndex: number }): string => texts[dataIndex];
}

/** The closes of the window a signal was judged by, and where its trade ends while it is open. */
export function Window({ bars, barriers }: { bars: Bars; barriers: Barriers | null }): JSX.Element {
  const { accent, up, down, muted, line } = palette();
  const times = bars.ts_event.map((ns) => shortMoment(ns / 1e6));
  const level = (name: string, price: number, color: string) => ({
    type: 'line',
    name,
    showSymbol: false,
    silent: true,
    data: times.map(() => price),
    itemStyle: { color },
    lineStyle: { color, type: 'dashed', width: 1.5 },
    endLabel: { show: true, formatter: name, color },
  });
  const { take_profit: takeProfit = null, stop_loss: stopLoss = null } = barriers ?? {};
  const levels = [
    ...(takeProfit === null ? [] : [level('take-profit', takeProfit, up)]),
    ...(stopLoss === null ? [] : [level('stop-loss', stopLoss, down)]),
  ];
  const last = bars.close.at(-1)?.toPrecision(6) ?? '–';
  return (
    <EChart
      label={`Closes of the ${bars.close.length} bars it saw, the last one ${last}`}
      option={{
        grid: { left: 64, right: 80, top: 12, bottom: 28 },
        xAxis: { type: 'category', data: times, axisLabel: { color: muted, hideOverlap: true } },
        yAxis: {
          type: 'value',
          scale: true,
          axisLabel: { color: muted },
          splitLine: { lineStyle: { color: line } },
        },
        series: [
          {
            type: 'line',
            name: 'close',
            showSymbol: false,
            data: [...bars.close],
            itemStyle: { color: accent },
            lineStyle: { color: accent, width: 1.5 },
          },
          ...levels,
        ],
      }}
    />
  );
}
