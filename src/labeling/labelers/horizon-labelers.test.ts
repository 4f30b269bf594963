import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { BarSeries } from '../../domain/index.ts';
import {
  BARRIER_KINDS,
  fixedHorizonLabeler,
  labelBothSides,
  labelOneByOne,
  strongestTrend,
  type TradeSide,
  trendScanningLabeler,
} from '../index.ts';

/** Made by test/golden/labels/make.py, of mlfinpy, statsmodels and pandas. */
interface Golden {
  readonly close: readonly number[];
  readonly trends: readonly {
    readonly horizon: number;
    readonly labels: readonly {
      readonly row: number;
      readonly t1: number;
      readonly t_value: number;
      readonly bin: number;
    }[];
  }[];
  readonly returns: readonly {
    readonly horizon: number;
    readonly rows: readonly number[];
    readonly ret: readonly number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/labels/expected.json', import.meta.url), 'utf8'),
);
const close = Float64Array.from(golden.close);

/** Bars with these closes, and a range, so that trades can be opened. */
function barsOf(closes: readonly number[]): BarSeries {
  return BarSeries.fromBars(
    closes.map((price, i) => ({
      open: price,
      high: price * 1.001,
      low: price * 0.999,
      close: price,
      volume: 1,
      tsEvent: BigInt(i) * 60_000_000_000n,
    })),
  );
}

describe('figures of others', () => {
  test.each(golden.trends)('trends within $horizon bars: mlfinpy and statsmodels', ({ horizon, labels }) => {
    const labeler = trendScanningLabeler({ horizonBars: horizon });
    const bars = barsOf(golden.close);
    for (const { row, t1, t_value: expected, bin } of labels) {
      const { bar, tValue } = strongestTrend(close, row, horizon);
      expect(bar, `end of the strongest trend from ${row}`).toBe(t1);
      expect(Math.abs(tValue / expected - 1), `t-value from ${row}`).toBeLessThan(1e-8);
      for (const side of [1, -1] as const) {
        const exit = labeler.resolve(bars, row, side, 1) ?? expect.fail('it has ended');
        expect(exit.bar, 'known with the last bar of them all').toBe(row + horizon);
        expect(labeler.outcome(bars, row, side, exit).label, `side ${side} from ${row}`).toBe(side === bin ? 1 : 0);
      }
    }
  });

  test.each(golden.returns)('returns over $horizon bars: pandas', ({ horizon, rows, ret }) => {
    const bars = barsOf(golden.close);
    const labeler = fixedHorizonLabeler({ horizonBars: horizon, minReturn: 0.001 });
    rows.forEach((row, k) => {
      for (const side of [1, -1] as const) {
        const exit = labeler.resolve(bars, row, side, 1) ?? expect.fail('it has ended');
        const outcome = labeler.outcome(bars, row, side, exit);
        expect(outcome.ret).toBeCloseTo(side * ret[k], 14);
        expect(outcome.label).toBe(side * ret[k] > 0.001 ? 1 : 0);
      }
    });
  });
});

describe('the strongest trend, by hand', () => {
  test('closes on a line are the strongest there is, either way', () => {
    expect(strongestTrend(Float64Array.of(1, 2, 3, 4, 5, 9), 0, 5)).toEqual({ bar: 4, tValue: Infinity });
    expect(strongestTrend(Float64Array.of(9, 8, 7, 6, 5, 5), 0, 5)).toEqual({ bar: 4, tValue: -Infinity });
  });

  test('without a move there is none, and no side wins', () => {
    const still = new Float64Array(8).fill(7);
    expect(strongestTrend(still, 0, 7)).toEqual({ bar: 4, tValue: 0 });
    const labeler = trendScanningLabeler({ horizonBars: 7 });
    const bars = barsOf([...still]);
    const labels = ([1, -1] as const).map((side) => {
      const exit = labeler.resolve(bars, 0, side, 1) ?? expect.fail('it has ended');
      return labeler.outcome(bars, 0, side, exit);
    });
    expect(labels).toMatchObject([{ label: 0 }, { label: 0 }]);
  });

  test('a rise that is undone: the trend wins, the trade loses', () => {
    const bars = barsOf([100, 101, 102, 103.1, 104, 105, 99]);
    const labeler = trendScanningLabeler({ horizonBars: 6 });
    const exit = labeler.resolve(bars, 0, 1, 1) ?? expect.fail('it has ended');
    expect(strongestTrend(bars.close, 0, 6)).toMatchObject({ bar: 5 });
    expect(exit).toEqual({ bar: 6, price: 99, kind: 'vertical' });
    const { ret, label } = labeler.outcome(bars, 0, 1, exit);
    expect(label).toBe(1);
    expect(ret).toBeCloseTo(-0.01, 12);
  });
});

describe('the two sides of an event', () => {
  test.each([fixedHorizonLabeler({ horizonBars: 9, minReturn: 0 }), trendScanningLabeler({ horizonBars: 9 })])(
    '$name: they end together, what one wins the other loses, and a coin gets nothing',
    (labeler) => {
      const bars = randomWalk(900, 8);
      const index = Int32Array.from({ length: 180 }, (_, k) => 99 + 4 * k);
      const side = Int8Array.from(index, (_, k) => (k % 3 === 0 ? -1 : 1));
      const { own, other } = labelBothSides(labeler, bars, { index, side }, 'worst');
      for (let k = 0; k < index.length; k++) {
        expect(own.exit[k]).toBe(index[k] + 9 < bars.length ? index[k] + 9 : -1);
        expect(other.exit[k]).toBe(own.exit[k]);
        if (own.exit[k] < 0) continue;
        expect(BARRIER_KINDS[own.kind[k]]).toBe('vertical');
        expect(own.ret[k] + other.ret[k]).toBe(0);
        if (own.ret[k] !== 0) expect(own.label[k] + other.label[k], `event ${k}`).toBe(1);
      }
      expect(labelOneByOne(labeler, bars, { index, side }, 'barrier'), 'one by one').toEqual(own);
    },
  );
});

describe('no later bar changes what was decided', { tags: ['real-data'] }, () => {
  const files = ['bitmex_XBTUSD_1m_2018H2.csv.gz', 'binance_BTCUSDT_1h_2022_2025Q3.csv.gz'];
  test.each(files)('%s: every label is decided with the last bar that was looked at, and not before', (file) => {
    const bars = readTestBars(file, 700);
    for (const labeler of [
      fixedHorizonLabeler({ horizonBars: 12, minReturn: 0 }),
      trendScanningLabeler({ horizonBars: 12 }),
    ]) {
      for (let entry = 99; entry < 680; entry += 7) {
        const side: TradeSide = entry % 2 === 0 ? 1 : -1;
        const target = labeler.open(bars, entry, side);
        const exit = labeler.resolve(bars, entry, side, target);
        const whole = exit && labeler.outcome(bars, entry, side, exit);
        for (let n = entry + 1; n <= Math.min(bars.length, entry + 20); n++) {
          const known = bars.slice(0, n);
          const sofar = labeler.resolve(known, entry, side, target);
          expect(sofar, `bar ${entry} with ${n} bars`).toEqual(n > entry + 12 ? exit : null);
          if (sofar !== null) expect(labeler.outcome(known, entry, side, sofar)).toEqual(whole);
        }
      }
    }
  });
});

test.each([
  [() => fixedHorizonLabeler({ horizonBars: 0, minReturn: 0 }), 'horizonBars must be an integer >= 1, was 0'],
  [() => fixedHorizonLabeler({ horizonBars: 10_001, minReturn: 0 }), 'horizonBars must be'],
  [() => fixedHorizonLabeler({ horizonBars: 5, minReturn: Number.NaN }), 'minReturn must be a finite number, was NaN'],
  [() => fixedHorizonLabeler({ horizonBars: 5, minReturn: 0, netCostBps: -1 }), 'netCostBps must be'],
  [() => trendScanningLabeler({ horizonBars: 3 }), 'horizonBars must be an integer >= 4, was 3'],
  [() => trendScanningLabeler({ horizonBars: 10_001 }), 'horizonBars must be'],
])('an option out of range is refused: %#', (make, sentence) => {
  expect(make).toThrow(sentence);
});

test('labels net of costs must exceed them', () => {
  const labeler = fixedHorizonLabeler({ horizonBars: 1, minReturn: 0, netCostBps: 5 });
  expect([labeler.labelOf(0.0005), labeler.labelOf(0.00051)]).toEqual([0, 1]);
  expect(labeler.rule).toContain('It paid when its return net of costs of 5 bp exceeded 0.00 %.');
  expect(trendScanningLabeler({ horizonBars: 4 }).labelOf(0.1), 'a return that is reported without a label').toBe(1);
});
