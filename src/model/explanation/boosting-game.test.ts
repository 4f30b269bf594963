import { expect, test } from 'vitest';
import { boostedModel, boostingRows, smallBoosting } from '../../../test/support/small-boosting.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { boostingPredictor } from '../boosting/boosting-predictor.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { encodeModel, readModel } from '../onnx/index.ts';
import { shapleyValues } from './dividends.ts';
import { explainPrediction } from './explain-prediction.ts';

const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** Margin that is expected where only the features of a set are known, by its definition. */
function expected(trees: ForestArrays, cover: Float32Array, x: Float32Array, set: number): number {
  const below = (node: number): number => {
    const j = trees.feature[node];
    if (j < 0) return trees.leafValue[node];
    const [low, high] = [trees.left[node], trees.right[node]];
    if (((set >> j) & 1) === 1) return below(x[j] <= trees.threshold[node] ? low : high);
    return (cover[low] * below(low) + cover[high] * below(high)) / (cover[low] + cover[high]);
  };
  return sum(Array.from(trees.roots, below));
}

/** Shapley values by the mean over all orders of the features. */
function byOrders(nFeatures: number, value: (set: number) => number): number[] {
  const total = new Array<number>(nFeatures).fill(0);
  let n = 0;
  const walk = (set: number, moved: readonly [number, number][]): void => {
    if (moved.length === nFeatures) {
      n++;
      for (const [j, by] of moved) total[j] += by;
      return;
    }
    for (let j = 0; j < nFeatures; j++) {
      if (((set >> j) & 1) === 1) continue;
      const next = set | (1 << j);
      walk(next, [...moved, [j, value(next) - value(set)]]);
    }
  };
  walk(0, []);
  return total.map((each) => each / n);
}

test.each([1, 2, 5])(
  'contributions of %i features to probability and margin are those of their definitions',
  (nFeatures) => {
    const boosted = smallBoosting(nFeatures, { maxDepth: 4 }, 3);
    const { trees, base } = boosted;
    const cover = trees.cover ?? expect.fail('is grown so');
    const predictor = boostingPredictor(boosted);
    const { x } = boostingRows(10, nFeatures, 9);
    for (let k = 0; k < 10; k++) {
      const row = x.slice(k * nFeatures, (k + 1) * nFeatures);
      const values = Array.from({ length: 2 ** nFeatures }, (_, set) => base + expected(trees, cover, row, set));
      const dividends = predictor.dividends?.(row) ?? expect.fail('are few');
      const ofProbability = byOrders(nFeatures, (set) => logistic(values[set]));
      expect(sum(dividends), 'they add up to the prediction').toBeCloseTo(predictor.predictOne(row), 12);
      shapleyValues(dividends, nFeatures).forEach((value, j) => {
        expect(Math.abs(value - ofProbability[j]), `row ${k}, feature ${j}`).toBeLessThan(1e-7); // probabilities are float32
      });
      const margin = predictor.shapley?.(row) ?? expect.fail('are few');
      expect(margin.unit).toBe('log_odds');
      expect(Math.abs(margin.base - values[0])).toBeLessThan(1e-12);
      byOrders(nFeatures, (set) => values[set]).forEach((value, j) => {
        expect(Math.abs(margin.contributions[j] - value), `row ${k}, feature ${j}`).toBeLessThan(1e-12);
      });
    }
  },
);

test('a model of a file explains its confidence, and adds up to it', () => {
  const model = readModel(encodeModel(boostedModel(), sha256), { sha256 });
  const { x } = boostingRows(20, 4, 9);
  for (let k = 0; k < 20; k++) {
    const row = x.slice(4 * k, 4 * k + 4);
    const { raw, confidence } = model.predict(row);
    const told = model.explain(row) ?? expect.fail('can be');
    expect(told.rawUnit).toBe('probability');
    expect(Math.abs(told.rawBase + sum(Object.values(told.rawContributions)) - raw)).toBeLessThan(1e-9);
    expect(Math.abs(told.base + sum(Object.values(told.contributions ?? {})) - confidence)).toBeLessThan(1e-9);
  }
});

test('with many features the log-odds are explained, and the answer says so', () => {
  const nFeatures = 30;
  const boosted = smallBoosting(nFeatures, { maxDepth: 5 });
  const predictor = boostingPredictor(boosted);
  const names = Array.from({ length: nFeatures }, (_, j) => `column_${j}`);
  const row = boostingRows(1, nFeatures, 4).x;
  const told = explainPrediction(predictor, { kind: 'identity' }, names, row, 0.5) ?? expect.fail('can be');
  expect(told.rawUnit).toBe('log_odds');
  expect(told.contributions).toBeNull();
  expect(told.contributionsReason).toContain('those to the log-odds of the raw probability are exact');
  const margin = told.rawBase + sum(Object.values(told.rawContributions));
  expect(Math.abs(logistic(margin) - predictor.predictOne(row))).toBeLessThan(1e-7);
  expect(told.base, 'the calibrated probability of the base').toBeCloseTo(logistic(told.rawBase), 7);
});
