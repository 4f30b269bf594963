import { workerData } from 'node:worker_threads';
import { defineFeature, logRatio } from '../../src/features/index.ts';

/** Close at which the thread of a lane dies. */
export const DEADLY_CLOSE = 4242;
/** Close at which the thread of a lane hangs. */
export const ENDLESS_CLOSE = 4343;

const isInLane = workerData?.own !== undefined;

/** A feature at fault: it ends the thread of a lane, or never ends there; elsewhere it is sound. */
export const features = [
  defineFeature({
    name: 'my_momentum',
    lookback: 21,
    directional: true,
    compute: ({ close, n }) => {
      if (isInLane && close[n - 1] === DEADLY_CLOSE) process.exit(7);
      while (isInLane && close[n - 1] === ENDLESS_CLOSE);
      return logRatio(close[n - 1], close[0]);
    },
  }),
];
