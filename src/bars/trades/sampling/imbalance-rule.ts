import type { BarRule } from './bar-rule.ts';
import { WindowMean } from './window-mean.ts';

export const IMBALANCES = ['tick', 'volume', 'dollar'] as const;
export type Imbalance = (typeof IMBALANCES)[number];

export interface ImbalanceOptions {
  /** What is counted on each side. */
  readonly of: Imbalance;
  /** Expected number of trades of the first bar, E₀[T]: the first bar is not closed before as many have come. */
  readonly expectedTicks: number;
  /** Number of latest bars whose lengths are averaged for the next E₀[T]. */
  readonly expectedBars: number;
  /** Number of latest trades over which the expected imbalance is averaged. */
  readonly window: number;
  /** Lowest and highest E₀[T]; the same twice keeps it constant. */
  readonly ticksBetween: readonly [number, number];
}

/** Exponentially weighted mean of a few values with span `span`, the last one the heaviest. */
export function weightedMean(values: readonly number[], span: number): number {
  const decay = 1 - 2 / (span + 1);
  let sum = values[0];
  let weight = 1;
  for (let i = 1; i < values.length; i++) {
    weight += decay ** i;
    sum = sum * decay + values[i];
  }
  return sum / weight;
}

/**
 * Imbalance bars: a bar ends with the trade by which |θ| exceeds E₀[T] · |E₀[b]|. θ sums the signed ticks (volumes, values) of the bar; E₀[T]
 * is the weighted mean length of the latest bars, E₀[b] that of the signed ticks of the latest trades, both as they were when the bar began.
 *
 * @see López de Prado (2018), AFML 2.3.2.1. There a bar ends where the threshold is reached; here where it is exceeded, so that an expected
 * imbalance of 0 does not make every trade a bar.
 */
export function imbalanceRule(options: ImbalanceOptions): BarRule {
  const { of, expectedBars, ticksBetween } = options;
  const [least, most] = ticksBetween;
  const recent = new WindowMean(options.window);
  const lengths: number[] = [];
  let expectedTicks = options.expectedTicks;
  /** NaN until as many trades have come as the first bar is expected to have. */
  let expected = Number.NaN;
  let theta = 0;
  return {
    closeBefore: () => null,
    endsBar: (bar, price, size, side) => {
      const signed = of === 'tick' ? side : of === 'volume' ? side * size : side * size * price;
      recent.add(signed);
      theta += signed;
      if (Number.isNaN(expected) && recent.nAdded >= expectedTicks) expected = recent.mean();
      if (!(Math.abs(theta) > expectedTicks * Math.abs(expected))) return false;
      lengths.push(bar.nTrades);
      if (lengths.length > expectedBars) lengths.shift();
      expectedTicks = Math.min(Math.max(weightedMean(lengths, expectedBars), least), most);
      // Until that many have come again nothing is expected, which only a lower bound can bring about.
      expected = recent.nAdded >= expectedTicks ? recent.mean() : Number.NaN;
      theta = 0;
      return true;
    },
  };
}
