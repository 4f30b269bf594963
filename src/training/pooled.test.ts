import { describe, expect, test } from 'vitest';
import { sha256 } from '../../test/support/small-model.ts';
import { alone, modelOf, steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../config/index.ts';
import { Rng } from '../core/index.ts';
import { BarSeries } from '../domain/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { type InstrumentBars, inlineCompute, runTraining, scoreByInstrument, type TrainingOutput } from './index.ts';

const MINUTE = 60_000_000_000n;
const SMALL: OrchestratorConfigInput = {
  featureNames: ['volatility', 'momentum', 'trend_strength'],
  forest: { nEstimators: 10 },
  walkForward: { nFolds: 3 },
};

const market = (seed: number, nBars = 2500, edge = 0): BarSeries =>
  simulateMarket({ nBars, edge, breakAt: null, seed }).bars;
/** The same prices at other times. */
const at = (bars: BarSeries, time: (bar: number) => bigint): BarSeries =>
  BarSeries.fromColumns({ ...columnsOf(bars), tsEvent: BigInt64Array.from(bars.tsEvent, (_, bar) => time(bar)) });
/** The same market with calm and wild spells of 150 bars; from some bar on wild throughout. */
function inSpells(bars: BarSeries, wildFrom: number): BarSeries {
  let price = bars.close[0];
  const factor = bars.close.map((close, bar) => {
    const isWild = bar >= wildFrom || Math.floor(bar / 150) % 2 === 1;
    if (bar > 0) price *= (close / bars.close[bar - 1]) ** (isWild ? 3 : 1);
    return price / close;
  });
  const scaled = (column: Float64Array): Float64Array => column.map((value, bar) => value * factor[bar]);
  const { open, high, low, close } = bars;
  return BarSeries.fromColumns({
    ...columnsOf(bars),
    open: scaled(open),
    high: scaled(high),
    low: scaled(low),
    close: scaled(close),
  });
}
const columnsOf = ({ tsEvent, open, high, low, close, volume, takerBuyVolume }: BarSeries) => ({
  tsEvent,
  open,
  high,
  low,
  close,
  volume,
  takerBuyVolume,
});
const named = (bars: Readonly<Record<string, BarSeries>>, side: Int8Array | null = null): InstrumentBars[] =>
  Object.entries(bars).map(([instrument, each]) => ({ instrument, bars: each, side }));
const train = (
  instruments: readonly InstrumentBars[],
  input: OrchestratorConfigInput = SMALL,
): Promise<TrainingOutput> =>
  runTraining(
    { instruments, config: OrchestratorConfig(input) },
    { pool: inlineCompute(), sha256, clock: steppingClock(), onProgress: () => undefined },
  );
const rowsOf = ({ dataset }: TrainingOutput, i: number): number[] =>
  [...dataset.instrument.keys()].filter((row) => dataset.instrument[row] === i);

test('events, features and weights of each instrument are those it has alone, in the order of time', async () => {
  const bars = { A: market(1), B: at(market(2, 1800), (bar) => 10_000n * MINUTE + BigInt(bar) * 2n * MINUTE) };
  bars.A = at(bars.A, (bar) => 10_000n * MINUTE + BigInt(bar) * MINUTE);
  const pooled = await train(named(bars));
  const times = [...new Set([...bars.A.tsEvent, ...bars.B.tsEvent])].sort((a, b) => Number(a - b));
  for (const [i, each] of [bars.A, bars.B].entries()) {
    const { dataset: own } = await train(alone(each));
    const { dataset } = pooled;
    const rows = rowsOf(pooled, i);
    expect(rows.map((row) => times[dataset.t0[row]])).toEqual(Array.from(own.t0, (bar) => each.tsEvent[bar]));
    expect(rows.map((row) => times[dataset.t1[row]])).toEqual(Array.from(own.t1, (bar) => each.tsEvent[bar]));
    for (const column of ['kind', 'side', 'label', 'ret', 'weight'] as const) {
      expect(rows.map((row) => dataset[column][row])).toEqual([...own[column]]);
    }
    expect(rows.flatMap((row) => [...dataset.x.subarray(row * 3, row * 3 + 3)])).toEqual([...own.x]);
  }
  const { t0, instrument } = pooled.dataset;
  expect(
    t0.every((tick, k) => k === 0 || t0[k - 1] < tick || (t0[k - 1] === tick && instrument[k - 1] < instrument[k])),
  ).toBe(true);
  const { regime } = await train(named(bars), { ...SMALL, featureNames: ['regime', 'momentum'] }).then(modelOf);
  expect(regime, 'one for all of them').not.toBeNull();
});

describe('purging', () => {
  test.each([0, 7])(
    'keeps what ended in time, with an embargo of %i bars of its own, whoever is tested',
    async (embargo) => {
      const a = at(market(3), (bar) => BigInt(bar + 1) * MINUTE);
      const b = at(market(4, 800), (bar) => BigInt(bar + 1) * 3n * MINUTE + 1n);
      const output = await train(named({ A: a, B: b }), { ...SMALL, walkForward: { nFolds: 3, embargoBars: embargo } });
      const { dataset, metrics } = output;
      const ends = [a, b].map(({ tsEvent }) => tsEvent);
      const times = [...new Set([...a.tsEvent, ...b.tsEvent])].sort((x, y) => Number(x - y));
      const events = Array.from(dataset.t0, (tick, row) => {
        const own = ends[dataset.instrument[row]];
        const exit = own.indexOf(times[dataset.t1[row]]);
        return { from: times[tick], until: own[exit + embargo] ?? 10n ** 18n };
      });
      metrics.folds.forEach(({ nTrain, nPurged }, fold) => {
        const start = dataset.fold.indexOf(fold);
        const kept = events.slice(0, start).filter(({ until }) => until < events[start].from).length;
        expect([nTrain, nPurged]).toEqual([kept, start - kept]);
        expect(nPurged).toBeGreaterThan(0);
      });
    },
  );
});

test('nothing judged before a time depends on what any instrument does after it', async () => {
  const rng = new Rng(5);
  const side = Int8Array.from({ length: 1500 }, () => (rng.nextFloat() < 0.5 ? -1 : 1));
  const from = 1000;
  const a = inSpells(market(6, 1500), Infinity);
  const [b, other] = [Infinity, from].map((wildFrom) => inSpells(market(7, 1500), wildFrom));
  const cut = b.tsEvent[from];
  const config: OrchestratorConfigInput = {
    ...SMALL,
    featureNames: ['regime', 'momentum', 'vpin'],
    walkForward: { nFolds: 5 },
  };
  const before = await train(named({ A: a, B: b }, side), config);
  const after = await train(named({ A: a, B: other }, side), config);
  expect(modelOf(before).regime, 'there are two regimes to be fitted').not.toBeNull();
  expect([...after.dataset.t0]).toEqual([...before.dataset.t0]);
  let [same, moved] = [0, 0];
  for (let row = 0; row < before.dataset.t0.length; row++) {
    if (before.dataset.fold[row] < 0) continue;
    const isSame = before.dataset.probability[row] === after.dataset.probability[row];
    if (a.tsEvent[before.dataset.t0[row]] < cut) {
      expect(isSame, `event ${row}`).toBe(true);
      same++;
    } else if (!isSame) moved++;
  }
  expect(same).toBeGreaterThan(500);
  expect(moved, 'afterwards it does').toBeGreaterThan(100);
});

test('the same market under two names proves no more than it does once', async () => {
  let [once, twice] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const bars = market(seed, 1300);
    const single = await train(alone(bars));
    const pooled = await train(named({ A: bars, B: bars }));
    const lagOf = ({ metrics }: TrainingOutput): number => metrics.tests.information.lag;
    expect(lagOf(pooled), 'each span meets the other one as well').toBeGreaterThan(lagOf(single));
    expect(pooled.nSamples).toBe(2 * single.nSamples);
    once += single.metrics.verdict === 'none' ? 0 : 1;
    twice += pooled.metrics.verdict === 'none' ? 0 : 1;
  }
  expect(once).toBeLessThanOrEqual(7);
  expect(twice).toBeLessThanOrEqual(7);
});

test('an edge that two instruments share is found in each', async () => {
  const pooled = await train(named({ A: market(11, 4000, 0.3), B: market(12, 4000, 0.3), C: market(13, 4000) }));
  expect(pooled.metrics.verdict).toBe('edge');
  const [a, b, c] = scoreByInstrument(pooled.dataset, 3).map(({ scores }) => scores?.logLossSkill ?? Number.NaN);
  expect(Math.min(a, b)).toBeGreaterThan(0.02);
  expect(c).toBeLessThan(Math.min(a, b));
  const all = scoreByInstrument({ ...pooled.dataset, instrument: pooled.dataset.instrument.map(() => 0) }, 1)[0].scores;
  expect(all?.logLoss).toBeCloseTo(pooled.metrics.logLoss, 12);
  expect(all?.benchmarkLogLoss).toBeCloseTo(pooled.metrics.benchmarkLogLoss, 12);
});

test('data is known by what is in it and by its names', async () => {
  const [a, b] = [market(1, 1200), market(2, 1200)];
  const fingerprint = async (instruments: InstrumentBars[]): Promise<string | null> =>
    modelOf(await train(instruments)).metadata.dataFingerprint;
  const prints = await Promise.all(
    [named({ A: a, B: b }), named({ A: b, B: a }), named({ A: a, C: b }), named({ A: a })].map(fingerprint),
  );
  expect(new Set(prints).size).toBe(4);
  expect(await fingerprint(named({ A: a, B: b }))).toBe(prints[0]);
});

test('instruments that cannot be learned from together are refused', async () => {
  const bars = market(1, 1200);
  await expect(train([])).rejects.toThrow('instruments must be at least one');
  await expect(train(named({ B: bars, A: bars }))).rejects.toThrow('in the order of their names, each once');
  await expect(train([...named({ A: bars }), ...alone(bars)])).rejects.toThrow('instruments[1].instrument');
  const mixed = [...named({ A: bars }, new Int8Array(1200).fill(1)), ...named({ B: bars })];
  await expect(train(mixed)).rejects.toThrow('given with every instrument, or with none');
  await expect(train(named({ A: bars, B: market(2, 99) }))).rejects.toThrow('B has 99 bars');
  await expect(train(named({ A: market(1, 600), B: market(2, 600) }))).rejects.toThrow('at least 1000 bars');
});
