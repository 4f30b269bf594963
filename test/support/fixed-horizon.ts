import { defineLabeler } from '../../src/labeling/index.ts';

/** A labeler as a user writes it: five bars later at the close; no sell in a bar that closed in the upper tenth of its range. */
export const fixedHorizon = defineLabeler({
  name: 'fixed_horizon_5',
  maxHoldingBars: 5,
  open: ({ close, high, low }, entry, side) =>
    side === -1 && high[entry] - close[entry] < (high[entry] - low[entry]) / 10 ? Number.NaN : high[entry] - low[entry],
  resolve: ({ close }, entry) =>
    entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
});
