import { describe, expect, test } from 'vitest';
import { barrierTick, type TradeTerms, tradeTerms } from '../index.ts';

const UNSET = { tickSize: null, costBps: null };
/** Closes from `low` on, in steps of `tick`, `low + 500 · tick` in their middle. */
const rising = (low: number, tick: number): Float64Array =>
  Float64Array.from({ length: 1001 }, (_, k) => (Math.round(low / tick) + k) * tick);

describe('what a round trip costs', () => {
  test.each<[string, Float64Array, { tickSize: number | null; costBps: number | null }, TradeTerms]>([
    [
      'one tick above 1 bp',
      rising(875, 0.25),
      UNSET,
      { tickSize: 0.25, tickBps: 2.5, costBps: 2.5, costSource: 'tick' },
    ],
    [
      '1 bp above one tick',
      rising(9875, 0.25),
      UNSET,
      { tickSize: 0.25, tickBps: 0.25, costBps: 1, costSource: 'assumed' },
    ],
    [
      '1 bp that is one tick',
      rising(2375, 0.25),
      UNSET,
      { tickSize: 0.25, tickBps: 1, costBps: 1, costSource: 'assumed' },
    ],
    [
      '1 bp without a grid',
      rising(100, Math.PI / 300),
      UNSET,
      { tickSize: null, tickBps: null, costBps: 1, costSource: 'assumed' },
    ],
    [
      'what is set',
      rising(875, 0.25),
      { tickSize: null, costBps: 0.5 },
      { tickSize: 0.25, tickBps: 2.5, costBps: 0.5, costSource: 'set' },
    ],
    [
      'nothing where that is asked for',
      rising(875, 0.25),
      { tickSize: null, costBps: 0 },
      { tickSize: 0.25, tickBps: 2.5, costBps: 0, costSource: 'set' },
    ],
    [
      'the tick that is set',
      rising(875, 0.25),
      { tickSize: 2, costBps: null },
      { tickSize: 2, tickBps: 20, costBps: 20, costSource: 'tick' },
    ],
  ])('%s', (_, close, labels, terms) => {
    expect(tradeTerms(close, labels)).toEqual(terms);
  });

  test('a tick that is larger than the price is a mistake', () => {
    const close = Float64Array.from([99, 100, 101]);
    expect(() => tradeTerms(close, { tickSize: 500, costBps: null })).toThrow(
      'labels.tick_size must be at most the median close 100, was 500',
    );
    expect(tradeTerms(close, { tickSize: 100, costBps: 0 }).tickBps).toBe(1e4);
  });

  test('a tick is measured at the median of all closes', () => {
    const close = Float64Array.from([...rising(875, 0.25), 8000, 8000.25]);
    expect(tradeTerms(close, UNSET).tickBps).toBe((0.25 / 1000.25) * 1e4);
    expect(tradeTerms(close.subarray(0, 1002), UNSET).tickBps, 'between two').toBe((0.25 / 1000.125) * 1e4);
  });
});

test('barriers lie on the tick of the terms, or on the one that is set; net of costs only on the latter', () => {
  const terms = { tickSize: 0.25 };
  expect(barrierTick({ tickSize: null, netOfCosts: false }, terms)).toBe(0.25);
  expect(barrierTick({ tickSize: 0.5, netOfCosts: false }, null)).toBe(0.5);
  expect(barrierTick({ tickSize: null, netOfCosts: false }, null)).toBeNull();
  expect(barrierTick({ tickSize: null, netOfCosts: false }, { tickSize: null })).toBeNull();
  expect(barrierTick({ tickSize: null, netOfCosts: true }, terms)).toBeNull();
  expect(barrierTick({ tickSize: 0.5, netOfCosts: true }, terms)).toBe(0.5);
});
