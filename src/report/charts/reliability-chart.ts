import type { CalibrationBin } from '../../validation/index.ts';
import { bottomAxis, numberLabel, percentLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';

/** Height of a chart whose two axes have the same range, pixels. */
export const SQUARE = 340;

/** Dashed line of guessing, from one corner to the other. */
export const DIAGONAL = diagonal(0, 1);

const SMALLEST_PX = 5;
const LARGEST_PX = 20;

/** Argument of the function that writes the label of a point. */
interface Labelled {
  readonly value: readonly number[];
}

/** One tenth of the signals: what was said, and what came true. */
export interface Point {
  /** Mean of what was said. */
  readonly x: number;
  /** What came true. */
  readonly y: number;
  /** Number of signals. */
  readonly n: number;
  /** Ends of a 95 % interval: of `y`, or where it would lie if what was said came true. */
  readonly low: number;
  readonly high: number;
}

/** Reliability diagram: share of signals that won against mean confidence, with 95 % consistency bars around what was said. */
export function reliabilityChart(bins: readonly CalibrationBin[]): Chart {
  const points = bins.map(pointOf);
  const { min, max, interval } = rangeOf(points);
  const shape =
    'share of signals that won against the confidence they were given, with the number of signals beside each point';
  return {
    label: `Reliability diagram: ${shape}; the dashed line is perfect, the bars show where calibrated confidences fall`,
    width: 'half',
    height: SQUARE,
    option: () => ({
      grid: plotArea({ top: 12 }),
      xAxis: bottomAxis('confidence said', percentLabel, { min, max, interval }),
      yAxis: valueAxis('share that won', percentLabel, { min, max, interval }),
      series: [diagonal(min, max), ...points.map(whisker), dots(points, (min + max) / 2)],
    }),
  };
}

function pointOf({ meanProbability, hitRate, n, consistencyLow, consistencyHigh }: CalibrationBin): Point {
  return { x: meanProbability, y: hitRate, n, low: consistencyLow, high: consistencyHigh };
}

/** Range of both axes, within [0, 1]. */
function rangeOf(points: readonly Point[]): { readonly min: number; readonly max: number; readonly interval: number } {
  const ends = points.flatMap(({ x, y, low, high }) => [x, y, low, high]);
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const interval = greatest - least < 0.3 ? 0.05 : 0.1;
  const min = Math.max(0, Math.floor(least / interval) * interval);
  const max = Math.min(1, Math.ceil(greatest / interval) * interval);
  return { min, max, interval };
}

/** Dashed line on which what was said came true. */
export function diagonal(from: number, to: number) {
  const corners = [from, to].map((end) => [end, end]);
  const lineStyle = { color: 'var(--muted)', type: 'dashed', width: 1 };
  return { type: 'line', silent: true, showSymbol: false, data: corners, lineStyle };
}

/** Interval of a point. */
export function whisker({ x, low, high }: Point) {
  const data = [low, high].map((end) => [x, end]);
  return { type: 'line', silent: true, showSymbol: false, data, lineStyle: { color: 'var(--accent)', width: 1.5 } };
}

/** Points whose area grows with the number of their signals; that number is the label. */
function dots(points: readonly Point[], middle: number) {
  const most = Math.max(...points.map(({ n }) => n));
  return {
    type: 'scatter',
    symbolSize: ([, , n]: readonly number[]) => SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * Math.sqrt(n / most),
    data: points.map(({ x, y, n }) => ({ value: [x, y, n], label: { position: x > middle ? 'left' : 'right' } })),
    itemStyle: { color: 'var(--accent)', opacity: 0.85 },
    label: { show: true, color: 'var(--text)', formatter: ({ value }: Labelled) => numberLabel(value[2]) },
    labelLayout: { hideOverlap: true },
  };
}
