import { expect, test } from 'vitest';
import { type BarsOptions, tradeOptions } from './bars-options.ts';

const asked = (options: Partial<BarsOptions>) => tradeOptions({ by: 'tick', sides: 'taker', ...options }, undefined);

test.each<[Partial<BarsOptions>, unknown]>([
  [
    { by: 'time', size: '1m' },
    { kind: 'time', lengthNs: 60_000_000_000n },
  ],
  [
    { by: 'time', size: '90' },
    { kind: 'time', lengthNs: 90_000_000_000n },
  ],
  [
    { by: 'time', size: '60m' },
    { kind: 'time', lengthNs: 3_600_000_000_000n },
  ],
  [
    { by: 'time', size: '1d' },
    { kind: 'time', lengthNs: 86_400_000_000_000n },
  ],
  [{ size: '500' }, { kind: 'tick', threshold: 500 }],
  [
    { by: 'volume', size: '0.5' },
    { kind: 'volume', threshold: 0.5 },
  ],
  [
    { by: 'dollar', size: '1e6' },
    { kind: 'dollar', threshold: 1e6 },
  ],
  [
    { by: 'imbalance', expectedTicks: 20 },
    {
      kind: 'imbalance',
      imbalance: { of: 'tick', expectedTicks: 20, expectedBars: 3, window: 10_000, ticksBetween: [0, Infinity] },
    },
  ],
])('%j', (options, spec) => {
  expect(asked(options).spec).toEqual(spec);
});

test('a time by which trades come late is at most an hour', () => {
  expect(['500ms', '5s', '1m'].map((reorder) => asked({ size: '1', reorder }).reorderNs)).toEqual([
    500_000_000n,
    5_000_000_000n,
    60_000_000_000n,
  ]);
  expect(asked({ size: '1' }).reorderNs).toBe(0n);
});

test.each<[Partial<BarsOptions>, string]>([
  [{ by: 'time' }, '--size must be a time that divides a day: 30s, 1m, 4h, 1d, or seconds, was missing'],
  [{ by: 'time', size: '7m' }, '--size must be a time that divides a day'],
  [{ by: 'time', size: '0' }, '--size must be a time that divides a day'],
  [{ size: '2.5' }, '--size must be a number of trades, an integer >= 1, was "2.5"'],
  [{ size: '1m' }, '--size must be a number of trades'],
  [{ by: 'dollar', size: '0' }, '--size must be a number > 0, was "0"'],
  [
    { by: 'imbalance' },
    '--expected-ticks must be the number of trades that the first imbalance bar is expected to have',
  ],
  [{ by: 'imbalance', size: '5' }, '--size must be left out with --by imbalance'],
  [
    { by: 'imbalance', expectedTicks: 5, imbalanceWindow: 1e8 },
    '--imbalance-window must be an integer in [1, 10000000]',
  ],
  [{ size: '5', ticksBetween: [1, 2] }, '--ticks-between must be used with --by imbalance, was "1,2"'],
  [{ size: '5', reorder: '2h' }, '--reorder must be a time of at most an hour: 500ms, 5s, 1m, was "2h"'],
  [{ size: '5', reorder: '61m' }, '--reorder must be a time of at most an hour'],
])('%j is refused', (options, sentence) => {
  expect(() => asked(options)).toThrow(sentence);
});
