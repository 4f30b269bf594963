import type { SkillBin, SkillStretch, VolatilitySkill } from '../../../validation/index.ts';
import { milliseconds } from '../../figures/thin.ts';
import { nameAxis, percentLabel, plotArea, timeAxis, valueAxis } from '../axes.ts';
import type { Chart } from '../draw.ts';

/** Points of log-loss skill over time with their intervals. */
export function skillOverTimeChart(stretches: readonly SkillStretch[]): Chart {
  const middleOf = ({ fromTs, toTs }: SkillStretch): number => (milliseconds(fromTs) + milliseconds(toTs)) / 2;
  const points = stretches.flatMap((stretch) => pointOf(middleOf(stretch), stretch));
  return {
    label: `Log-loss skill over time in ${stretches.length} stretches with 95 % intervals; 0 is the base rate`,
    width: 'whole',
    option: (size) => ({
      grid: plotArea({ top: 12 }),
      xAxis: timeAxis(size, { axisLine: { onZero: false, lineStyle: { color: 'var(--muted)' } } }),
      yAxis: valueAxis('log-loss skill', percentLabel, { scale: true }),
      series: [zeroLine(points), ...points.map(whisker), curve(points)],
    }),
  };
}

/** Points of log-loss skill by volatility with their intervals. */
export function skillByVolatilityChart(groups: readonly VolatilitySkill[]): Chart {
  const points = groups.flatMap((group, k) => pointOf(k, group));
  const names = groups.map(
    ({ volatilityLow: low, volatilityHigh: high }) => `${shortShare(low)} –\n${shortShare(high)}`,
  );
  return {
    label: `Log-loss skill by volatility in ${groups.length} groups with 95 % intervals, calm first; 0 is the base rate`,
    width: 'whole',
    option: () => ({
      grid: plotArea({ top: 12, bottom: 56 }),
      xAxis: nameAxis(names, { axisLine: { onZero: false, lineStyle: { color: 'var(--muted)' } } }),
      yAxis: valueAxis('log-loss skill', percentLabel, { scale: true }),
      series: [zeroLine(points), ...points.map(whisker), curve(points, 0)],
    }),
  };
}

interface SkillPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** None where the skill is unknown; a point without an interval where only that is. */
function pointOf(x: number, { logLossSkill: { value, low, high } }: SkillBin): SkillPoint[] {
  return value === null ? [] : [{ x, y: value, low: low ?? value, high: high ?? value }];
}

/** The base rate. */
function zeroLine(points: readonly SkillPoint[]) {
  const lineStyle = { color: 'var(--muted)', type: 'dashed', width: 1 };
  return { type: 'line', silent: true, showSymbol: false, data: points.map(({ x }) => [x, 0]), lineStyle };
}

function whisker({ x, low, high }: SkillPoint) {
  const data = [low, high].map((end) => [x, end]);
  return { type: 'line', silent: true, showSymbol: false, data, lineStyle: { color: 'var(--accent)', width: 1.5 } };
}

function curve(points: readonly SkillPoint[], width = 1.2) {
  const data = points.map(({ x, y }) => [x, y]);
  return {
    type: 'line',
    data,
    symbol: 'circle',
    symbolSize: 7,
    showAllSymbol: true,
    itemStyle: { color: 'var(--accent)' },
    lineStyle: { color: 'var(--accent)', width },
  };
}

/** `0.12 %` of a small share. */
function shortShare(value: number): string {
  return percentLabel(Number(value.toPrecision(2)));
}
