import { defineFeature, logRatio } from '../../src/features/index.ts';

/** Features as a user has them in a module of his own. The first is a copy of the built-in `momentum`. */
export const features = [
  defineFeature({
    name: 'my_momentum',
    unit: 'log return over 20 bars',
    lookback: 21,
    directional: true,
    compute: ({ close, n }) => logRatio(close[n - 1], close[0]),
  }),
  defineFeature({
    name: 'range_position',
    lookback: 10,
    range: [0, 1],
    compute: ({ high, low, close, n }) => {
      const [top, bottom] = [Math.max(...high), Math.min(...low)];
      return top > bottom ? (close[n - 1] - bottom) / (top - bottom) : 0.5;
    },
  }),
  defineFeature({
    name: 'calm_multiple',
    lookback: 2,
    needs: ['regime'],
    compute: ({ close }, { regime }) => (regime === null ? 0 : logRatio(close[1], close[0]) ** 2 / regime.calmVariance),
  }),
];
