import { beforeAll, describe, expect, test } from 'vitest';
import { modelOf, trainHere } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { averageTrueRange } from '../features/index.ts';
import { type GivenTrades, givenLabeler, labelTrades, tripleBarrierLabeler } from '../labeling/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { checkLabelSource, findEvents, type TrainingOutput } from './index.ts';

const FAST = { forest: { nEstimators: 10 }, labels: { kind: 'given' } } as const;
let bars: BarSeries;
let labels: GivenTrades;
let output: TrainingOutput;

/** The trades of the triple barrier, as a user would bring them. */
function barrierTrades(of: BarSeries): GivenTrades {
  const config = OrchestratorConfig();
  const events = findEvents(of, null, config);
  const trades = labelTrades(tripleBarrierLabeler(config.labels), of, events);
  const ended = [...events.index.keys()].filter((k) => trades.exit[k] >= 0);
  return {
    index: Int32Array.from(ended, (k) => events.index[k]),
    exit: Int32Array.from(ended, (k) => trades.exit[k]),
    side: Int8Array.from(ended, (k) => events.side[k]),
    label: Uint8Array.from(ended, (k) => trades.label[k]),
    ret: Float64Array.from(ended, (k) => trades.ret[k]),
  };
}

/** Average uniqueness, bar by bar: a trade is at a bar where it earns the return that ends there. */
function uniquenessOf({ index, exit }: GivenTrades): number[] {
  const at = new Map<number, number>();
  const barsOf = (k: number): number[] => Array.from({ length: exit[k] - index[k] }, (_, i) => index[k] + 1 + i);
  for (const k of index.keys()) for (const bar of barsOf(k)) at.set(bar, (at.get(bar) ?? 0) + 1);
  return [...index.keys()].map((k) => {
    const shares = barsOf(k).map((bar) => 1 / (at.get(bar) ?? Number.NaN));
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
}

beforeAll(async () => {
  bars = simulateMarket({ nBars: 6000, edge: 0.25, breakAt: null, seed: 3 }).bars;
  labels = barrierTrades(bars);
  output = await trainHere(bars, FAST, { labels });
});

describe('a training on given labels', () => {
  test('has the events of the same labels made by a labeler, weights by what the spans earn, and no coin', async () => {
    const made = await trainHere(bars, { forest: FAST.forest });
    const known = [...made.dataset.t0.keys()];
    expect([...output.dataset.t0]).toEqual([...made.dataset.t0]);
    expect([...output.dataset.t1], 'purged by the spans that were given').toEqual([...made.dataset.t1]);
    expect([...output.dataset.weight]).toEqual(uniquenessOf(labels).map((each) => expect.closeTo(each, 12)));
    expect([...output.dataset.weight], 'one that a trade ends with is not shared').not.toEqual([
      ...made.dataset.weight,
    ]);
    expect(made.dataset.coin.some((each) => Number.isFinite(each))).toBe(true);
    expect(known.every((k) => Number.isNaN(output.dataset.coin[k]) && output.dataset.otherT1[k] === -1)).toBe(true);
  });

  test('says that the coin is unknown, has no other fills, and claims nothing of the primary', () => {
    const { metrics } = output;
    expect(metrics).toMatchObject({
      coin: 'unknown',
      informationBy: 'own_side',
      coinBiasBps: null,
      moneyByFill: null,
      primaryPays: false,
      primaryPaysUpToBps: 0,
    });
    expect(metrics.money.coin).toBeNull();
    expect(metrics.timing.pValue).toBe(1);
    expect(metrics.decision.payoffs.all.coin, 'm = 0').toMatchObject({ intercept: 0, slope: 0, mean: 0 });
    expect(metrics.decided.attribution.everyTrade?.coinR).toBeNull();
    expect(metrics.decided.moneyByCost.every(({ coinBps }) => coinBps === null)).toBe(true);
  });

  test('its excess is the return less the mean of the same side before', () => {
    const { dataset, metrics } = output;
    const { t0, t1, side, ret, fold } = dataset;
    const judged = [...t0.keys()].filter((k) => fold[k] >= 1);
    const excess = judged.map((k) => {
      const before = [...ret.keys()].filter((i) => side[i] === side[k] && t1[i] < t0[k]);
      return ret[k] - before.reduce((sum, i) => sum + ret[i], 0) / before.length;
    });
    for (const [j, k] of judged.entries()) expect(dataset.excess[k]).toBeCloseTo(excess[j], 12);
    expect(metrics.money.excess.n).toBe(judged.length);
    expect(metrics.money.excess.meanBps).toBeCloseTo((1e4 * excess.reduce((a, b) => a + b, 0)) / excess.length, 8);
  });

  test('counts R in ATR(14), whatever the stop of the settings, and its file knows no stop', async () => {
    const atr = averageTrueRange(bars);
    expect([...output.dataset.risk]).toEqual(Array.from(output.dataset.t0, (bar) => atr[bar] / bars.close[bar]));
    const wide = await trainHere(bars, { ...FAST, labels: { kind: 'given', slMultiplier: 3 } }, { labels });
    expect([...wide.dataset.risk]).toEqual([...output.dataset.risk]);
    expect(modelOf(output).metadata.config.labels).toEqual({ labeler: 'given', hash: null, sl_multiplier: 1 });
  });

  test('is purged by the spans that were given', async () => {
    const long = {
      ...labels,
      exit: labels.exit.map((bar, k) => (k % 9 === 0 ? Math.min(bar + 400, bars.length - 1) : bar)),
    };
    const { metrics } = await trainHere(bars, FAST, { labels: long });
    const purged = (of: typeof metrics): number => of.folds.reduce((sum, { nPurged }) => sum + nPurged, 0);
    expect(purged(metrics)).toBeGreaterThan(purged(output.metrics));
  });
});

describe('labels and the labeler of the settings', () => {
  const instruments = () => [{ instrument: null, bars, side: null, labels }];
  const unlabelled = () => [{ instrument: null, bars, side: null }];

  test('go together', () => {
    const barrier = tripleBarrierLabeler(OrchestratorConfig().labels);
    expect(() => checkLabelSource(givenLabeler(), instruments())).not.toThrow();
    expect(() => checkLabelSource(barrier, unlabelled())).not.toThrow();
    expect(() => checkLabelSource(barrier, instruments())).toThrow(
      'labels.kind must be given where labels are handed in',
    );
    expect(() => checkLabelSource(givenLabeler(), unlabelled())).toThrow('hand in yours (--labels F');
  });

  test.each([
    ['index', 0, 98, 'labels.index[0] must be a bar in [99, 5999], was 98'],
    ['exit', 1, 0, 'labels.exit[1] must be a bar in'],
    ['side', 2, 0, 'labels.side[2] must be -1 or 1, was 0'],
    ['label', 3, 2, 'labels.label[3] must be 0 or 1, was 2'],
    ['ret', 4, Number.NaN, 'labels.ret[4] must be a finite number'],
  ] as const)('are checked at the door: %s', async (name, row, value, message) => {
    const wrong = { ...labels, [name]: labels[name].with(row, value as never) };
    await expect(trainHere(bars, FAST, { labels: wrong })).rejects.toThrow(message);
  });
});
