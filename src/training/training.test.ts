import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { sha256 } from '../../test/support/small-model.ts';
import { modelOf, trainHere } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { Rng } from '../core/index.ts';
import { BarSeries } from '../domain/index.ts';
import { averageTrueRange, computeFeatures } from '../features/index.ts';
import { averageUniqueness, labelTrades, tripleBarrier, tripleBarrierLabeler } from '../labeling/index.ts';
import { calibrate, fitCalibrator } from '../model/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { workerPool } from '../trainer/compute/worker-pool.ts';
import { rocAucScore } from '../validation/index.ts';
import { labelEvents } from './dataset/instrument-events.ts';

const market = simulateMarket({ nBars: 6000, edge: 0.2, breakAt: null, seed: 3 }).bars;
const FAST = { forest: { nEstimators: 30 } } as const;

describe('a training', () => {
  test('gives the same bytes on 1, 2 and 4 workers, and twice on the same', async () => {
    const digests = [];
    for (const workers of [1, 2, 4]) {
      const pool = workerPool(workers);
      digests.push(sha256((await trainHere(market, FAST, { pool })).modelBytes));
      await pool.close();
    }
    digests.push(sha256((await trainHere(market, FAST)).modelBytes));
    expect(new Set(digests).size, digests.join(' ')).toBe(1);
    const other = await trainHere(market, { forest: { ...FAST.forest, randomState: 43 } });
    expect(sha256(other.modelBytes), 'another seed is another model').not.toBe(digests[0]);
  });

  test('writes the same bytes whatever does not change a prediction', async () => {
    const here = await trainHere(market, FAST);
    const there = await trainHere(market, {
      ...FAST,
      modelPath: 'elsewhere.onnx',
      sizing: { maxSize: 2 },
      regime: { floor: 0.1 },
    });
    expect(there.modelBytes).toEqual(here.modelBytes);
  });

  test('takes nothing whose stop is nothing like those before: one bad high, which no feature sees', async () => {
    const clean = await trainHere(market, FAST);
    const at = market.length - 600;
    const high = market.high.slice();
    high[at] *= 3;
    const { dataset } = await trainHere(BarSeries.fromColumns({ ...market, high }), FAST);
    const takenAfter = (from: typeof dataset): number =>
      [...from.t0.keys()].filter((k) => from.t0[k] > at && from.t0[k] < at + 14 && from.take[k] === 1).length;
    expect(takenAfter(clean.dataset), 'without it some are taken').toBeGreaterThan(0);
    expect(takenAfter(dataset)).toBe(0);
    const [lowest, highest] = modelOf(clean).metadata.decision?.risk ?? [Number.NaN, Number.NaN];
    const risk = clean.dataset.risk;
    expect(
      [Math.min(...risk) >= lowest, Math.max(...risk) <= highest, highest < 0.1],
      'its own stops are usual',
    ).toEqual([true, true, true]);
  });

  test('judges nothing by what it was fitted on: a changed future changes no probability before it', async () => {
    // Given signals, so that the events stay the same ones whatever the bars do.
    const rng = new Rng(4);
    const side = Int8Array.from({ length: market.length }, (_, i) =>
      i % 3 === 0 && i < market.length - 20 ? (rng.nextInt(2) === 0 ? -1 : 1) : 0,
    );
    const { dataset } = await trainHere(market, FAST, { side });
    for (const fold of [1, 2, 3, 4]) {
      const cut = dataset.t0[dataset.fold.indexOf(fold)];
      const other = (await trainHere(withOtherFuture(market, cut, fold), FAST, { side })).dataset;
      expect(other.t0).toEqual(dataset.t0);
      let compared = 0;
      for (let k = 0; k < dataset.t0.length; k++) {
        if (dataset.t1[k] <= cut)
          expect([other.t1[k], other.label[k], other.ret[k]], `label ${k}`).toEqual([
            dataset.t1[k],
            dataset.label[k],
            dataset.ret[k],
          ]);
        if (dataset.fold[k] < 0 || dataset.fold[k] >= fold) continue;
        compared++;
        expect(other.rawProbability[k], `event ${k}, fold ${dataset.fold[k]}`).toBe(dataset.rawProbability[k]);
        expect(other.probability[k], `event ${k}, fold ${dataset.fold[k]}`).toBe(dataset.probability[k]);
        const decided = (from: typeof dataset): unknown => [from.baseRate[k], from.expectedR[k], from.take[k]];
        expect(decided(other), `event ${k}, fold ${dataset.fold[k]}`).toEqual(decided(dataset));
      }
      expect(compared).toBeGreaterThan(100);
    }
  });

  test('calibrates each fold by the ended events of the folds before it, the first not at all', async () => {
    const { dataset } = await trainHere(market, FAST);
    for (let fold = 0; fold < 5; fold++) {
      const first = dataset.fold.indexOf(fold);
      const rows = [...dataset.t0.keys()].filter(
        (k) => dataset.fold[k] >= 0 && dataset.fold[k] < fold && dataset.t1[k] < dataset.t0[first],
      );
      const calibrator = fitCalibrator(
        Float64Array.from(rows, (k) => dataset.rawProbability[k]),
        Uint8Array.from(rows, (k) => dataset.label[k]),
      );
      for (let k = first; dataset.fold[k] === fold; k++) {
        expect(dataset.probability[k], `event ${k}`).toBe(calibrate(calibrator, dataset.rawProbability[k]));
      }
    }
  });

  test('dumps what it says: scores recomputed from the dataset are the report’s, weights are uniqueness', async () => {
    const { dataset, metrics, modelBytes } = await trainHere(market, FAST);
    const aucOf = (rows: readonly number[]): number =>
      rocAucScore(
        Uint8Array.from(rows, (k) => dataset.label[k]),
        Float64Array.from(rows, (k) => dataset.probability[k]),
      );
    const counted = [...dataset.fold.keys()].filter((k) => dataset.fold[k] >= 1);
    expect(metrics.auc, 'fold 1 has no calibrator, so that no headline counts it').toBe(aucOf(counted));
    expect(metrics.nTested).toBe(counted.length);
    for (const { fold, isCounted, auc, nTested } of metrics.folds) {
      const rows = [...dataset.fold.keys()].filter((k) => dataset.fold[k] === fold);
      expect([isCounted, auc, nTested]).toEqual([fold > 0, aucOf(rows), rows.length]);
    }
    const judged = counted.filter((k) => dataset.otherT1[k] >= 0);
    expect([metrics.nJudged, metrics.tests.information.n]).toEqual([judged.length, judged.length]);
    expect(metrics.nTaken).toBe(judged.filter((k) => dataset.take[k] === 1).length);
    const meanBps = (of: (k: number) => number): number =>
      (1e4 * judged.reduce((sum, k) => sum + of(k), 0)) / judged.length;
    expect(metrics.money.booked.meanBps).toBeCloseTo(
      meanBps((k) => dataset.ret[k]),
      9,
    );
    expect(metrics.money.coin?.meanBps).toBeCloseTo(
      meanBps((k) => dataset.coin[k]),
      9,
    );
    expect(metrics.money.excess.meanBps).toBeCloseTo(
      meanBps((k) => dataset.ret[k] - dataset.coin[k]),
      9,
    );
    expect(dataset.weight).toEqual(averageUniqueness(dataset.t0, dataset.t1));
    const model = rowLiveAndDumped(modelBytes, market, dataset);
    expect(model.live).toEqual(model.dumped);
  });

  test('with one fold to count is judged by that one', async () => {
    const { metrics, dataset } = await trainHere(market, { ...FAST, walkForward: { nFolds: 2 } });
    expect(metrics.folds.map(({ isCounted }) => isCounted)).toEqual([false, true]);
    expect(metrics.nTested).toBe(metrics.folds[1].nTested);
    expect(dataset.expectedR.filter((r, k) => dataset.fold[k] === 0 && !Number.isNaN(r)).length).toBe(0);
  });

  test('writes into the file what it claims, the decision and the terms', async () => {
    const output = await trainHere(market, FAST);
    const { metrics } = output;
    const { training, decision, terms, baselineAccuracy } = modelOf(output).metadata;
    expect(training).toMatchObject({
      verdict: metrics.verdict,
      verdictFormat: '0.2',
      tests: metrics.tests,
      paysUpToBps: metrics.paysUpToBps,
      wouldPayUpToBps: metrics.wouldPayUpToBps,
      primaryPaysUpToBps: metrics.primaryPaysUpToBps,
      primaryPays: metrics.primaryPays,
      timingPValue: metrics.timing.pValue,
      cost: { bps: 1, source: 'assumed', tickSize: null },
      coinBiasBps: metrics.coinBiasBps,
      nEffective: metrics.nEffective,
      detectableSkill: metrics.detectableSkill,
      accuracy: metrics.accuracy,
    });
    expect(decision).toEqual(metrics.decision);
    expect(decision?.keeping.n).toBe(metrics.nJudged);
    expect(terms).toEqual({ '': { tickSize: null, tickBps: null, costBps: 1, costSource: 'assumed' } });
    expect(baselineAccuracy).toBe(metrics.accuracy);
  });

  test('is the same under another cost but for what the cost decides', async () => {
    const [free, dear] = [
      await trainHere(market, { ...FAST, labels: { costBps: 0 } }),
      await trainHere(market, { ...FAST, labels: { costBps: 5 } }),
    ];
    for (const name of ['label', 'ret', 'probability', 'coin', 'baseRate'] as const)
      expect(dear.dataset[name], name).toEqual(free.dataset[name]);
    const { dataset } = dear;
    dataset.expectedR.forEach((net, k) => {
      const gross = free.dataset.expectedR[k];
      if (Number.isNaN(gross)) expect(net, `event ${k}`).toBeNaN();
      else expect(net, `event ${k}`).toBeCloseTo(gross - 5e-4 / dataset.risk[k], 12);
    });
    expect(dear.metrics.nTaken).toBeLessThan(free.metrics.nTaken);
    expect(dear.metrics.tests.information).toEqual(free.metrics.tests.information);
    expect(dear.metrics.wouldPayUpToBps ?? dear.metrics.paysUpToBps).toBeGreaterThan(0);
  });

  test('has the same trades booked under every rule of fills', async () => {
    const { metrics, dataset } = await trainHere(market, FAST);
    expect(metrics.moneyByFill?.barrier).toEqual(metrics.money);
    const judged = [...dataset.fold.keys()].filter((k) => dataset.fold[k] >= 1 && dataset.otherT1[k] >= 0);
    const events = {
      index: Int32Array.from(judged, (k) => dataset.t0[k]),
      side: Int8Array.from(judged, (k) => dataset.side[k]),
    };
    for (const fill of ['close', 'worst'] as const) {
      const { ret } = labelTrades(tripleBarrierLabeler(OrchestratorConfig().labels), market, events, fill);
      const known = ret.filter((each) => !Number.isNaN(each));
      const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
      expect(metrics.moneyByFill?.[fill].booked.meanBps, fill).toBeCloseTo(1e4 * mean, 1);
      expect(metrics.moneyByFill?.[fill].booked.meanBps).not.toBeCloseTo(metrics.money.booked.meanBps, 2);
    }
  });

  test('knows which barrier ended every trade', async () => {
    const { t0, t1, side, kind } = (await trainHere(market, FAST)).dataset;
    const barriers = tripleBarrier(market, { index: t0, side }, averageTrueRange(market), OrchestratorConfig().labels);
    expect([t1, kind]).toEqual([barriers.exit, barriers.kind]);
    expect(new Set(kind).size, 'take-profit, stop-loss and time').toBe(3);
  });

  test('settles how volume is classified, so that serving cannot differ', async () => {
    expect(modelOf(await trainHere(market, FAST)).vpin.classifier).toBe('aggressor');
    const plain = BarSeries.fromColumns({ ...market, takerBuyVolume: null });
    expect(modelOf(await trainHere(plain, FAST)).vpin.classifier).toBe('bvc');
  });
});

/** The same bars up to `cut`, others after it. */
function withOtherFuture(bars: BarSeries, cut: number, seed: number): BarSeries {
  const rng = new Rng(seed);
  return BarSeries.fromBars(
    Array.from({ length: bars.length }, (_, i) => {
      const bar = bars.bar(i);
      if (i <= cut) return bar;
      const [open, close] = [bar.open * (1 + 0.02 * rng.nextFloat()), bar.close * (1 + 0.02 * rng.nextFloat())];
      return { ...bar, open, close, high: Math.max(open, close) * 1.001, low: Math.min(open, close) * 0.999 };
    }),
  );
}

/** The features of one event as the model would compute them live, and as the dataset holds them. */
function rowLiveAndDumped(
  modelBytes: Uint8Array,
  bars: BarSeries,
  dataset: Awaited<ReturnType<typeof trainHere>>['dataset'],
) {
  const model = modelOf({ modelBytes } as Awaited<ReturnType<typeof trainHere>>);
  const k = 100;
  const window = bars.slice(dataset.t0[k] - 99, dataset.t0[k] + 1);
  const live = computeFeatures(model.featureNames, window, Int32Array.of(99), Int8Array.of(dataset.side[k]), model);
  const width = dataset.featureNames.length;
  return { live: Float32Array.from(live), dumped: dataset.x.slice(k * width, (k + 1) * width) };
}

describe('honesty', () => {
  test('coins are called an edge in at most 2 of 20 seeds', async () => {
    const edges: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      // Signals drawn by lot on bars with no edge: whatever pays, pays by chance.
      const { bars } = simulateMarket({ nBars: 4000, edge: 0, breakAt: null, seed: 900 + seed });
      const rng = new Rng(seed);
      const side = Int8Array.from({ length: bars.length }, () =>
        rng.nextInt(3) === 0 ? (rng.nextInt(2) === 0 ? -1 : 1) : 0,
      );
      const { metrics } = await trainHere(bars, FAST, { side });
      if (metrics.verdict === 'edge') edges.push(seed);
    }
    expect(edges.length, `seeds ${edges}`).toBeLessThanOrEqual(2);
  });

  test('a planted signal is called an edge, and a broken one is not', async () => {
    const planted = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 }).bars;
    expect((await trainHere(planted, FAST)).metrics.verdict).toBe('edge');
    const broken = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: 0, seed: 1 }).bars;
    expect((await trainHere(broken, FAST)).metrics.verdict).toBe('none');
  });
});

describe('data that gives no honest model is refused', () => {
  const config = OrchestratorConfig();
  test.each([
    [
      '999 bars',
      () => labelEvents(market.slice(0, 999), null, config, tripleBarrierLabeler(config.labels)),
      'training needs at least 1000 bars, the data has 999',
    ],
    [
      'too few events',
      () => trainHere(market.slice(0, 1000), {}, { side: new Int8Array(1000).fill(1, 100, 150) }),
      'training needs at least 100 labelled events, the data gives 50',
    ],
    [
      'one class',
      () => trainHere(randomWalk(1200, 1), { labels: { minReturn: 5 } }),
      'have label 0; a model needs both',
    ],
    [
      'labels that are too long: purging leaves a fold nothing',
      () => trainHere(market.slice(0, 1500), { labels: { maxHoldingBars: 600, ptMultiplier: 500, slMultiplier: 500 } }),
      'purging leaves fold 1 no event to train on',
    ],
    [
      'prices that do not move',
      () => trainHere(flat()),
      'training needs at least 100 labelled events, the data gives 0',
    ],
  ])('%s', async (_, train, message) => {
    await expect(async () => train()).rejects.toThrow(message);
  });
});

function flat(): BarSeries {
  const bar = { open: 5, high: 5, low: 5, close: 5, volume: 1 };
  return BarSeries.fromBars(Array.from({ length: 1500 }, (_, i) => ({ ...bar, tsEvent: BigInt(i) })));
}
