import { bulkOf, histogram } from '../figures/histogram.ts';
import { numberLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';
import { barsOf, binAxis, roundBins } from './histogram-parts.ts';

const BINS = 40;
const NS_PER_US = 1000;

/** Histogram of the sizes. @param size - (nSignals,) size of each answer; the sign is the side. */
export function sizeChart(size: Float64Array): Chart {
  const { low, high, nBins } = roundBins(size, BINS);
  return {
    label: 'Histogram of the sizes; sells are below zero',
    width: 'half',
    option: (at) => ({
      grid: plotArea({ top: 12 }),
      xAxis: binAxis('size', numberLabel, low, high),
      yAxis: valueAxis('signals', numberLabel),
      series: [barsOf('signals', histogram(size, low, high, nBins), 'var(--accent)', at)],
    }),
  };
}

/** Histogram of the latencies. @param latenciesNs - (nSignals,) time from a signal to its answer, nanoseconds. */
export function latencyChart(latenciesNs: Float64Array): Chart {
  const micros = latenciesNs.map((ns) => ns / NS_PER_US);
  const { high } = bulkOf(micros);
  return {
    label: 'Histogram of the time from a signal to its answer',
    width: 'half',
    option: (at) => ({
      grid: plotArea({ top: 12 }),
      xAxis: binAxis('latency, µs', numberLabel, 0, high),
      yAxis: valueAxis('signals', numberLabel),
      series: [barsOf('signals', histogram(micros, 0, high, BINS), 'var(--accent)', at)],
    }),
  };
}
