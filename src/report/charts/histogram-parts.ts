import { binCentre, type Histogram, histogram } from '../figures/histogram.ts';
import { bottomAxis, legend, numberLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart, ChartSize } from './draw.ts';

/** Values of events, and whether each paid. Rows are events. */
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
  /** What the values are, and how they are written. */
  readonly name: string;
  readonly format: (value: number) => string;
  /** What is counted. */
  readonly counted: string;
}

const NAMES = ['paid', 'did not pay'] as const;
const SIDES_PX = 116;
const ROUND = [1, 2, 2.5, 5, 10] as const;
/** Confidences and sizes closer than this are the same to a reader. */
const LEAST_WIDTH = 0.001;
const LEAST_BINS = 9;

/** Values counted in bins, those of the events that paid below those of the ones that did not. */
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

/** The axis under bins; only round numbers are written at it. */
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

/** One series of a histogram, on an axis of numbers. */
export function barsOf(name: string, counted: Histogram, color: string, { width }: ChartSize) {
  const data = Array.from(counted.counts, (n, bin) => [binCentre(counted, bin), n]);
  const barWidth = Math.max(1, (0.92 * (width - SIDES_PX)) / counted.counts.length);
  return { type: 'bar', name, stack: 'all', barWidth, data, itemStyle: { color } };
}

/** Bins of a round width that hold all of some values, and some room beside few; at most `most` of them. */
export function roundBins(values: Float64Array, most: number): Pick<HistogramParts, 'low' | 'high' | 'nBins'> {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = Math.max((greatest - least) / (most - 2), LEAST_WIDTH);
  const power = 10 ** Math.floor(Math.log10(raw));
  const width = power * (ROUND.find((step) => step * power >= raw) ?? 10);
  const lacking = Math.max(0, LEAST_BINS - 1 - Math.floor((greatest - least) / width));
  const first = Math.floor(least / width) - (lacking >> 1);
  const last = Math.floor(greatest / width) + (lacking >> 1);
  return { low: first * width, high: (last + 1) * width, nBins: last - first + 1 };
}
