import { beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/small-model.ts';
import { alone, modelOf, steppingClock, trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { hashSeed, Rng } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import {
  calibrate as applyCalibrator,
  fitCalibrator,
  type Learner,
  type Predictor,
  provenBy,
} from '../../model/index.ts';
import { readMetadata } from '../../model/onnx/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { type FixedPredictor, inlineCompute, runTraining, type TrainingOutput } from '../index.ts';

const INPUT: OrchestratorConfigInput = { forest: { nEstimators: 20 }, labels: { costBps: 0 } };
const N_BARS = 6000;
const HALF = 3000;

/** Calibrates a predictor that any learner could have made: it is encoded as its name. */
function calibrate(bars: BarSeries, fixed: FixedPredictor, input = INPUT): Promise<TrainingOutput> {
  const learner: Learner = {
    name: 'elsewhere',
    fit: () => expect.unreachable('nothing of it is fitted'),
    encode: () => ({ bytes: new Uint8Array(1) }),
    decode: () => fixed.predictor,
  };
  const own = { learner: { value: learner, source: null } };
  return runTraining(
    { instruments: alone(bars), config: OrchestratorConfig(input), own, fixed },
    { pool: inlineCompute(), sha256, clock: steppingClock(), onProgress: () => undefined },
  );
}

/** A predictor that answers each row by itself. */
function predictorOf(predictOne: (row: Float32Array) => number): Predictor {
  return {
    importance: null,
    predictOne,
    predictMany: (x, n) => {
      const width = x.length / n;
      return Float64Array.from({ length: n }, (_, k) => predictOne(x.subarray(k * width, (k + 1) * width)));
    },
  };
}

const keyOf = (row: Float32Array): string => row.slice(0, 4).join();

/** Knows the label of every row that it has seen, and nothing of any other: an overfitted model. */
function memoryOf({ x, label, t0, featureNames }: TrainingOutput['dataset'], until: number): Predictor {
  const known = new Map<string, number>();
  const width = featureNames.length;
  label.forEach((each, k) => {
    if (t0[k] < until) known.set(keyOf(x.subarray(k * width, (k + 1) * width)), each);
  });
  return predictorOf((row) => {
    const label = known.get(keyOf(row));
    return label === undefined ? 0.4 : 0.2 + 0.6 * label;
  });
}

/** Answers by chance, always the same to the same row. */
function coin(seed: number): Predictor {
  return predictorOf((row) => {
    const bits = new Uint32Array(row.slice().buffer);
    return Math.fround(new Rng(bits.reduce((hash, each) => hashSeed(hash, each | 0), seed)).nextFloat());
  });
}

let planted: BarSeries;
let martingale: BarSeries;
let made: Predictor;

beforeAll(async () => {
  planted = simulateMarket({ nBars: N_BARS, edge: 0.25, breakAt: null, seed: 3 }).bars;
  martingale = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed: 4 }).bars;
  made = modelOf(
    await trainHere(planted.slice(0, HALF), { ...INPUT, featureNames: ['volatility', 'momentum'] }),
  ).predictor;
});

describe('a model that knows something, trained on the first half', () => {
  const input = { ...INPUT, featureNames: ['volatility', 'momentum'] };
  let output: TrainingOutput;
  const until = (): bigint => planted.tsEvent[HALF - 1];

  beforeAll(async () => {
    output = await calibrate(planted, { predictor: made, trainedUntil: until() }, input);
  });

  test('has an edge on the second half, is not changed, and says what it rests on', () => {
    const { metrics, fixed, dataset } = output;
    expect(metrics.verdict).toBe('edge');
    expect(fixed).toMatchObject({ trainedUntil: until() });
    const { nSeen = 0, nPurged = 0, nUnseen = 0 } = fixed ?? {};
    expect(nSeen + nPurged + nUnseen).toBe(dataset.t0.length);
    for (const k of dataset.t0.keys()) {
      if (dataset.fold[k] < 0) continue;
      expect(dataset.rawProbability[k]).toBe(made.predictOne(dataset.x.subarray(2 * k, 2 * k + 2)));
    }
  });

  test('only events count that began when every label it may know had ended', () => {
    const { t0, t1, fold } = output.dataset;
    const seen = [...t0.keys()].filter((k) => planted.tsEvent[t0[k]] <= until());
    const lastKnown = Math.max(...seen.map((k) => t1[k]));
    const judged = [...t0.keys()].filter((k) => fold[k] >= 0);
    expect(judged.every((k) => t0[k] > lastKnown)).toBe(true);
    expect(judged.length).toBe(output.fixed?.nUnseen);
    expect(output.fixed?.nPurged, 'some lie too near').toBeGreaterThan(0);
    expect(seen.every((k) => Number.isNaN(output.dataset.rawProbability[k]))).toBe(true);
  });

  test('its calibrator is fitted on those alone, and each fold by those before it', () => {
    const { fold, rawProbability, probability, label, t0, t1 } = output.dataset;
    const rowsOf = (keep: (k: number) => boolean): number[] => [...fold.keys()].filter((k) => fold[k] >= 0 && keep(k));
    const fitted = (rows: readonly number[]): ReturnType<typeof fitCalibrator> =>
      fitCalibrator(
        Float64Array.from(rows, (k) => rawProbability[k]),
        Uint8Array.from(rows, (k) => label[k]),
      );
    const third = rowsOf((k) => fold[k] === 3);
    const before = rowsOf((k) => fold[k] < 3 && t1[k] < t0[third[0]]);
    const of = fitted(before);
    for (const k of third) expect(probability[k]).toBe(applyCalibrator(of, rawProbability[k]));
  });
});

describe('an overfitted model of a martingale', () => {
  let memory: Predictor;
  let all: TrainingOutput['dataset'];

  beforeAll(async () => {
    all = (await trainHere(martingale, INPUT)).dataset;
    memory = memoryOf(all, HALF);
  });

  test('has no edge where it is said until when it learned, and its memory shows', async () => {
    const { metrics, fixed } = await calibrate(martingale, {
      predictor: memory,
      trainedUntil: martingale.tsEvent[HALF],
    });
    expect(metrics.verdict).toBe('none');
    expect(fixed?.aucSeen).toBeGreaterThan(0.95);
    expect(fixed?.aucUnseen).toBe(0.5);
    expect(fixed?.looksKnownUntil).toBeNull();
  });

  test('is refused where all of the bars are those that it learned from', async () => {
    const trainedUntil = martingale.tsEvent[N_BARS - 1];
    await expect(calibrate(martingale, { predictor: memory, trainedUntil })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_EVENTS',
      message: expect.stringMatching(
        /^calibrating needs at least 100 labelled events that the model cannot know, the data gives 0 after .*, where its training ended; add bars/,
      ),
    });
  });
});

test('what was learned after the day that was told looks known until then', async () => {
  const input = { ...INPUT, featureNames: ['volatility', 'momentum'] }; // of no fold's own regime model, so that rows are known again
  const memory = memoryOf((await trainHere(martingale, input)).dataset, HALF);
  const told = { predictor: memory, trainedUntil: martingale.tsEvent[N_BARS / 10] };
  const { fixed } = await calibrate(martingale, told, input);
  const knownFor = Number((fixed?.looksKnownUntil?.ts ?? 0n) - martingale.tsEvent[0]);
  const learnedFrom = Number(martingale.tsEvent[HALF] - martingale.tsEvent[0]);
  expect(Math.abs(knownFor / learnedFrom - 1)).toBeLessThan(0.25);
  expect(fixed?.looksKnownUntil?.aucAfter).toBeLessThan(0.6);
});

test('what is remembered on the word of its user that it is unseen proves nothing', async () => {
  const input = { ...INPUT, featureNames: ['volatility', 'momentum'] }; // of no fold's own regime model, so that rows are known again
  const all = (await trainHere(planted, input)).dataset;
  const remembered = { predictor: memoryOf(all, N_BARS), trainedUntil: null };
  const { metrics, fixed, modelBytes } = await calibrate(planted, remembered, input);
  expect(fixed?.aucUnseen).toBeGreaterThan(0.95);
  expect(metrics.tests.money.pValue, 'the tests alone would prove it').toBeLessThan(0.05);
  expect(metrics).toMatchObject({
    verdict: 'none',
    paysUpToBps: 0,
    reason: expect.stringMatching(/^Its AUC of (0\.9|1)/),
  });
  const metadata = readMetadata(modelBytes, { sha256 });
  expect(provenBy(metadata).modelBps, 'nothing is taken by it').toBeNull();
  expect(metadata.config.too_good_auc, 'its file says why').toBe(fixed?.aucUnseen);
});

test('random leaves have no edge, on a planted edge as on none', async () => {
  const bars = [planted, martingale];
  const verdicts = await Promise.all(
    Array.from({ length: 4 }, async (_, seed) => {
      const { metrics } = await calibrate(bars[seed % 2], { predictor: coin(seed), trainedUntil: null });
      return metrics.verdict;
    }),
  );
  expect(verdicts.filter((verdict) => verdict === 'edge')).toEqual([]);
  expect(verdicts.filter((verdict) => verdict !== 'none').length, '5 % by chance').toBeLessThanOrEqual(1);
});
