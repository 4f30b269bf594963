import { workerData } from 'node:worker_threads';
import { logisticBytes } from './logistic.ts';

/** A learner at fault: in a lane, and nowhere else, it cannot read what it wrote. */
export const unable: typeof logisticBytes = {
  ...logisticBytes,
  name: 'unable',
  decode: (encoded, context) => {
    if (workerData?.own !== undefined) throw new Error('no file is here');
    return logisticBytes.decode(encoded, context);
  },
};
