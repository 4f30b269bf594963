import type { BarSeries } from '../../domain/index.ts';
import type { JudgedEvents, JudgedFigures } from '../figures/judged-figures.ts';
import { milliseconds, thinRows } from '../figures/thin.ts';
import { bottomAxis, legend, percentLabel, plotArea, timeAxis, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';
import { outcomeHistogram, roundBins } from './histogram-parts.ts';
import { DIAGONAL, SQUARE } from './reliability-chart.ts';

const ROC_STRETCHES = 100;
const MAX_RUNS = 40;
/** Minimum number of signals in a run. */
const MIN_RUN = 20;
const CONFIDENCE_BINS = 50;

/** ROC curve. @param auc - text of the area under it. */
export function rocChart({ roc }: JudgedFigures, auc: string): Chart {
  const rows = roc === null ? [] : Array.from(thinRows(roc.truePositiveRate, ROC_STRETCHES));
  const points = rows.map((row) => [roc?.falsePositiveRate[row], roc?.truePositiveRate[row]]);
  return {
    label: `ROC curve; the area under it is ${auc}, guessing gives 0.5`,
    width: 'half',
    height: SQUARE,
    option: () => ({
      grid: plotArea({ top: 12 }),
      xAxis: bottomAxis('losers called winners', percentLabel, { min: 0, max: 1, interval: 0.2 }),
      yAxis: valueAxis('winners called winners', percentLabel, { min: 0, max: 1, interval: 0.2 }),
      series: [
        DIAGONAL,
        { type: 'line', showSymbol: false, data: points, lineStyle: { color: 'var(--accent)', width: 2 } },
      ],
    }),
  };
}

/** Histogram of the confidences, by outcome. */
export function confidenceChart({ label, probability }: JudgedEvents): Chart {
  return outcomeHistogram(
    { value: probability, label },
    {
      ...roundBins(probability, CONFIDENCE_BINS),
      label: 'Histogram of the confidences, stacked: signals that won, and those that lost',
      width: 'whole',
      name: 'confidence',
      format: percentLabel,
      counted: 'signals',
    },
  );
}

/** Mean confidence and share of signals that won over time, in runs of equally many signals. */
export function overTimeChart(bars: BarSeries, { t0, label, probability }: JudgedEvents): Chart {
  const nRuns = Math.max(1, Math.min(MAX_RUNS, Math.floor(label.length / MIN_RUN)));
  const bound = (run: number): number => Math.floor((run * label.length) / nRuns);
  const means = (column: Uint8Array | Float64Array): number[][] =>
    Array.from({ length: nRuns }, (_, run) => {
      const [from, to] = [bound(run), bound(run + 1)];
      let sum = 0;
      for (let k = from; k < to; k++) sum += column[k];
      return [milliseconds(bars.tsEvent[t0[(from + to) >> 1]]), sum / (to - from)];
    });
  const line = (name: string, data: number[][], color: string, symbol: string) => ({
    type: 'line',
    name,
    data,
    symbol,
    symbolSize: 6,
    itemStyle: { color },
    lineStyle: { color, width: 1.6 },
  });
  const names = ['said', 'won'];
  return {
    label: 'Mean confidence and share of signals that won, over time',
    width: 'whole',
    option: (size) => ({
      grid: plotArea(),
      legend: legend(names),
      xAxis: timeAxis(size),
      yAxis: valueAxis('share', percentLabel, { scale: true }),
      series: [
        line(names[0], means(probability), 'var(--up)', 'circle'),
        line(names[1], means(label), 'var(--down)', 'diamond'),
      ],
    }),
  };
}
