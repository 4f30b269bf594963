import { describe, expect, test } from 'vitest';
import { NO_FACTORS } from '../../../test/support/no-factors.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { type ProbabilityOf, servedBy } from '../../../test/support/replayed-model.ts';
import { smallModel } from '../../../test/support/small-model.ts';
import type { DecisionStatistics } from '../../decision/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import type { ModelMetadata } from '../../model/index.ts';
import { type ReplayedSignal, type ReplaySummary, replay, summarizeReplay } from '../index.ts';

const { training } = smallModel().metadata;
const OPTIONS = { instrumentId: 'X', side: null };
const LINE = { slope: 0, floor: 0, mean: 0 };
const DECISION: DecisionStatistics = {
  payoffs: {
    all: {
      logVolatility: [-9, -1],
      win: { intercept: 1.4, slope: -0.05, floor: 0.1, mean: 1 },
      loss: { ...LINE, intercept: 0.95 },
      coin: { ...LINE, intercept: 0.02 },
    },
    byInstrument: {},
  },
  keeping: { alpha: 0.01, beta: 0.8, n: 900 },
  ...NO_FACTORS,
};
const TERMS = { '': { tickSize: 0.01, tickBps: 1, costBps: 1.5, costSource: 'set' } } as const;

interface Replay {
  readonly bars: BarSeries;
  readonly replayed: readonly ReplayedSignal[];
  readonly summary: ReplaySummary;
}

function replayOf(bars: BarSeries, p: ProbabilityOf, metadata: Partial<ModelMetadata> = {}): Replay {
  const orchestrator = servedBy(p, { lastBarTs: bars.tsEvent[0] - 1n, ...metadata });
  const replayed = replay(orchestrator, bars, OPTIONS);
  return { bars, replayed, summary: summarizeReplay(orchestrator, bars, replayed) };
}

describe('a constant has no skill', () => {
  test.each([1, 2, 3, 4, 5, 6])('seed %d: the share of the training, said of every signal after it', (seed) => {
    const bars = randomWalk(16_000, seed);
    const before = replayOf(bars.slice(0, 8000), () => 0.5).summary.scores;
    const counts = { baseRate: before?.baseRate ?? Number.NaN, nSamples: before?.nTested ?? 0 };
    const after = bars.slice(8000 - WINDOW_BARS, 16_000);
    const { scores, claims } = replayOf(after, () => counts.baseRate, { training: { ...training, ...counts } }).summary;
    expect(scores?.logLossSkill, `seed ${seed}: it must not beat a rate that starts at one half`).toBeLessThan(1e-3);
    expect(claims?.tests.information, `seed ${seed}`).toMatchObject({ statistic: 0, pValue: 1 });
    expect(claims?.probabilitySkill.statistic, `seed ${seed}`).toBe(0);
    expect(claims?.verdict).toBe('none');
  });
});

/** Newey–West statistic of a mean above 0, from the definition. */
function hacStatistic(values: readonly number[], lag: number): number {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const covariance = (k: number): number => {
    let sum = 0;
    for (let i = k; i < n; i++) sum += (values[i] - mean) * (values[i - k] - mean);
    return sum / n;
  };
  let variance = covariance(0);
  for (let k = 1; k <= lag; k++) variance += 2 * (1 - k / (lag + 1)) * covariance(k);
  const h = lag + 1;
  return (mean / Math.sqrt(variance / n)) * Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
}

/** End of a trade of 2 : 1 ATR and 10 bars, followed bar by bar with barriers on ticks of 0.01; null while it is open. */
function slowTrade(bars: BarSeries, t0: number, side: number): { t1: number; ret: number; label: number } | null {
  const { open, high, low, close } = bars;
  let atr = 0;
  for (let i = t0 - 13; i <= t0; i++) {
    atr += Math.max(high[i] - low[i], Math.abs(high[i] - close[i - 1]), Math.abs(low[i] - close[i - 1])) / 14;
  }
  const outward = (price: number, up: boolean): number => {
    const ticks = price * 100;
    const whole =
      Math.abs(ticks - Math.round(ticks)) < 1e-6 ? Math.round(ticks) : up ? Math.ceil(ticks) : Math.floor(ticks);
    return whole / 100;
  };
  const target = outward(close[t0] + side * 2 * atr, side > 0);
  const stop = outward(close[t0] - side * atr, side < 0);
  const end = (t1: number, price: number) => {
    const ret = side * (price / close[t0] - 1);
    return { t1, ret, label: ret > 0 ? 1 : 0 };
  };
  for (let i = t0 + 1; i <= t0 + 10; i++) {
    if (i >= bars.length) return null;
    if (side * (open[i] - stop) <= 0 || side * (open[i] - target) >= 0) return end(i, open[i]);
    if (side > 0 ? low[i] <= stop : high[i] >= stop) return end(i, stop);
    if (side > 0 ? high[i] >= target : low[i] <= target) return end(i, target);
    if (i === t0 + 10) return end(i, close[i]);
  }
  return null;
}
const COST_BPS = 1.5;
const KNOWN = { baseRate: 0.37, nSamples: 3000 };
/** The scores of a training count fewer labels than it knows: those of its tested folds, of which more may win. */
const FILE = {
  decision: { ...DECISION, baseRate: KNOWN.baseRate },
  terms: TERMS,
  training: { ...training, ...KNOWN, baseRate: 0.45 },
};

/** A judged signal, written down from the page. */
interface SlowRow {
  readonly t0: number;
  readonly end: number;
  /** y − y′. */
  readonly difference: number;
  readonly known: number;
  readonly p: number;
  readonly booked: number;
  readonly excess: number;
  readonly cost: number;
  readonly take: number;
}

/** Rows of every signal of which both sides ended; returns, cost and expectation in R. */
function slowRows({ bars, replayed }: Replay, pOf: (signal: ReplayedSignal, known: number) => number): SlowRow[] {
  const trades = replayed.map(({ t0, enriched }) => {
    const side = enriched.signalEvent.signal;
    return { own: slowTrade(bars, t0, side), other: slowTrade(bars, t0, -side) };
  });
  return replayed.flatMap((signal, k) => {
    const { own, other } = trades[k];
    if (own === null || other === null) return [];
    const ended = trades.flatMap((trade) => (trade.own !== null && trade.own.t1 < signal.t0 ? [trade.own.label] : []));
    const ones = ended.reduce((a, b) => a + b, 0);
    const known = (ones + KNOWN.baseRate * KNOWN.nSamples) / (ended.length + KNOWN.nSamples);
    const { win, loss, coin } = DECISION.payoffs.all;
    const w = (win?.intercept ?? 0) + (win?.slope ?? 0) * Math.log(signal.volatility);
    const p = pOf(signal, known);
    const promised = p * w - (1 - p) * (loss?.intercept ?? 0) - (coin?.intercept ?? 0);
    const cost = COST_BPS / 1e4 / signal.risk;
    const isTaken =
      signal.enriched.source === 'model' && DECISION.keeping.alpha + DECISION.keeping.beta * promised > cost;
    return [
      {
        t0: signal.t0,
        end: Math.max(own.t1, other.t1),
        difference: own.label - other.label,
        known,
        p,
        booked: own.ret / signal.risk,
        excess: (own.ret - other.ret) / 2 / signal.risk,
        cost,
        take: isTaken ? 1 : 0,
      },
    ];
  });
}

/** Twice the most entries inside one span. */
function slowLag(rows: readonly SlowRow[]): number {
  return 2 * Math.max(...rows.map((a, k) => rows.filter((b, j) => j > k && b.t0 <= a.end).length));
}

describe('what a replay claims', () => {
  const tilted: ProbabilityOf = (row) => 0.36 + 0.05 * Math.tanh(40 * row[1]);
  const replayedWith = replayOf(randomWalk(6000, 3), tilted, FILE);
  const { claims } = replayedWith.summary;
  const rows = slowRows(replayedWith, ({ enriched }) => enriched.metaConfidence);
  const lag = slowLag(rows);

  test('both sides of every signal are those of a trade followed bar by bar', () => {
    const { bars, replayed } = replayedWith;
    expect(replayed.length).toBeGreaterThan(2000);
    for (const { t0, t1, ret, label, other, enriched } of replayed) {
      const side = enriched.signalEvent.signal;
      const own = slowTrade(bars, t0, side);
      const reversed = slowTrade(bars, t0, -side);
      expect([t1, label], `bar ${t0}`).toEqual(own === null ? [-1, null] : [own.t1, own.label]);
      expect(other?.t1, `bar ${t0}, other side`).toBe(reversed?.t1);
      expect(other?.label).toBe(reversed?.label);
      if (own !== null) expect(ret).toBeCloseTo(own.ret, 12);
      if (reversed !== null) expect(other?.ret).toBeCloseTo(reversed.ret, 12);
    }
  });

  test('information, selection and money are those of the page, written down a second time', () => {
    expect([claims?.nJudged, claims?.nTaken]).toEqual([rows.length, rows.filter(({ take }) => take === 1).length]);
    const { tests } = claims ?? {};
    expect(tests?.information.lag).toBe(lag);
    const information = rows.map(({ p, known, difference }) => ((p - known) * difference) / 2);
    expect(tests?.information.statistic).toBeCloseTo(hacStatistic(information, lag), 8);
    const mean = (of: (row: SlowRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    const [meanTake, meanExcess] = [mean(({ take }) => take), mean(({ excess }) => excess)];
    expect(meanTake, 'some are taken and some are left').toBeGreaterThan(0.05);
    expect(meanTake).toBeLessThan(0.95);
    const selection = rows.map(({ take, excess }) => (take - meanTake) * (excess - meanExcess));
    expect(tests?.selection.statistic).toBeCloseTo(hacStatistic(selection, lag), 8);
    const halves = [
      rows.map(({ take, excess, cost }) => take * (excess - cost)),
      rows.map(({ take, booked, cost }) => take * (booked - cost)),
    ].map((half) => hacStatistic(half, lag));
    expect(tests?.money.statistic).toBeCloseTo(Math.min(...halves), 8);
  });

  test('three columns of money: booked is the coin and the excess', () => {
    const bps = (of: (row: SlowRow, k: number) => number): number =>
      (1e4 * rows.reduce((sum, row, k) => sum + of(row, k), 0)) / rows.length;
    const risk = rows.map(({ cost }) => COST_BPS / 1e4 / cost);
    expect(claims?.money.booked.meanBps).toBeCloseTo(
      bps(({ booked }, k) => booked * risk[k]),
      8,
    );
    expect(claims?.money.excess.meanBps).toBeCloseTo(
      bps(({ excess }, k) => excess * risk[k]),
      8,
    );
    expect(claims?.money.coin?.meanBps).toBeCloseTo(
      bps(({ booked, excess }, k) => (booked - excess) * risk[k]),
      8,
    );
    expect(claims?.cost).toEqual({ bps: COST_BPS, source: 'set', tickSize: 0.01 });
  });

  test('what the model does not answer says the base rate, and is never taken', () => {
    const bounds = { low: 0.0029, high: 1, edges: [], shares: [] };
    const featureProfiles = { volatility: bounds };
    const partly = replayOf(replayedWith.bars, tilted, { ...FILE, featureProfiles });
    expect(partly.summary.sources.out_of_distribution).toBeGreaterThan(300);
    expect(partly.summary.sources.model).toBeGreaterThan(300);
    const slow = slowRows(partly, ({ enriched }, known) =>
      enriched.source === 'model' ? enriched.metaConfidence : known,
    );
    expect(partly.summary.claims?.nTaken).toBe(slow.filter(({ take }) => take === 1).length);
    const information = slow.map(({ p, known, difference }) => ((p - known) * difference) / 2);
    expect(partly.summary.claims?.tests.information.statistic).toBeCloseTo(hacStatistic(information, lag), 8);
  });

  test('a file without statistics takes nothing: only information and the primary are tested, and it says so', () => {
    const { summary } = replayOf(replayedWith.bars, tilted, {
      ...FILE,
      decision: null,
      training: { ...training, ...KNOWN },
    });
    expect(summary.claims?.tests.information).toEqual(claims?.tests.information);
    expect(summary.claims).toMatchObject({ nTaken: 0, paysUpToBps: 0, tests: { money: { pValue: 1 } } });
    expect(summary.claims?.primaryPaysUpToBps).toBe(claims?.primaryPaysUpToBps);
    expect(summary.missing).toEqual([expect.stringContaining('selection and money of the model were not tested')]);
    expect(replayedWith.summary.missing).toEqual([]);
  });

  test('signals of the time of the training are counted, and prove nothing', () => {
    const { tsEvent } = replayedWith.bars;
    const half = replayOf(replayedWith.bars, tilted, { ...FILE, lastBarTs: tsEvent[3000] });
    expect(half.summary.claims?.nJudged).toBe(rows.filter(({ t0 }) => t0 > 3000).length);
    expect(half.summary.nInSample).toBeGreaterThan(1000);
    const { summary } = replayOf(replayedWith.bars, tilted, { ...FILE, lastBarTs: tsEvent[5999] });
    expect(summary).toMatchObject({ finding: 'in_sample', claims: null, isInSample: true });
  });

  test('signals before all training bars are called so, and are left out as those of its time are', () => {
    const { tsEvent } = replayedWith.bars;
    const file = { ...FILE, firstBarTs: tsEvent[2000], lastBarTs: tsEvent[3000] };
    const { replayed, summary } = replayOf(replayedWith.bars, tilted, file);
    const endedFrom = (from: number, to: number): number =>
      replayed.filter(({ t0, label }) => t0 >= from && t0 < to && label !== null).length;
    expect(summary.nBeforeTraining).toBe(endedFrom(0, 2000));
    expect(summary.nInSample).toBe(endedFrom(2000, 3001));
    expect(summary.claims?.nJudged).toBe(rows.filter(({ t0 }) => t0 > 3000).length);
    const later = { ...FILE, firstBarTs: tsEvent[5999] + 1n, lastBarTs: tsEvent[5999] + 9n };
    expect(replayOf(replayedWith.bars, tilted, later).summary).toMatchObject({
      finding: 'before_training',
      claims: null,
      isInSample: true,
      nInSample: 0,
    });
  });

  test('a primary of one side is timed against every tenth bar between its signals', () => {
    const { bars } = replayedWith;
    const orchestrator = servedBy(tilted, { ...FILE, lastBarTs: bars.tsEvent[2000] });
    const side = Int8Array.from({ length: bars.length }, (_, i) => (i % 3 === 0 && i < 4500 ? 1 : 0));
    const signals = replay(orchestrator, bars, { instrumentId: 'X', side });
    const { timing } = summarizeReplay(orchestrator, bars, signals).claims ?? {};
    const judged = signals.filter(({ inSample, label }) => !inSample && label !== null);
    const [first, last] = [judged[0].t0, judged[judged.length - 1].t0];
    const halfOf = (t0: number, risk: number): number[] => {
      const [long, short] = [slowTrade(bars, t0, 1), slowTrade(bars, t0, -1)];
      return long === null || short === null ? [] : [(long.ret - short.ret) / 2 / risk];
    };
    const riskAt = new Map(
      replay(orchestrator, bars, { instrumentId: 'X', side: side.fill(1) }).map((s) => [s.t0, s.risk]),
    );
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const events = mean(judged.flatMap(({ t0, risk }) => halfOf(t0, risk)));
    const tenth = Array.from({ length: Math.floor((last - first) / 10) + 1 }, (_, k) => first + 10 * k);
    const anyBar = mean(tenth.flatMap((t0) => halfOf(t0, riskAt.get(t0) ?? Number.NaN)));
    const both = judged.filter(({ other, label }) => other !== null && label !== null);
    expect(timing?.isOneSided).toBe(true);
    expect(timing?.timingBps).toBeCloseTo((events - anyBar) * mean(both.map(({ risk }) => risk)) * 1e4, 8);
  });
});
