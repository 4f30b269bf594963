import { expect, test } from 'vitest';
import { expected } from '../../../test/golden/accounts/expected.ts';
import { Rng } from '../../core/index.ts';
import { type Account, accountsOf } from './account.ts';
import { accountDays } from './account-days.ts';
import { AccountPath } from './account-path.ts';
import { type AccountMarket, type AccountTrades, markTrades } from './marked-trades.ts';

type Case = (typeof expected.cases)[number];

function marketOf({ ts_event, closes, ticks }: Case): AccountMarket {
  return {
    tsEvent: BigInt64Array.from(ts_event, BigInt),
    closes: closes.map((close) => Float64Array.from(close)),
    ticks: ticks.map((own) => Int32Array.from(own)),
  };
}

function tradesOf({ trades }: Case): AccountTrades {
  return {
    t0: Int32Array.from(trades.t0),
    ownEnd: Int32Array.from(trades.own_end),
    otherEnd: Int32Array.from(trades.other_end),
    instrument: Int32Array.from(trades.instrument),
    side: Int8Array.from(trades.side),
    ret: Float64Array.from(trades.ret),
    otherRet: Float64Array.from(trades.other_ret),
    cost: Float64Array.from(trades.cost),
  };
}

function expectFigures(found: object, figures: object, name: string): void {
  for (const [key, value] of Object.entries(figures)) {
    const own = Reflect.get(
      found,
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    if (value === null) expect(own, `${name}: ${key}`).toBeNull();
    else
      expect(Math.abs(own - value), `${name}: ${key} ${own}, ${value}`).toBeLessThan(
        1e-9 * Math.max(1, Math.abs(value)),
      );
  }
}

test('accounts of every event and of the taken ones, by NumPy, pandas and SciPy', () => {
  for (const each of expected.cases) {
    const { every, taken } = accountsOf(marketOf(each), tradesOf(each), Uint8Array.from(each.take), 1);
    expectFigures(every ?? {}, each.every, `${each.name}, every event`);
    expectFigures(taken ?? {}, each.taken, `${each.name}, taken`);
  }
});

test('a coin that flips for the other side, by the same', () => {
  for (const each of expected.cases) {
    const [market, trades] = [marketOf(each), tradesOf(each)];
    const first = trades.t0[0];
    const last = Math.max(...trades.ownEnd, ...trades.otherEnd);
    const days = accountDays(market.tsEvent.subarray(first, last + 1));
    const grid = { market, first, last, days };
    const { sharpe, ...rest } = new AccountPath(grid, markTrades(market, trades)).follow(Uint8Array.from(each.flips));
    const { n_trades: _, n_days, ...figures } = each.coin;
    expect(days.nDays).toBe(n_days);
    if (each.coin.sharpe === null) expect(sharpe).toBeNull();
    expectFigures(
      { skewness: null, kurtosis: null, psr: null, minTrl: null, ...rest, ...(sharpe ?? { sharpe }) },
      figures,
      each.name,
    );
  }
});

const NS_PER_DAY = 86_400_000_000_000n;

/** One instrument with a bar a day. */
function daily(closes: readonly number[]): AccountMarket {
  return {
    tsEvent: BigInt64Array.from(closes, (_, i) => BigInt(i + 1) * NS_PER_DAY),
    closes: [Float64Array.from(closes)],
    ticks: [Int32Array.from(closes.keys())],
  };
}

test('two longs by hand: marked at every close, cost at the entry, booked at the end', () => {
  const market = daily([100, 90, 110, 99, 120]);
  const trades = markTrades(market, {
    t0: Int32Array.of(0, 1),
    ownEnd: Int32Array.of(3, 4),
    otherEnd: Int32Array.of(1, 2),
    instrument: Int32Array.of(0, 0),
    side: Int8Array.of(1, 1),
    ret: Float64Array.of(0.02, 0.3),
    otherRet: Float64Array.of(0.1, -0.2),
    cost: Float64Array.of(0.01, 0.01),
  });
  // Worth of the first: -1, -11, 9, 1 %; of the second from bar 1 on: -1, 21.22, 9, 29 %.
  const grid = { market, first: 0, last: 4, days: accountDays(market.tsEvent) };
  const path = new AccountPath(grid, trades);
  const found = path.follow();
  const { profit } = path;
  const worth = [...profit.keys()].map((i) => profit.subarray(0, i + 1).reduce((a, b) => a + b));
  const wanted = [-0.01, -0.12, 0.09 + 2 / 9 - 0.01, 0.1, 0.3];
  for (const [i, each] of wanted.entries()) expect(worth[i], `bar ${i}`).toBeCloseTo(each, 12);
  expect(found.maxDrawdown).toBeCloseTo(wanted[2] - 0.1, 12);
  expect(found.maxOpenTrades).toBe(2);
  expect(found.capitalNeeded, 'two stakes and the loss of bar 1').toBeCloseTo(2.12, 12);
  expect(found.returnOnCapital).toBeCloseTo(0.3 / 2.12, 12);
  expect(found.sharpe, 'five days tell nothing').toBeNull();
});

/** A random walk of a day a bar with a coin's trade a day. */
function walk(seed: number, nDays: number, drift: number): { market: AccountMarket; trades: AccountTrades } {
  const rng = new Rng(seed);
  const closes = [100];
  for (let i = 1; i < nDays; i++) closes.push(closes[i - 1] * Math.exp(0.01 * rng.nextGaussian() + drift));
  const t0 = Int32Array.from({ length: nDays - 1 }, (_, i) => i);
  const ret = Float64Array.from(t0, (i) => closes[i + 1] / closes[i] - 1);
  const columns = { ownEnd: t0.map((i) => i + 1), otherEnd: t0.map((i) => i + 1), instrument: t0.map(() => 0) };
  const side = new Int8Array(t0.length).fill(1);
  const cost = new Float64Array(t0.length);
  return { market: daily(closes), trades: { t0, ...columns, side, ret, otherRet: ret.map((each) => -each), cost } };
}

const everyOf = (seed: number, nDays: number, drift = 0): Account | null => {
  const { market, trades } = walk(seed, nDays, drift);
  return accountsOf(market, trades, new Uint8Array(trades.t0.length), 7).every;
};

test('under 20 days no Sharpe ratio, PSR or MinTRL, neither of coins', () => {
  const nothing = { sharpe: null, sharpeLow: null, sharpeHigh: null, psr: null, minTrl: null, skewness: null };
  const short = everyOf(1, 19);
  expect(short).toMatchObject({ nDays: 19, ...nothing, coins: { sharpe: null, psr: null } });
  expect(short?.maxDrawdown).toBeGreaterThan(0);
  expect(everyOf(1, 20)?.sharpe).toBeTypeOf('number');
});

test('on a random walk 5 % are proven, the interval holds 0, and the account lies among its coins', () => {
  const accounts = Array.from({ length: 60 }, (_, k) => everyOf(100 + k, 120));
  const share = (is: (account: Account) => boolean): number =>
    accounts.filter((account) => account !== null && is(account)).length / accounts.length;
  // At 99 %, of 60: 5 % up to 8, 95 % down to 52, 90 % down to 47.
  expect(share(({ psr }) => (psr ?? 0) > 0.95)).toBeLessThanOrEqual(8 / 60);
  expect(share(({ sharpeLow, sharpeHigh }) => (sharpeLow ?? 1) < 0 && (sharpeHigh ?? -1) > 0)).toBeGreaterThanOrEqual(
    52 / 60,
  );
  const isAmong = ({ sharpe, coins }: Account): boolean =>
    (sharpe ?? 0) >= (coins?.sharpe?.low ?? 0) && (sharpe ?? 0) <= (coins?.sharpe?.high ?? 0);
  expect(share(isAmong)).toBeGreaterThanOrEqual(47 / 60);
});

test('what earns is proven, and its track record is long enough', () => {
  const found = everyOf(3, 500, 0.003);
  expect(found?.psr).toBeGreaterThan(0.99);
  expect(found?.minTrl).toBeLessThan(500);
  expect(found?.sharpe).toBeGreaterThan(found?.coins?.sharpe?.high ?? Infinity);
});

test('the same seed gives the same coins and the same interval', () => {
  expect(everyOf(5, 60)).toEqual(everyOf(5, 60));
});

test('no trades, none taken, and ticks that are no bars', () => {
  const { market, trades } = walk(1, 40, 0);
  const none = Object.fromEntries(Object.entries(trades).map(([name, column]) => [name, column.subarray(0, 0)]));
  expect(accountsOf(market, none as unknown as AccountTrades, new Uint8Array(0), 1)).toEqual({
    every: null,
    taken: null,
  });
  expect(accountsOf(market, trades, new Uint8Array(39), 1).taken).toBeNull();
  const beyond = { ...trades, ownEnd: trades.ownEnd.map(() => 40) };
  expect(() => accountsOf(market, beyond, new Uint8Array(39), 1)).toThrow(/ownEnd must be the tick of a bar/);
  expect(() => accountsOf(market, { ...trades, t0: trades.t0.toReversed() }, new Uint8Array(39), 1)).toThrow(
    /entry before/,
  );
});
