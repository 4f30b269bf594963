import { defineFeature } from 'ml4t-orchestrator';

// Features of your own. Each sees the last `lookback` bars up to the signal's and nothing later; ml4t.yaml names those that the model reads.

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
];
