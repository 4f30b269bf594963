import type { BuiltInFeature } from '../feature-definition.ts';
import { dayOfWeek } from './utc.ts';

/** Day of the week on which the bar closes, UTC. */
export const dayOfWeekFeature: BuiltInFeature = {
  name: 'day_of_week',
  unit: 'day, 0 for Monday to 6 for Sunday',
  lookback: 1,
  directional: false,
  needs: [],
  range: [0, 6],
  formula: 'weekday of the close of the bar, UTC; a bar that ends at midnight belongs to the new day',
  source: 'the calendar; pandas `dayofweek`',
  kernel: ({ bars, rows, start, end }, out, stride, offset) => {
    for (let k = start; k < end; k++) out[k * stride + offset] = dayOfWeek(bars.tsEvent[rows[k]]);
  },
};
