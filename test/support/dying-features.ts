import { workerData } from 'node:worker_threads';
import { defineFeature, logRatio } from '../../src/features/index.ts';

/** Close at which the thread of a lane dies. */
export const DEADLY_CLOSE = 4242;

/** A feature at fault: it ends the thread of a lane, and no other. */
export const features = [
  defineFeature({
    name: 'my_momentum',
    lookback: 21,
    directional: true,
    compute: ({ close, n }) => {
      if (close[n - 1] === DEADLY_CLOSE && workerData?.own !== undefined) process.exit(7);
      return logRatio(close[n - 1], close[0]);
    },
  }),
];
