import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/small-model.ts';
import { alone, modelOf, steppingClock, trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { BarSeries } from '../../domain/index.ts';
import { regimeWeight, turbulentProbability, vpin } from '../../features/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { costInR, factorTest } from '../../validation/index.ts';
import { inlineCompute } from '../index.ts';
import { prepareTraining } from '../training-run.ts';
import { fitFold, runWalkForward } from '../walk-forward.ts';
import { judgedTrades } from './judge-training.ts';

const FAST = { forest: { nEstimators: 20 }, labels: { costBps: 0.5 } } as const;
const { bars: market } = simulateMarket({ nBars: 6000, edge: 0.2, breakAt: null, seed: 3 });

/** A walk-forward with its context, and the regime model of every fold. */
async function walked(bars: BarSeries, input: OrchestratorConfigInput = FAST) {
  const machinery = { pool: inlineCompute(), sha256, clock: steppingClock(), onProgress: () => undefined };
  const { context } = await prepareTraining({ instruments: alone(bars), config: OrchestratorConfig(input) }, machinery);
  const tested = await runWalkForward(context, () => undefined);
  const fits = await Promise.all(context.folds.map(({ fold }) => fitFold(context, fold)));
  return { context, tested, regimes: fits.map(({ regime }) => regime) };
}

/** The same bars without any volume in [from, to). */
function withoutVolume(bars: BarSeries, from: number, to: number): BarSeries {
  const without = (column: Float64Array): Float64Array => column.map((size, i) => (i >= from && i < to ? 0 : size));
  const { volume, takerBuyVolume } = bars;
  return BarSeries.fromColumns({
    ...bars,
    volume: without(volume),
    takerBuyVolume: takerBuyVolume && without(takerBuyVolume),
  });
}

/** The window of an event, as a signal brings it. */
const windowAt = (bars: BarSeries, bar: number): BarSeries => bars.slice(bar - 99, bar + 1);

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

describe('factors of an event', async () => {
  const bars = withoutVolume(market, 4000, 4300);
  const { context, tested, regimes } = await walked(bars);
  const { events, config } = context;

  test('are those that the fold’s model would have served for its window', () => {
    let unknown = 0;
    for (const { fold, train, test } of context.folds) {
      const regime = regimes[fold];
      const flows = Array.from(train, (row) => vpin(windowAt(bars, events.entry[row]), 99, config.vpin));
      const usual = median(flows.map((flow) => ({ ...flow })).flatMap((flow) => (flow.available ? [flow.vpin] : [])));
      for (const row of test) {
        const window = windowAt(bars, events.entry[row]);
        const weight =
          regime === null ? 0.8 : regimeWeight(turbulentProbability(window, 99, regime), config.regime.floor);
        expect(tested.regimeWeight[row], `event ${row}`).toBe(weight);
        const flow = vpin(window, 99, config.vpin);
        if (!flow.available) unknown++;
        expect(tested.toxicity[row], `event ${row}`).toBe(flow.available ? flow.vpin : usual);
      }
    }
    expect(unknown, 'windows without volume').toBeGreaterThan(20);
  });

  test('are unknown where nothing was tested', () => {
    tested.fold.forEach((fold, row) => {
      expect([Number.isNaN(tested.regimeWeight[row]), Number.isNaN(tested.toxicity[row])]).toEqual([
        fold < 0,
        fold < 0,
      ]);
    });
  });

  test('are tested by what was measured, over the counted folds', () => {
    const counted = Int32Array.from([...tested.fold.keys()].filter((row) => tested.fold[row] >= 1));
    const trades = judgedTrades(events, tested, counted);
    const cost = costInR(trades, [0.5]);
    const calm = Float64Array.from(counted, (row) => {
      const regime = regimes[tested.fold[row]];
      return regime === null ? Number.NaN : 1 - turbulentProbability(windowAt(bars, events.entry[row]), 99, regime);
    });
    const quiet = Float64Array.from(counted, (row) => {
      const flow = vpin(windowAt(bars, events.entry[row]), 99, config.vpin);
      return flow.available ? 1 - flow.vpin : Number.NaN;
    });
    const { regime, toxicity } = tested.statistics.factors;
    expect(regime).toMatchObject(factorTest(trades, cost, calm));
    expect(toxicity).toMatchObject(factorTest(trades, cost, quiet));
    expect(regime.n).toBe(tested.metrics.nTaken);
  });
});

test('base rate and open trades are those of all labels', async () => {
  const output = await trainHere(market, FAST);
  const { t0, t1, label } = output.dataset;
  const { decision } = modelOf(output).metadata;
  expect(decision?.baseRate).toBeCloseTo(label.reduce((sum, bin) => sum + bin, 0) / label.length, 14);
  const open = Array.from(t0, (bar) => t0.filter((other, j) => other <= bar && bar <= t1[j]).length);
  expect(decision?.meanOpen).toBeCloseTo(open.reduce((a, b) => a + b, 0) / open.length, 10);
  expect(decision?.meanOpen).toBeGreaterThan(1);
});

test('windows without volume are not counted as the least toxic ones', async () => {
  const { vpinQuantiles } = modelOf(await trainHere(withoutVolume(market, 0, 2500), FAST)).metadata;
  expect(vpinQuantiles).toHaveLength(101);
  expect(vpinQuantiles[0]).toBeGreaterThan(0);
});

test('bars without any volume have no toxicity to compare with, and it earns no place', async () => {
  const bars = withoutVolume(market, 0, market.length);
  const output = await trainHere(BarSeries.fromColumns({ ...bars, takerBuyVolume: null }), FAST);
  const { vpinQuantiles, decision } = modelOf(output).metadata;
  expect(vpinQuantiles).toEqual([]);
  expect(decision?.factors.toxicity).toEqual({ statistic: 0, pValue: 1, n: 0, lag: 0, isEarned: false });
});
