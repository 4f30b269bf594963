import { bulkOf, histogram } from '../figures/histogram.ts';
import type { LabelledColumns } from '../figures/label-figures.ts';
import { legend, numberLabel, percentLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';
import { outcomeHistogram } from './histogram-parts.ts';

const RETURN_BINS = 40;
const HOLDING_BINS = 40;

/** Histogram of the gross returns of the trades, by outcome. */
export function returnsChart({ ret, label }: LabelledColumns): Chart {
  return outcomeHistogram(
    { value: ret, label },
    {
      ...bulkOf(ret),
      label: 'Histogram of the gross returns of the trades, stacked by outcome',
      nBins: RETURN_BINS,
      width: 'half',
      name: 'gross return',
      format: percentLabel,
      counted: 'trades',
    },
  );
}

/** Histogram of the bars that trades were held, by outcome. */
export function holdingChart({ t0, t1, label }: LabelledColumns): Chart {
  const held = Float64Array.from(t0, (entry, k) => t1[k] - entry);
  const longest = held.reduce((a, b) => Math.max(a, b), 1);
  const width = Math.ceil(longest / HOLDING_BINS);
  const nBins = Math.ceil(longest / width);
  const of = (bin: number) => {
    const ended = held.filter((_, k) => label[k] === bin);
    return histogram(ended, 0.5, nBins * width + 0.5, nBins);
  };
  const [lost, won] = [of(0), of(1)];
  const names = Array.from(won.counts, (_, bin) =>
    width === 1 ? String(bin + 1) : `${bin * width + 1}–${(bin + 1) * width}`,
  );
  return {
    label: 'Histogram of the bars trades were held, stacked by outcome',
    width: 'half',
    option: () => ({
      grid: plotArea(),
      legend: legend(['won', 'lost']),
      xAxis: binAxis(names, 'bars held', Math.ceil(nBins / (width === 1 ? 10 : 5)) - 1),
      yAxis: valueAxis('trades', numberLabel),
      series: [counts('won', won.counts, 'var(--up)'), counts('lost', lost.counts, 'var(--down)')],
    }),
  };
}

function counts(name: string, data: Float64Array, color: string) {
  return { type: 'bar', name, stack: 'all', barWidth: '92%', data: Array.from(data), itemStyle: { color } };
}

function binAxis(names: readonly string[], name: string, interval: number) {
  return {
    type: 'category',
    data: names,
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: 'var(--muted)' },
    axisLabel: { color: 'var(--muted)', interval },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--muted)' } },
  };
}
