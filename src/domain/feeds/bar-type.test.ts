import { expect, test } from 'vitest';
import { mayBeOf, stepOfBarType } from './bar-type.ts';

const MINUTE = 60_000_000_000n;

test.each([
  ['BTCUSDT-PERP.BINANCE-1-MINUTE-LAST-EXTERNAL', MINUTE],
  ['EUR/USD.SIM-5-MINUTE-BID-INTERNAL@1-MINUTE-EXTERNAL', 5n * MINUTE],
  ['15-MINUTE-MID-INTERNAL', 15n * MINUTE],
  ['1-HOUR', 60n * MINUTE],
  ['ESZ6-4-HOUR-LAST', 240n * MINUTE],
  ['A-1-DAY-LAST-EXTERNAL', 1440n * MINUTE],
  ['A-250-MILLISECOND-LAST-INTERNAL', 250_000_000n],
  ['A-1-WEEK-LAST-EXTERNAL', 10_080n * MINUTE],
  ['A-1-MONTH-LAST-EXTERNAL', null],
  ['A-100-TICK-LAST-INTERNAL', null],
  ['A-0-MINUTE-LAST-EXTERNAL', null],
  ['five minutes', null],
  ['1-MINUTELY', null],
])('the step of %s', (barType, step) => {
  expect(stepOfBarType(barType)).toBe(step);
});

test.each([
  ['A.X', 'A.X-1-MINUTE-LAST-EXTERNAL', true],
  ['A.X', '1-MINUTE-LAST-EXTERNAL', true],
  ['A.X', '5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL', true],
  ['A.X', 'B.X-1-MINUTE-LAST-EXTERNAL', false],
  ['A', 'AB-1-MINUTE-LAST-EXTERNAL', false],
])('bars of %s may be of the type %s: %s', (instrumentId, barType, may) => {
  expect(mayBeOf(instrumentId, barType)).toBe(may);
});
