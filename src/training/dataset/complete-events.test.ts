import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/small-model.ts';
import { modelOf, steppingClock } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { BarSeries, type ColumnValues } from '../../domain/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { inlineCompute } from '../compute/compute-pool.ts';
import type { InstrumentBars } from '../instrument-bars.ts';
import { runTraining, type TrainingOutput } from '../training-run.ts';
import { completeRows, missingSentence } from './complete-events.ts';

const { bars } = simulateMarket({ nBars: 2500, edge: 0.1, breakAt: null, seed: 1 });
const heights = Float64Array.from({ length: bars.length }, (_, i) => bars.high[i] - bars.low[i]);
const every = (n: number, column: Float64Array): Float64Array => column.map((v, i) => (i % n === 0 ? Number.NaN : v));
const withColumns = (columns: ColumnValues): BarSeries => BarSeries.fromColumns({ ...bars, columns });

function train(instrument: Partial<InstrumentBars>, strict = false, columns = ['a', 'b']): Promise<TrainingOutput> {
  const config = OrchestratorConfig({ forest: { nEstimators: 6 }, columns });
  const instruments = [{ instrument: null, bars, side: null, ...instrument }];
  const machinery = { pool: inlineCompute(), sha256, clock: steppingClock(), onProgress: () => undefined };
  return runTraining({ instruments, config, strict }, machinery);
}

test('rows without NaN are kept, and what is missing is counted by feature, also twice', () => {
  const x = Float64Array.of(1, 2, Number.NaN, 4, Number.NaN, Number.NaN, 7, 8);
  const { kept, missing } = completeRows(['a', 'b'], x, 4);
  expect([...kept]).toEqual([0, 3]);
  expect(missing).toEqual({ nEvents: 2, byFeature: { a: 2, b: 1 } });
  expect(missingSentence(missing)).toBe('2 events have no value of a (2), b (1)');
});

describe('a training on columns with holes', () => {
  const holed = withColumns(
    new Map([
      ['a', every(7, heights)],
      ['b', every(50, heights)],
    ]),
  );

  test('leaves events out, counts them, and keeps every other as it is', async () => {
    const whole = await train({
      bars: withColumns(
        new Map([
          ['a', heights],
          ['b', heights],
        ]),
      ),
    });
    const { dataset, missing, nSamples, modelBytes } = await train({ bars: holed });
    expect(whole.missing).toEqual({ nEvents: 0, byFeature: {} });
    const isHole = (bar: number): boolean => bar % 7 === 0 || bar % 50 === 0;
    const kept = [...whole.dataset.t0.keys()].filter((k) => !isHole(whole.dataset.t0[k]));
    expect([...dataset.t0]).toEqual(kept.map((k) => whole.dataset.t0[k]));
    for (const name of ['t1', 'side', 'label', 'ret', 'risk', 'coin', 'otherLabel', 'otherT1', 'kind'] as const)
      expect([...dataset[name]], name).toEqual(kept.map((k) => whole.dataset[name][k]));
    const holes = [...whole.dataset.t0].filter(isHole);
    expect(missing).toEqual({
      nEvents: holes.length,
      byFeature: { a: holes.filter((bar) => bar % 7 === 0).length, b: holes.filter((bar) => bar % 50 === 0).length },
    });
    expect(nSamples).toBe(kept.length);
    expect(dataset.x.every(Number.isFinite)).toBe(true);
    expect(Object.keys(modelOf({ modelBytes }).metadata.featureProfiles ?? {})).toContain('a');
  });

  test('refuses them where it is strict, and says why too few are left', async () => {
    await expect(train({ bars: holed }, true)).rejects.toMatchObject({
      code: 'MISSING_INPUT',
      message: expect.stringMatching(
        /^\d+ events have no value of a \(\d+\), b \(\d+\); complete the data, or leave out --strict/,
      ),
    });
    const empty = withColumns(
      new Map([
        ['a', new Float64Array(bars.length).fill(Number.NaN)],
        ['b', heights],
      ]),
    );
    await expect(train({ bars: empty })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_EVENTS',
      message: expect.stringMatching(
        /the data gives 0; \d+ events have no value of a \(\d+\) and are left out: complete/,
      ),
    });
  });
});

describe('columns of signals', () => {
  const own = withColumns(
    new Map([
      ['a', heights],
      ['b', heights],
    ]),
  );
  const doubled = heights.map((height) => 2 * height);

  test('are read instead of those of the bars', async () => {
    const { dataset } = await train({ bars: own, sent: new Map([['b', doubled]]) });
    const n = dataset.featureNames.length;
    dataset.t0.forEach((bar, k) => {
      expect([dataset.x[(k + 1) * n - 2], dataset.x[(k + 1) * n - 1]]).toEqual(
        [heights[bar], doubled[bar]].map(Math.fround),
      );
    });
  });

  test('are in the fingerprint, and where a column stood is not', async () => {
    const fingerprintOf = async (instrument: Partial<InstrumentBars>, columns?: string[]) =>
      modelOf(await train(instrument, false, columns)).metadata.dataFingerprint;
    const plain = await fingerprintOf({ bars: own });
    expect(await fingerprintOf({ bars: own, sent: new Map([['b', doubled]]) })).not.toBe(plain);
    expect(
      await fingerprintOf({
        sent: new Map([
          ['b', heights],
          ['a', heights],
        ]),
      }),
    ).toBe(plain);
    expect(await fingerprintOf({ bars: own }, [])).toBe(await fingerprintOf({}, []));
  });

  test('in another order in the file give the same bytes', async () => {
    const drift = bars.close.map((close, i) => close - bars.open[i]);
    const one = await train({
      bars: withColumns(
        new Map([
          ['a', heights],
          ['b', drift],
        ]),
      ),
    });
    const other = await train({
      bars: withColumns(
        new Map([
          ['b', drift],
          ['spare', heights],
          ['a', heights],
        ]),
      ),
    });
    expect(other.modelBytes).toEqual(one.modelBytes);
  });
});
