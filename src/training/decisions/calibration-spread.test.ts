import { expect, test } from 'vitest';
import { modelOf, trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { hashSeed } from '../../core/index.ts';
import { confidenceBand, stepsAt, vennAbers } from '../../model/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { inlineCompute } from '../compute/compute-pool.ts';
import { calibrationSpread } from './calibration-spread.ts';

const FAST = { forest: { nEstimators: 20 } } as const;
const { bars: market } = simulateMarket({ nBars: 6000, edge: 0.2, breakAt: null, seed: 3 });
const output = await trainHere(market, FAST);
const { dataset } = output;
const { calibration } = modelOf(output).metadata;

/** Mean block in events: a thirtieth of the 6,000 bars, of which a day is never reached thirty times, or twice the longest trade. */
const longest = Math.max(...dataset.t0.map((bar, k) => dataset.t1[k] - bar));
const meanBlock = (Math.max(200, 2 * longest) * dataset.t0.length) / 6000;

/** Scores and labels of some rows. */
function scoresOf(rows: readonly number[]): [Float64Array, Uint8Array] {
  return [Float64Array.from(rows, (k) => dataset.rawProbability[k]), Uint8Array.from(rows, (k) => dataset.label[k])];
}

const tested = [...dataset.fold.keys()].filter((k) => dataset.fold[k] >= 0);

test('band and pair are made from all out-of-sample scores, in time order', () => {
  const [raw, label] = scoresOf(tested);
  expect(calibration?.band).toEqual(confidenceBand(raw, label, { meanBlock, seed: hashSeed(42, -2) }));
  expect(calibration?.vennAbers).toEqual(vennAbers(raw, label));
});

test('coverage judges every fold by the band of the labels that had ended before it', () => {
  let [nInside, nGroups] = [0, 0];
  for (let fold = 1; fold < 5; fold++) {
    const inside = tested.filter((k) => dataset.fold[k] === fold);
    const before = tested.filter((k) => dataset.fold[k] < fold && dataset.t1[k] < dataset.t0[inside[0]]);
    const band = confidenceBand(...scoresOf(before), { meanBlock, seed: hashSeed(42, -3 - fold), nResamples: 50 });
    const rising = inside.toSorted((a, b) => dataset.probability[a] - dataset.probability[b] || a - b);
    const n = Math.min(10, Math.floor(inside.length / 100));
    for (let g = 0; g < n; g++) {
      const rows = rising.slice(Math.floor((g * inside.length) / n), Math.floor(((g + 1) * inside.length) / n));
      const mean = (of: (k: number) => number): number => rows.reduce((sum, k) => sum + of(k), 0) / rows.length;
      const hits = mean((k) => dataset.label[k]);
      const [low, high] = [0, 1].map((end) => mean((k) => stepsAt(band, dataset.rawProbability[k])[end]));
      nGroups++;
      if (hits >= low && hits <= high) nInside++;
    }
  }
  expect(nGroups).toBeGreaterThan(10);
  expect(calibration?.coverage).toMatchObject({ share: nInside / nGroups, nGroups });
  expect(calibration?.coverage?.expectedShare).toBeGreaterThan(0.3);
  expect(calibration?.coverage?.expectedShare).toBeLessThan(0.9);
});

test('the band encloses the confidence of most scores, and lies around the base rate', () => {
  const model = modelOf(output);
  let inside = 0;
  for (const k of tested) {
    const row = dataset.x.subarray(k * dataset.featureNames.length, (k + 1) * dataset.featureNames.length);
    const { raw, confidence } = model.predict(row);
    const [low, high] = calibration === null ? [Number.NaN, Number.NaN] : stepsAt(calibration.band, raw);
    if (confidence >= low && confidence <= high) inside++;
  }
  expect(inside / tested.length).toBeGreaterThan(0.9);
});

test('scores with one label only have no band', async () => {
  const context = {
    events: {
      t0: Int32Array.of(0, 5),
      t1: Int32Array.of(1, 6),
      label: Uint8Array.of(1, 0),
      instrument: Int32Array.of(0, 0),
    },
    timeline: { tsEvent: BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i)), ticks: [] },
    folds: [],
    config: OrchestratorConfig(),
    pool: inlineCompute(),
  };
  const of = (second: number): ReturnType<typeof calibrationSpread> =>
    calibrationSpread(context, {
      rawProbability: Float64Array.of(0.5, second),
      probability: Float64Array.of(0.5, second),
    });
  expect(await of(Number.NaN)).toBeNull();
  expect(await of(0.4)).toMatchObject({ coverage: null });
});
