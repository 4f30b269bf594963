import { defineFeature } from 'ml4t-orchestrator';

export default [
  /** Place of the close between the lowest low and the highest high of 20 bars: 0 at the bottom, 1 at the top. */
  defineFeature({
    name: 'range_position',
    lookback: 20,
    range: [0, 1],
    compute: ({ high, low, close, n }) => {
      const top = Math.max(...high);
      const bottom = Math.min(...low);
      return top > bottom ? (close[n - 1] - bottom) / (top - bottom) : 0.5;
    },
  }),

  /** Log return of 5 bars in the direction of the trade. */
  defineFeature({
    name: 'recent_return',
    lookback: 6,
    unit: 'log return',
    directional: true,
    compute: ({ close, n }) => Math.log(close[n - 1] / close[0]),
  }),
];
