import { stringifyLossless } from '../../core/index.ts';
import { WINDOW_BARS } from '../../domain/index.ts';

// Examples that a server takes as they stand: bars first, then the signals, then the outcome.

const INSTRUMENT = 'BTC-PERP.HYPERLIQUID';
const FIRST_NS = 1_700_000_000_000_000_000n;
const MINUTE_NS = 60_000_000_000n;

const tsOf = (i: number): bigint => FIRST_NS + BigInt(i) * MINUTE_NS;
/** Prices that wander a little, so that there is something to judge. */
const closeOf = (i: number): number => Math.round((42_000 + 60 * Math.sin(i / 7) + 25 * Math.sin(i * 1.9)) * 10) / 10;
const columnOf = (n: number, of: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => of(i));

function barOf(i: number): Readonly<Record<string, unknown>> {
  const [open, close] = [closeOf(i - 1), closeOf(i)];
  const [high, low] = [Math.max(open, close) + 5, Math.min(open, close) - 5];
  return { ts_event: tsOf(i), open, high, low, close, volume: volumeOf(i) };
}

function volumeOf(i: number): number {
  return 10 + (i % 7);
}

const WINDOW = {
  ts_event: Array.from({ length: WINDOW_BARS }, (_, i) => tsOf(i)),
  open: columnOf(WINDOW_BARS, (i) => closeOf(i - 1)),
  high: columnOf(WINDOW_BARS, (i) => Math.max(closeOf(i - 1), closeOf(i)) + 5),
  low: columnOf(WINDOW_BARS, (i) => Math.min(closeOf(i - 1), closeOf(i)) - 5),
  close: columnOf(WINDOW_BARS, closeOf),
  volume: columnOf(WINDOW_BARS, volumeOf),
};
const LAST_TS = tsOf(WINDOW_BARS - 1);

export const EXAMPLE_INSTRUMENT = INSTRUMENT;

export const BARS_EXAMPLES = {
  columns: WINDOW,
  objects: [barOf(WINDOW_BARS - 2), barOf(WINDOW_BARS - 1)],
  one: barOf(WINDOW_BARS - 1),
  with_features: { ...barOf(WINDOW_BARS - 1), features: { funding_rate: 0.0001 } },
};

const HELD = { instrument_id: INSTRUMENT, signal: 1, timestamp: LAST_TS, signal_id: 'example-1' };

export const SIGNAL_EXAMPLES = {
  held_bars: HELD,
  weak: { ...HELD, signal_id: 'example-4', strength: 0.4 },
  with_features: { ...HELD, signal_id: 'example-5', features: { funding_rate: 0.0001, spread_bps: null } },
  own_bars: { instrument_id: INSTRUMENT, signal: -1, timestamp: LAST_TS, bars: WINDOW, signal_id: 'example-2' },
};

export const BATCH_EXAMPLE = linesOf([HELD, { ...HELD, signal: 0, signal_id: 'example-3' }]);

const PREDICTED = { ...HELD, signal_id: 'example-6', probability: 0.62 };

export const PREDICTION_EXAMPLES = {
  held_bars: PREDICTED,
  with_features: { ...PREDICTED, signal_id: 'example-7', features: { funding_rate: 0.0001 } },
};

export const PREDICTION_BATCH_EXAMPLE = linesOf([
  PREDICTED,
  { ...PREDICTED, signal_id: 'example-8', probability: 0.41 },
]);

function linesOf(messages: readonly object[]): string {
  return messages.map((message) => `${stringifyLossless(message)}\n`).join('');
}

export const OUTCOME_EXAMPLES = {
  label_and_return: { signal_id: 'example-1', label: 1, return: 0.0042, ts_exit: LAST_TS + 5n * MINUTE_NS },
  return_only: { signal_id: 'example-2', return: -0.0013 },
};

export const HALT_EXAMPLES = { with_a_reason: { reason: 'the feed looks wrong' } };

export const RETRAIN_EXAMPLES = { one_instrument: { instrument_id: INSTRUMENT } };
