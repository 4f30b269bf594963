import { defineLabeler } from 'ml4t-orchestrator';

const BARS = 5;

/** A trade is closed after five bars, whatever happened, and paid when it earned more than 5 basis points before costs. */
export default defineLabeler({
  name: 'fixed_horizon_5',
  maxHoldingBars: BARS,
  minReturn: 0.0005,
  resolve: ({ close }, entry) =>
    entry + BARS < close.length ? { bar: entry + BARS, price: close[entry + BARS], kind: 'vertical' } : null,
});
