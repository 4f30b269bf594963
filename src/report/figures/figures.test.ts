import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { Rng } from '../../core/index.ts';
import { fitRegime } from '../../features/index.ts';
import { tripleBarrierLabeler } from '../../labeling/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { labelEvents } from '../../training/index.ts';
import type { MoneyColumns } from '../../validation/index.ts';
import { roundBins } from '../charts/histogram-parts.ts';
import { accountCurves } from './account-curves.ts';
import { binCentre, bulkOf, histogram } from './histogram.ts';
import { countedEvents, foldSpans, judgedFigures } from './judged-figures.ts';
import { labelFigures } from './label-figures.ts';
import { priceFigures } from './price-figures.ts';
import { brokenAtHoles, thinLine, thinRows } from './thin.ts';

test('a thinned line keeps its ends, its peaks and its troughs, in order', () => {
  const rng = new Rng(2);
  const value = Float64Array.from({ length: 50_000 }, () => rng.nextGaussian());
  value[31_234] = 99;
  value[31_300] = -99;
  const rows = thinRows(value, 200);
  expect(rows.length).toBeLessThanOrEqual(800);
  expect(rows[0]).toBe(0);
  expect(rows.at(-1)).toBe(49_999);
  expect(Array.from(rows)).toEqual(Array.from(rows).sort((a, b) => a - b));
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows).toContain(31_234);
  expect(rows).toContain(31_300);
  for (let s = 0; s < 200; s++) {
    const inside = rows.filter((row) => row >= s * 250 && row < (s + 1) * 250);
    const shown = Array.from(inside, (row) => value[row]);
    const all = Array.from(value.subarray(s * 250, (s + 1) * 250));
    expect([Math.min(...shown), Math.max(...shown)], `stretch ${s}`).toEqual([Math.min(...all), Math.max(...all)]);
  }
});

test('a short line is left as it is, and an empty one stays empty', () => {
  expect(Array.from(thinRows(Float64Array.of(1, 3, 2), 1))).toEqual([0, 1, 2]);
  expect(thinRows(new Float64Array(0), 10)).toHaveLength(0);
  const line = thinLine(BigInt64Array.of(1_000_000n, 2_000_000n), Float64Array.of(5, 6), 10);
  expect([Array.from(line.time), Array.from(line.value)]).toEqual([
    [1, 2],
    [5, 6],
  ]);
});

test('a histogram counts everything, what lies outside in its end bins', () => {
  const counted = histogram([-9, 0, 0.24, 0.25, 0.99, 1, 7], 0, 1, 4);
  expect(Array.from(counted.counts)).toEqual([3, 1, 0, 3]);
  expect(binCentre(counted, 1)).toBe(0.375);
});

test('the bulk of some values leaves out half a percent on either side, and has a width', () => {
  const values = Float64Array.from({ length: 1001 }, (_, k) => (k * 8) % 1001);
  expect(bulkOf(values)).toEqual({ low: 5, high: 995 });
  const { low, high } = bulkOf(Float64Array.of(2, 2));
  expect(low < 2 && high > 2).toBe(true);
});

test('round bins hold every value, and are not too many', () => {
  for (const values of [
    [0.351, 0.5],
    [0.123, 0.571],
    [0.5, 0.5],
    [-0.18, 0.21],
    [0, 1],
  ]) {
    const { low, high, nBins } = roundBins(Float64Array.from(values), 50);
    expect(low <= values[0] && high > values[1], `${values}: ${low} to ${high}`).toBe(true);
    expect(nBins <= 50 && nBins >= 8, `${values}: ${nBins}`).toBe(true);
  }
});

test('a line is broken at a weekend and nowhere else', () => {
  const hour = 3_600_000;
  const time = Float64Array.from({ length: 200 }, (_, k) => k * hour + (k < 100 ? 0 : 48 * hour));
  const broken = brokenAtHoles({ time, value: time.map((t) => t / hour) }, 50);
  expect(broken.value.length).toBe(201);
  expect(broken.value.findIndex(Number.isNaN)).toBe(100);
  expect(broken.time[100]).toBe(99 * hour);
  expect(Array.from(broken.value.filter((value) => !Number.isNaN(value)))).toEqual(Array.from(time, (t) => t / hour));
});

test('the curves of counted events are the area and the account of the figures', async () => {
  const bars = simulateMarket({ nBars: 5000, edge: 0.2, breakAt: null, seed: 9 }).bars;
  const { dataset, metrics } = await trainHere(bars, { forest: { nEstimators: 20 }, labels: { costBps: 1 } });
  const events = countedEvents(dataset);
  const { roc } = judgedFigures(events);
  expect(events.t0.length).toBe(metrics.nTested);
  const [x, y] = [roc?.falsePositiveRate ?? [], roc?.truePositiveRate ?? []];
  let area = 0;
  for (let k = 1; k < x.length; k++) area += ((x[k] - x[k - 1]) * (y[k] + y[k - 1])) / 2;
  expect(area).toBeCloseTo(metrics.auc ?? 0, 12);
  const spans = foldSpans(bars, dataset, 5);
  spans.forEach(({ from, to }, f) => {
    expect(from < to && (f === 0 || spans[f - 1].from < from), `fold ${f}`).toBe(true);
  });
  expect(spans[1].from, 'the first block is not counted').toBe(bars.tsEvent[events.t0[0]]);
  const curves = accountCurves(bars.tsEvent, events, metrics);
  const { booked, coin, excess } = metrics.money.taken as MoneyColumns;
  expect(booked.n).toBe(metrics.nTaken);
  const sums = { booked: booked.meanBps - 1, coin: coin?.meanBps ?? Number.NaN, excess: excess.meanBps - 1 };
  for (const [name, meanBps] of Object.entries(sums)) {
    expect(curves?.[name as keyof typeof sums]?.at(-1), name).toBeCloseTo((booked.n * meanBps) / 1e4, 10);
  }
  const width = ((curves?.range?.high.at(-1) ?? 0) - (curves?.range?.low.at(-1) ?? 0)) / booked.n;
  expect(1e4 * width, 'at the end as wide as the interval').toBeCloseTo((excess.high ?? 0) - (excess.low ?? 0), 9);
  const times = curves?.tsEvent ?? new BigInt64Array(0);
  expect(Array.from(times)).toEqual(Array.from(times).sort((x, y) => Number(x - y)));
});

test('labels are grouped by side and by the barrier that ended them, none twice', () => {
  const bars = randomWalk(3000, 4);
  const config = OrchestratorConfig();
  const events = labelEvents(bars, null, config, tripleBarrierLabeler(config.labels));
  const coin = events.ret.map((own, k) => (own + events.otherRet[k]) / 2);
  const groups = labelFigures({ ...events, coin });
  const by = Object.fromEntries(groups.map((group) => [group.name, group]));
  const ended = ['take-profit', 'stop-loss', 'time'].map((name) => by[`ended by ${name}`]);
  expect(by.buys.n + by.sells.n).toBe(events.label.length);
  expect(ended.reduce((sum, { n }) => sum + n, 0)).toBe(events.label.length);
  expect(ended[0].won).toBe(1);
  expect(ended[1].won).toBe(0);
  expect(ended[2].meanBars).toBe(config.labels.maxHoldingBars);
  const won = events.label.reduce((sum, bin) => sum + bin, 0);
  expect(by.all.meanCoin).toBeCloseTo(
    coin.filter((one) => !Number.isNaN(one)).reduce((sum, one, _, { length }) => sum + one / length, 0),
    12,
  );
  expect(by.all.won).toBeCloseTo(won / events.label.length, 15);
});

test('the price keeps its highest and lowest, and every stretch has a turbulence', () => {
  const bars = randomWalk(20_000, 6);
  const regime = fitRegime([bars.close], { nStarts: 2, maxIterations: 20, maxBars: 20_000, seed: 1 });
  const model = regime.model ?? { calmVariance: 1e-6, turbulentVariance: 1e-4, stayCalm: 0.99, stayTurbulent: 0.9 };
  const { close, turbulent, turbulentShare } = priceFigures(bars, model);
  expect(Math.max(...close.value)).toBe(Math.max(...bars.close));
  expect(Math.min(...close.value)).toBe(Math.min(...bars.close));
  expect(turbulent?.value.every((p) => p >= 0 && p <= 1)).toBe(true);
  expect(turbulent?.time.length).toBe(600);
  expect(turbulentShare).toBeGreaterThanOrEqual(0);
  expect(priceFigures(bars, null)).toMatchObject({ turbulent: null, turbulentShare: null });
});
