import { describe, expect, test } from 'vitest';
import { expected } from '../../../test/golden/summaries/expected.ts';
import { logLoss, rocAucScore } from '../metrics.ts';
import { HEADLINES, headlineFigures, headlineIntervals } from './headline-figures.ts';
import type { SummarisedTrades } from './summarised-trades.ts';

type Case = (typeof expected.intervals)[number];

function tradesOf(each: Case): SummarisedTrades {
  return {
    t0: Int32Array.from(each.t0),
    end: Int32Array.from(each.end),
    instrument: new Int32Array(each.t0.length),
    label: Uint8Array.from(each.label),
    probability: Float64Array.from(each.probability),
    benchmark: Float64Array.from(each.benchmark),
    excess: Float64Array.from(each.excess, (value) => value ?? Number.NaN),
    take: Uint8Array.from(each.take),
    volatility: new Float64Array(each.t0.length),
  };
}

function timesOf({ n_ticks: n, step_ns: step }: Case): BigInt64Array {
  return BigInt64Array.from({ length: n }, (_, tick) => BigInt(tick) * BigInt(step));
}

describe('intervals are those of a second program that draws the same resamples', () => {
  test.each(
    expected.intervals.map((each, k) => [k === 0 ? 'blocks of a day' : 'a thirtieth of the data', each] as const),
  )('%s', (_, each) => {
    const intervals = headlineIntervals(tradesOf(each), timesOf(each), { nResamples: each.n_resamples });
    expect(intervals.meanBlockBars).toBeCloseTo(each.mean_block, 10);
    HEADLINES.forEach((name, j) => {
      const [value, low, high] = each.intervals[j];
      const near = (expected: number): unknown => expect.closeTo(expected, 7);
      expect(intervals[name], name).toEqual({ value: near(value), low: near(low), high: near(high) });
    });
  });
});

test('rows of runs that overlap count as often as they are in one', () => {
  const [each] = expected.intervals;
  const trades = tradesOf(each);
  const runs = [10, 90, 0, each.t0.length, 60, 70, 200, 201];
  const rows: number[] = [];
  for (let r = 0; r < runs.length; r += 2) for (let k = runs[r]; k < runs[r + 1]; k++) rows.push(k);
  const label = Uint8Array.from(rows, (k) => each.label[k]);
  const [probability, benchmark] = [each.probability, each.benchmark].map((column) =>
    Float64Array.from(rows, (k) => column[k]),
  );
  const [auc, skill] = headlineFigures(trades)(runs);
  expect(auc).toBe(rocAucScore(label, probability));
  expect(skill).toBeCloseTo(1 - logLoss(label, probability) / logLoss(label, benchmark), 12);
});

test('the same data have the same intervals, and a constant has no slope and no AUC but a coin’s', () => {
  const [each] = expected.intervals;
  const trades = { ...tradesOf(each), probability: new Float64Array(each.t0.length).fill(0.4) };
  const options = { nResamples: 50 };
  const intervals = headlineIntervals(trades, timesOf(each), options);
  expect(headlineIntervals(trades, timesOf(each), options)).toEqual(intervals);
  expect(intervals.auc).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  expect(intervals.calibrationSlope).toEqual({ value: null, low: null, high: null });
});

test('no trades have no figures, and labels of one class no AUC', () => {
  const [each] = expected.intervals;
  const nothing = headlineIntervals(
    { ...tradesOf({ ...each, t0: [], end: [], label: [], probability: [], benchmark: [], excess: [], take: [] }) },
    timesOf(each),
  );
  expect(nothing.auc).toEqual({ value: null, low: null, high: null });
  expect(nothing.meanBlockBars).toBeNull();
  const trades = { ...tradesOf(each), label: new Uint8Array(each.t0.length), take: new Uint8Array(each.t0.length) };
  const { auc, takenExcessBps, logLossSkill } = headlineIntervals(trades, timesOf(each), { nResamples: 50 });
  expect(auc.value).toBeNull();
  expect(takenExcessBps).toEqual({ value: null, low: null, high: null });
  expect(logLossSkill.low).toBeLessThan(logLossSkill.value ?? Number.NaN);
});
