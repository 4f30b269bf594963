import type { EChartsCoreOption } from 'echarts/core';
import type { ChartSize } from './draw.ts';

type Option = EChartsCoreOption;

const PLAIN_AXIS = { axisLine: { lineStyle: { color: 'var(--muted)' } }, axisTick: { show: false } };

/** Margins of a chart, with space for its labels; pixels. */
export function plotArea(more: Option = {}): Option {
  return { left: 76, right: 40, top: 34, bottom: 44, outerBoundsMode: 'none', ...more };
}

/** Axis of numbers. @param name - title of the axis, with the unit. */
export function valueAxis(name: string, format: (value: number) => string, more: Option = {}): Option {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 60,
    nameMoveOverlap: false,
    nameTextStyle: { color: 'var(--muted)' },
    axisLabel: { color: 'var(--muted)', formatter: format, hideOverlap: true },
    splitLine: { lineStyle: { color: 'var(--line)' } },
    splitNumber: 4,
    ...PLAIN_AXIS,
    ...more,
  };
}

/** {@link valueAxis} along the bottom. */
export function bottomAxis(name: string, format: (value: number) => string, more: Option = {}): Option {
  return valueAxis(name, format, { nameGap: 28, ...more });
}

/** Axis of UTC time along the bottom. */
export function timeAxis({ isNarrow }: ChartSize, more: Option = {}): Option {
  return {
    type: 'time',
    axisLabel: { color: 'var(--muted)', hideOverlap: true, formatter: shortDate, margin: 10 },
    splitLine: { show: false },
    splitNumber: isNarrow ? 2 : 5,
    ...PLAIN_AXIS,
    ...more,
  };
}

/** Axis of names. */
export function nameAxis(names: readonly string[], more: Option = {}): Option {
  return {
    type: 'category',
    data: names,
    axisLabel: { color: 'var(--text)', interval: 0 },
    splitLine: { show: false },
    ...PLAIN_AXIS,
    ...more,
  };
}

/** Names of the series, above the plot. */
export function legend(names: readonly string[]): Option {
  return {
    data: names,
    top: 2,
    icon: 'roundRect',
    left: 'center',
    itemWidth: 16,
    itemGap: 28,
    itemHeight: 9,
    textStyle: { color: 'var(--text)' },
  };
}

function shortDate(ms: number): string {
  const iso = new Date(ms).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

/** Text of a share in percent, for an axis: `12.5 %`. */
export function percentLabel(value: number): string {
  return `${numberLabel(Number((value * 100).toFixed(3)))} %`;
}

/** Text of a number for an axis, with at most five digits. */
export function numberLabel(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 5 }).replace('-', '−');
}
