import { expect, test } from 'vitest';
import { expected } from '../../test/golden/validation/expected.ts';
import { Rng } from '../core/index.ts';
import { equityCurve, moneyFigures, sameMeanExposure } from './index.ts';

const DAY = 86_400_000_000_000n;
const tsEvent = BigInt64Array.from({ length: 12 }, (_, i) => (BigInt(i) * DAY) / 2n); // two bars a day, six days
const trades = { t1: Int32Array.of(1, 2, 3, 6), ret: Float64Array.of(0.01, -0.02, -0.01, 0.05) };

test('return, Sharpe ratio and drawdown are those of pandas, across weekends and the UNIX epoch', () => {
  const { ts_event, t1, ret, exposure, net_return, sharpe, max_drawdown } = expected.money;
  const money = moneyFigures(
    BigInt64Array.from(ts_event, BigInt),
    0,
    { t1: Int32Array.from(t1), ret: Float64Array.from(ret) },
    Float64Array.from(exposure),
  );
  expect(money.netReturn).toBeCloseTo(net_return, 12);
  expect(money.sharpe).toBeCloseTo(sharpe, 10);
  expect(money.maxDrawdown).toBeCloseTo(max_drawdown, 12);
  expect(money.nTrades).toBe(t1.length);
});

test('by hand: returns are booked on the day the trade ends; drawdown is from the peak', () => {
  const money = moneyFigures(tsEvent, 0, trades, null);
  expect(money.netReturn).toBeCloseTo(0.03, 15);
  expect(money.maxDrawdown).toBeCloseTo(0.03, 15);
  expect(money.nTrades).toBe(4);
  const daily = [0.01, -0.03, 0, 0.05, 0, 0];
  const mean = 0.03 / 6;
  const deviation = Math.sqrt(daily.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 5);
  expect(money.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365.25), 10);
});

test('the drawdown of an account that only loses is the sum of its losses', () => {
  const losses = { t1: Int32Array.of(0, 4, 8), ret: Float64Array.of(-0.01, -0.02, -0.03) };
  expect(moneyFigures(tsEvent, 0, losses, null).maxDrawdown).toBeCloseTo(0.06, 15);
});

test('a market that trades five days a week has about 261 trading days a year', () => {
  const days = Array.from({ length: 700 }, (_, i) => BigInt(i)).filter((day) => day % 7n < 5n);
  const daily = BigInt64Array.from(days, (day) => day * DAY);
  const ret = Float64Array.from(days, (_, k) => (k % 2 === 0 ? 0.02 : -0.01));
  const { sharpe } = moneyFigures(daily, 0, { t1: Int32Array.from(days.keys()), ret }, null);
  expect((sharpe ?? 0) / (0.005 / 0.015015)).toBeCloseTo(Math.sqrt(261), 0);
});

test('days before the account opens do not count', () => {
  const late = { t1: Int32Array.of(6, 9), ret: Float64Array.of(0.05, -0.01) };
  expect(moneyFigures(tsEvent, 6, late, null)).toEqual(
    moneyFigures(tsEvent.slice(6), 0, { t1: late.t1.map((bar) => bar - 6), ret: late.ret }, null),
  );
});

test('stakes are scaled by the mean of past sizes', () => {
  expect([...sameMeanExposure(Float64Array.of(0.2, 0.4, 0.6, 0.3))]).toEqual(
    [1, 2, 2, 0.75].map((x) => expect.closeTo(x, 12)),
  );
  expect(moneyFigures(tsEvent, 0, trades, sameMeanExposure(new Float64Array(4).fill(0.5)))).toEqual(
    moneyFigures(tsEvent, 0, trades, null),
  );
});

test('a size of 0 is a stake of 0, also for the first trade', () => {
  expect([...sameMeanExposure(Float64Array.of(0, 0, 0.5, 0, 0.5))]).toEqual([0, 0, 1, 0, 4]);
});

test('stakes depend neither on later sizes nor on the unit of size, and their mean tends to one', () => {
  for (let seed = 0; seed < 20; seed++) {
    const rng = new Rng(seed);
    const size = Float64Array.from({ length: 3000 }, () => 0.2 + 0.6 * rng.nextFloat());
    const exposure = sameMeanExposure(size);
    expect(sameMeanExposure(size.subarray(0, 40)), `seed ${seed}`).toEqual(exposure.slice(0, 40));
    expect(sameMeanExposure(size.map((x) => 4 * x)), `seed ${seed}`).toEqual(exposure);
    expect(Math.abs(exposure.reduce((a, b) => a + b, 0) / 3000 - 1), `seed ${seed}`).toBeLessThan(0.02);
  }
});

test('the Sharpe ratio is null without trades; columns of different length are refused', () => {
  const none = { t1: new Int32Array(0), ret: new Float64Array(0) };
  expect(moneyFigures(tsEvent, 0, none, null)).toEqual({ netReturn: 0, sharpe: null, maxDrawdown: 0, nTrades: 0 });
  expect(() => moneyFigures(tsEvent, 0, trades, new Float64Array(3))).toThrow('exposure must be as long as t1 (4)');
  const cut = { ...trades, ret: trades.ret.subarray(1) };
  expect(() => moneyFigures(tsEvent, 0, cut, null)).toThrow('ret must be as long as t1 (4), was 3');
});

test('the equity curve has the sums behind the figures, day by day', () => {
  const curve = equityCurve(tsEvent, 0, trades, null);
  expect(Array.from(curve.tsEvent)).toEqual([0n, DAY, 2n * DAY, 3n * DAY, 4n * DAY, 5n * DAY]);
  const equity = [0.01, -0.02, -0.02, 0.03, 0.03, 0.03];
  const drawdown = [0, 0.03, 0.03, 0, 0, 0];
  equity.forEach((sum, d) => {
    expect(curve.equity[d]).toBeCloseTo(sum, 15);
    expect(curve.drawdown[d]).toBeCloseTo(drawdown[d], 15);
  });
  const rng = new Rng(8);
  const stakes = Float64Array.from(trades.ret, () => rng.nextFloat());
  const money = moneyFigures(tsEvent, 1, { ...trades, t1: Int32Array.of(1, 2, 3, 6) }, stakes);
  const sized = equityCurve(tsEvent, 1, trades, stakes);
  expect(sized.equity.at(-1)).toBe(money.netReturn);
  expect(Math.max(...sized.drawdown)).toBe(money.maxDrawdown);
});

test('a day begins at midnight UTC, whenever the first bar of the data closed', () => {
  const hours = (...at: number[]): BigInt64Array => BigInt64Array.from(at, (hour) => (BigInt(hour) * DAY) / 24n);
  const each = { t1: Int32Array.of(0, 1, 2, 3), ret: Float64Array.of(0.01, 0.02, 0.03, 0.04) };
  const days = (...at: number[]): number[] => [...equityCurve(hours(...at), 0, each, null).equity];
  expect(days(18, 23, 24, 47), 'from six in the evening').toEqual([0.03, 0.1].map((sum) => expect.closeTo(sum, 14)));
  expect(days(-30, -25, -24, -1), 'before 1970').toEqual([0.03, 0.1].map((sum) => expect.closeTo(sum, 14)));
});

test('two days are enough for a Sharpe ratio, one is not', () => {
  const two = { t1: Int32Array.of(0, 2), ret: Float64Array.of(0.01, 0.03) };
  const { sharpe } = moneyFigures(tsEvent.slice(0, 3), 0, two, null);
  // Mean 0.02 and deviation 0.01 √2; two trading days in a span of one are a market that trades every day.
  expect(sharpe).toBeCloseTo((0.02 / (0.01 * Math.SQRT2)) * Math.sqrt(365.25), 10);
  expect(moneyFigures(tsEvent.slice(0, 2), 0, { t1: two.t1.map(() => 0), ret: two.ret }, null).sharpe).toBeNull();
});
