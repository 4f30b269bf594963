import type { PriceFigures } from '../figures/price-figures.ts';
import type { Line } from '../figures/thin.ts';
import { legend, numberLabel, percentLabel, plotArea, timeAxis, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';

const PRICE = 'close';
const SHADE = 'turbulent';

/** Closing price, with the probability of turbulence as shading. */
export function priceChart({ close, turbulent }: PriceFigures): Chart {
  const isShaded = turbulent !== null;
  const shading = '; the shading behind it is as high as the market was likely turbulent';
  const share = { min: 0, max: 1, interval: 0.25, splitLine: { show: false }, show: isShaded };
  return {
    label: `Closing price over time${isShaded ? shading : ''}`,
    width: 'whole',
    height: 320,
    option: (size) => ({
      grid: plotArea({ right: 84, bottom: 34, left: 82 }),
      legend: legend(isShaded ? [PRICE, SHADE] : [PRICE]),
      xAxis: timeAxis(size),
      yAxis: [
        valueAxis(PRICE, numberLabel, { scale: true, nameGap: 66 }),
        valueAxis('probability of turbulence', percentLabel, share),
      ],
      series: [...(isShaded ? [shadeOf(turbulent)] : []), priceOf(close)],
    }),
  };
}

function priceOf(line: Line) {
  const color = 'var(--accent)';
  const look = { itemStyle: { color }, lineStyle: { color, width: 1.3 } };
  return { type: 'line', name: PRICE, showSymbol: false, data: points(line), ...look };
}

function shadeOf(line: Line) {
  const color = 'var(--shade)';
  const look = { itemStyle: { color }, lineStyle: { width: 0 }, areaStyle: { color, opacity: 0.28 } };
  return { type: 'line', name: SHADE, yAxisIndex: 1, silent: true, showSymbol: false, data: points(line), ...look };
}

/** Points for the chart library, which takes `-` for a missing value. */
function points({ time, value }: Line): (number | string)[][] {
  return Array.from(time, (at, k) => [at, Number.isNaN(value[k]) ? '-' : value[k]]);
}
