import { expect, test } from 'vitest';
import { signalIdOf, signalPath } from './queries.ts';

const TAIL = ':1700000000000000001:-1';
const LONG = 'x'.repeat(256);

test.each([
  'mine',
  `BTC-PERP.HYPERLIQUID${TAIL}`,
  `BTC-PERP.HYPERLIQUID:BTC-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL${TAIL}`,
  `a:b:c:d${TAIL}`,
  `${LONG}${TAIL}`,
  `${LONG}:${LONG}${TAIL}`,
])('a signal is found by the id %s', (id) => {
  expect(signalIdOf(id)).toBe(id);
  expect(signalPath.safeParse({ signal_id: id }).success).toBe(true);
});

test.each([
  ['two long ids without a time behind them', `${LONG}:${LONG}`],
  ['a bar type that is too long', `${LONG}:${LONG}x${TAIL}`],
  ['nothing before the time', TAIL],
  ['a control character in the bar type', `A:\t${TAIL}`],
])('no id: %s', (_, id) => {
  expect(() => signalIdOf(id)).toThrow('signal_id must be');
});
