import { binCentre, type Histogram, histogram } from '../figures/histogram.ts';
import { bottomAxis, legend, numberLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart, ChartSize } from './draw.ts';

/** Columns of values and outcomes. Rows are events. */
export interface ByOutcome {
  readonly value: Float64Array;
  readonly label: Uint8Array;
}

export interface HistogramParts {
  readonly label: string;
  readonly width: Chart['width'];
  readonly low: number;
  readonly high: number;
  readonly nBins: number;
  /** Title of the axis of values. */
  readonly name: string;
  readonly format: (value: number) => string;
  /** Title of the axis of counts, such as `signals`. */
  readonly counted: string;
}

const NAMES = ['won', 'lost'] as const;
const SIDES_PX = 116;
const ROUND = [1, 2, 2.5, 5, 10] as const;
/** Minimum width of a bin; finer differences of confidences and sizes do not matter. */
const MIN_WIDTH = 0.001;
const MIN_BINS = 9;

/** Stacked histogram of values: events with label 1 below, with label 0 above. */
export function outcomeHistogram({ value, label }: ByOutcome, parts: HistogramParts): Chart {
  const { low, high, nBins, name, format, counted } = parts;
  const of = (bin: number): Histogram =>
    histogram(
      value.filter((_, k) => label[k] === bin),
      low,
      high,
      nBins,
    );
  const [missed, paid] = [of(0), of(1)];
  return {
    label: parts.label,
    width: parts.width,
    option: (size) => ({
      grid: plotArea(),
      legend: legend(NAMES),
      xAxis: binAxis(name, format, low, high),
      yAxis: valueAxis(counted, numberLabel),
      series: [barsOf(NAMES[0], paid, 'var(--up)', size), barsOf(NAMES[1], missed, 'var(--down)', size)],
    }),
  };
}

/** Axis of values below a histogram; only round numbers have a label. */
export function binAxis(name: string, format: (value: number) => string, low: number, high: number) {
  const axisLabel = {
    color: 'var(--muted)',
    formatter: format,
    hideOverlap: true,
    showMinLabel: low === 0,
    showMaxLabel: false,
  };
  return bottomAxis(name, format, { min: low, max: high, splitLine: { show: false }, axisLabel });
}

/** One series of a histogram. */
export function barsOf(name: string, counted: Histogram, color: string, { width }: ChartSize) {
  const data = Array.from(counted.counts, (n, bin) => [binCentre(counted, bin), n]);
  const barWidth = Math.max(1, (0.92 * (width - SIDES_PX)) / counted.counts.length);
  return { type: 'bar', name, stack: 'all', barWidth, data, itemStyle: { color } };
}

/** Chooses bins of a round width that cover all values: at most `maxBins`, and at least {@link MIN_BINS}. */
export function roundBins(values: Float64Array, maxBins: number): Pick<HistogramParts, 'low' | 'high' | 'nBins'> {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = Math.max((greatest - least) / (maxBins - 2), MIN_WIDTH);
  const power = 10 ** Math.floor(Math.log10(raw));
  const width = power * (ROUND.find((step) => step * power >= raw) ?? 10);
  const lacking = Math.max(0, MIN_BINS - 1 - Math.floor((greatest - least) / width));
  const first = Math.floor(least / width) - (lacking >> 1);
  const last = Math.floor(greatest / width) + (lacking >> 1);
  return { low: first * width, high: (last + 1) * width, nBins: last - first + 1 };
}
