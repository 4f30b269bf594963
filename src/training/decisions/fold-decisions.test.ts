import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { Rng } from '../../core/index.ts';
import { walkForwardFolds } from '../../validation/index.ts';
import { commonTimeline } from '../timeline.ts';
import { type DecidedEvents, type DecisionInput, decideFolds, endedTicks } from './fold-decisions.ts';

/** Input of a decision, with the ends of both sides that `ended` is made of. */
interface DrawnInput extends DecisionInput {
  readonly t1: Int32Array;
  readonly otherT1: Int32Array;
}

const N = 3000;
const NAMES = ['A', 'B'];

/** Events of two instruments; the other side of some has no end, and of many it ends later than the own one. */
function drawInput(seed: number, nFolds = 4): DrawnInput {
  const rng = new Rng(seed);
  const t0 = Int32Array.from({ length: N }, (_, k) => 3 * k);
  const t1 = t0.map((tick) => tick + 1 + rng.nextInt(20));
  const otherT1 = t0.map((tick) => (rng.nextInt(50) === 0 ? -1 : tick + 1 + rng.nextInt(60)));
  const label = Uint8Array.from({ length: N }, () => (rng.nextFloat() < 0.4 ? 1 : 0));
  const risk = Float64Array.from({ length: N }, (_, k) => (k % 97 === 0 ? 0 : 0.001 + 0.002 * rng.nextFloat()));
  const events: DecidedEvents = {
    instrument: Int32Array.from({ length: N }, () => (rng.nextInt(5) === 0 ? 1 : 0)),
    t0,
    label,
    ret: Float64Array.from(label, (bin, k) => (bin === 1 ? 1.8 : -0.9) * risk[k] * (0.5 + rng.nextFloat())),
    otherRet: Float64Array.from({ length: N }, (_, k) => (otherT1[k] < 0 ? Number.NaN : 0.01 * rng.nextGaussian())),
    risk,
    volatility: Float64Array.from({ length: N }, () => Math.exp(rng.nextGaussian() - 6)),
    isGiven: false,
  };
  const folds = walkForwardFolds(t0, t1, { nFolds, window: 'expanding', trainEvents: null, embargoBars: 0 });
  const probability = Float64Array.from({ length: N }, (_, k) => (k < folds[0].test[0] ? Number.NaN : rng.nextFloat()));
  const ended = t1.map((tick, k) => (otherT1[k] < 0 ? 2 ** 31 - 1 : Math.max(tick, otherT1[k])));
  return { events, ended, folds, probability, names: NAMES, t1, otherT1 };
}

describe('decisions, a second time, from the page', () => {
  test.each([1, 2, 3])('seed %i', (seed) => {
    const input = drawInput(seed);
    const { decisions, statistics } = decideFolds(input);
    const plain = plainDecisions(input);
    let nDecided = 0;
    for (let k = 0; k < N; k++) {
      for (const name of ['win', 'loss', 'coin', 'beta', 'expectedR'] as const) {
        const [ours, theirs] = [decisions[name][k], plain.at(k)?.[name] ?? Number.NaN];
        const where = `seed ${seed}, event ${k}, ${name}: ${ours} and ${theirs}`;
        expect(Number.isNaN(ours), where).toBe(Number.isNaN(theirs));
        if (!Number.isNaN(ours)) expect(Math.abs(ours - theirs), where).toBeLessThan(1e-9);
      }
      if (!Number.isNaN(decisions.expectedR[k])) nDecided++;
    }
    expect(nDecided).toBeGreaterThan(1000);
    expect(statistics.keeping.n).toBe(plain.promises.length);
    const { alpha, beta } = plainKeeping(plain.promises);
    expect([statistics.keeping.alpha, statistics.keeping.beta]).toEqual([
      expect.closeTo(alpha, 9),
      expect.closeTo(beta, 9),
    ]);
    expect(Object.keys(statistics.payoffs.byInstrument).sort(), 'those with 500 labels').toEqual(NAMES);
  });
});

describe('nothing is known before both sides have ended', () => {
  const input = drawInput(7);
  const before = decideFolds(input).decisions;
  const cut = input.events.t0[input.folds[2].test[0]];
  const changed = (rows: readonly number[]): ReturnType<typeof decideFolds>['decisions'] => {
    const { events } = input;
    const isRow = new Set(rows);
    const other = events.otherRet.map((value, k) => (isRow.has(k) ? value + 0.5 : value));
    const own = events.ret.map((value, k) => (isRow.has(k) ? value * 3 : value));
    return decideFolds({ ...input, events: { ...events, ret: own, otherRet: other } }).decisions;
  };
  const rowsOf = (fold: number): readonly number[] => [...input.folds[fold].test];
  const decided = ({ expectedR, coin }: typeof before, fold: number): unknown =>
    rowsOf(fold).map((k) => [expectedR[k], coin[k]]);

  test('a label whose own side ended, and whose other side had not, is not used', () => {
    const { t1, otherT1 } = input;
    const half = [...t1.keys()].filter((k) => t1[k] < cut && otherT1[k] >= cut);
    expect(half.length).toBeGreaterThan(3);
    expect(decided(changed(half), 2)).toEqual(decided(before, 2));
    expect(decided(changed(half), 3), 'in the next fold it is').not.toEqual(decided(before, 3));
  });

  test('a label that ended at the very bar of the first event is not used, one before it is', () => {
    const { t1, otherT1 } = input;
    const end = [...t1.keys()].map((k) => (otherT1[k] < 0 ? Infinity : Math.max(t1[k], otherT1[k])));
    const at = end.flatMap((tick, k) => (tick >= cut && tick < Infinity ? [k] : []));
    expect(decided(changed(at), 2)).toEqual(decided(before, 2));
    const last = Math.max(...end.filter((tick) => tick < cut));
    expect(decided(changed([end.indexOf(last)]), 2)).not.toEqual(decided(before, 2));
  });

  test('one whose other side has no end is never used', () => {
    const open = [...input.otherT1.keys()].filter((k) => input.otherT1[k] < 0);
    expect(decideFolds(input)).toEqual({ ...decideFolds(input), decisions: changed(open) });
  });
});

test.each([0, 5])('an event has ended %i bars after both sides have, the embargo of a training', (embargoBars) => {
  const bars = randomWalk(100, 1);
  const instruments = [{ instrument: null, bars, side: null }];
  const events = {
    instrument: new Int32Array(3),
    exit: Int32Array.of(10, 30, 50),
    otherExit: Int32Array.of(20, 25, -1),
  };
  const config = OrchestratorConfig({ walkForward: { embargoBars } });
  const ended = endedTicks({ timeline: commonTimeline(instruments), instruments, events, config });
  expect([...ended.subarray(0, 2)]).toEqual([20 + embargoBars, 30 + embargoBars]);
  expect(ended[2], 'the other side never ends').toBe(2 ** 31 - 1);
});

test('the first fold decides nothing, and its promises are not kept: it has no calibrator', () => {
  const input = drawInput(5);
  const { decisions, statistics } = decideFolds(input);
  for (const k of input.folds[0].test) expect(decisions.expectedR[k], `event ${k}`).toBeNaN();
  const other = input.probability.map((p, k) => (input.folds[0].test.includes(k) ? 1 - p : p));
  expect(decideFolds({ ...input, probability: other })).toEqual({ decisions, statistics });
});

// The page, in plain loops. -----------------------------------------------------------------------------------------

interface PlainDecision {
  readonly win: number;
  readonly loss: number;
  readonly coin: number;
  readonly beta: number;
  readonly expectedR: number;
}
interface PlainPromise {
  readonly end: number;
  readonly promised: number;
  readonly realised: number;
}

function plainDecisions({ events, t1, otherT1, folds, probability, names }: DrawnInput): {
  at(k: number): PlainDecision | undefined;
  promises: PlainPromise[];
} {
  const found = new Map<number, PlainDecision>();
  const promises: PlainPromise[] = [];
  const end = (k: number): number => (otherT1[k] < 0 ? Infinity : Math.max(t1[k], otherT1[k]));
  for (const fold of folds.slice(1)) {
    const start = events.t0[fold.test[0]];
    const known = [...events.t0.keys()].filter((k) => end(k) < start && events.risk[k] > 0);
    const { alpha, beta } = plainKeeping(promises.filter((promise) => promise.end < start));
    const made: PlainPromise[] = [];
    for (const k of fold.test) {
      if (!(events.risk[k] > 0)) continue;
      const mine = known.filter((j) => events.instrument[j] === events.instrument[k]);
      const rows = names.length > 1 && mine.length >= 500 ? mine : known;
      const line = plainLines(events, rows);
      const x = clip(Math.log(events.volatility[k]), line.low, line.high);
      const win = Math.max(line.win.intercept + line.win.slope * x, 0.1 * line.win.mean);
      const loss = Math.max(line.loss.intercept + line.loss.slope * x, 0.1 * line.loss.mean);
      const coin = Math.max(0, line.coin.intercept + line.coin.slope * x);
      const promised = probability[k] * win - (1 - probability[k]) * loss - coin;
      const expectedR = beta === 0 ? Number.NaN : alpha + beta * promised;
      found.set(k, { win, loss, coin, beta, expectedR });
      if (end(k) < Infinity) made.push({ end: end(k), promised, realised: events.ret[k] / events.risk[k] - coin });
    }
    promises.push(...made);
  }
  return { at: (k) => found.get(k), promises };
}

const lineCache = new WeakMap<object, Map<string, ReturnType<typeof fitLines>>>();
function plainLines(events: DecidedEvents, rows: readonly number[]): ReturnType<typeof fitLines> {
  const cache = lineCache.get(events) ?? new Map<string, ReturnType<typeof fitLines>>();
  lineCache.set(events, cache);
  const key = `${rows.length} ${rows[0]} ${rows.at(-1)}`;
  const lines = cache.get(key) ?? fitLines(events, rows);
  cache.set(key, lines);
  return lines;
}

function fitLines(events: DecidedEvents, rows: readonly number[]) {
  const logs = rows.map((k) => Math.log(events.volatility[k]));
  const of = (keep: (k: number) => boolean, value: (k: number) => number) =>
    leastSquares(rows.flatMap((k, i) => (keep(k) ? [[logs[i], value(k) / events.risk[k]] as const] : [])));
  return {
    low: Math.min(...logs),
    high: Math.max(...logs),
    win: of(
      (k) => events.label[k] === 1,
      (k) => events.ret[k],
    ),
    loss: of(
      (k) => events.label[k] === 0,
      (k) => -events.ret[k],
    ),
    coin: of(
      () => true,
      (k) => (events.ret[k] + events.otherRet[k]) / 2,
    ),
  };
}

function plainKeeping(promises: readonly PlainPromise[]): { readonly alpha: number; readonly beta: number } {
  if (promises.length < 500) return { alpha: 0, beta: 1 };
  const points = promises.map(({ promised, realised }) => [promised, realised] as const);
  const { slope, intercept, mean } = leastSquares(points);
  if (slope >= 0 && slope <= 1) return { alpha: intercept, beta: slope };
  const beta = clip(slope, 0, 1);
  const meanPromised = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  return { alpha: mean - beta * meanPromised, beta };
}

/** By the normal equations. */
function leastSquares(points: readonly (readonly [number, number])[]) {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (const [x, y] of points) {
    n++;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return { slope, intercept: (sy - slope * sx) / n, mean: sy / n };
}

function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
