import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomForest } from '../../../test/support/random-forest.ts';
import { forestIn, sha256, smallModel, withForest } from '../../../test/support/small-model.ts';
import { Rng } from '../../core/index.ts';
import { type Calibrator, calibrate } from '../calibration/calibrator.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forestPredictor, type MetaModel, type ModelParts, predictForest } from '../index.ts';
import { encodeModel, readModel } from '../onnx/index.ts';
import { dividendsOf, forestDividends, shapleyValues, valuesOf } from './dividends.ts';
import { type Explanation, explainPrediction } from './explain-prediction.ts';

const decode = (parts: ModelParts): MetaModel => readModel(encodeModel(parts, sha256), { sha256 });
const sum = (values: object): number =>
  Object.values(values as Readonly<Record<string, number>>).reduce((total, value) => total + value, 0);

/** An explanation of the calibrated confidence. */
function exact(explanation: Explanation | null): Explanation & { readonly contributions: Record<string, number> } {
  const { contributions = null, ...rest } = explanation ?? expect.fail('can be');
  return { ...rest, contributions: contributions ?? expect.fail('all features are few') };
}

interface ShapFile {
  readonly trees: readonly Readonly<
    Record<'feature' | 'threshold' | 'left' | 'right' | 'value' | 'cover', readonly number[]>
  >[];
  readonly rows: readonly (readonly number[])[];
  readonly probability: readonly number[];
  readonly base: number;
  readonly shap: readonly (readonly number[])[];
}

/** Algorithm 1 of the paper: the expected value of a tree when only the features of a set are known. */
function expectedValue(
  forest: ForestArrays,
  cover: Float32Array,
  x: Float32Array,
  known: ReadonlySet<number>,
  node: number,
): number {
  const j = forest.feature[node];
  if (j < 0) return forest.leafValue[node];
  const [low, high] = [forest.left[node], forest.right[node]];
  const at = (child: number): number => expectedValue(forest, cover, x, known, child);
  if (known.has(j)) return at(x[j] <= forest.threshold[node] ? low : high);
  return (cover[low] * at(low) + cover[high] * at(high)) / (cover[low] + cover[high]);
}

/** Shapley values by their definition, over all subsets. */
function bruteForce(n: number, worth: (known: ReadonlySet<number>) => number): number[] {
  const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));
  const setOf = (bits: number): Set<number> =>
    new Set(Array.from({ length: n }, (_, j) => j).filter((j) => (bits >> j) & 1));
  return Array.from({ length: n }, (_, j) => {
    let shapley = 0;
    for (let bits = 0; bits < 2 ** n; bits++) {
      if ((bits >> j) & 1) continue;
      const without = setOf(bits);
      const weight = (factorial(without.size) * factorial(n - without.size - 1)) / factorial(n);
      shapley += weight * (worth(new Set([...without, j])) - worth(without));
    }
    return shapley;
  });
}

describe('contributions', () => {
  test.each(['identity', 'platt', 'isotonic'] as const)(
    'add up to the confidence and to the raw probability for 1,000 random signals: %s',
    (calibrator) => {
      const model = decode(smallModel({ nTrees: 100, maxDepth: 5, calibrator }));
      const rng = new Rng(7);
      let [moved, worst] = [0, 0];
      for (let k = 0; k < 1000; k++) {
        const features = Float64Array.from({ length: 4 }, () => 1.5 * rng.nextGaussian());
        const { raw, confidence } = model.predict(features);
        const { base, contributions, rawBase, rawContributions } = exact(model.explain(features));
        const ofRaw = Math.abs(rawBase + sum(rawContributions) - raw);
        worst = Math.max(worst, ofRaw, Math.abs(base + sum(contributions) - confidence));
        if (Math.abs(contributions.volatility ?? 0) > 0.01) moved++;
      }
      expect(worst).toBeLessThan(1e-9);
      expect(moved, 'the informative feature changes confidences').toBeGreaterThan(500);
    },
  );

  test('of a stump by hand: the feature of its split gets everything', () => {
    const forest: ForestArrays = {
      nFeatures: 4,
      nTrees: 1,
      roots: Int32Array.of(0),
      feature: Int32Array.of(1, -1, -1),
      threshold: Float32Array.of(0.5, 0, 0),
      left: Int32Array.of(1, -1, -1),
      right: Int32Array.of(2, -1, -1),
      leafValue: Float32Array.of(0, 0.25, 0.75),
      cover: Float32Array.of(4, 3, 1),
      importance: new Float64Array(4),
    };
    const parts = { ...withForest(smallModel(), forest), calibrator: { kind: 'identity' } as const };
    const explanation = decode(parts).explain(Float64Array.of(9, 1, 9, 9));
    const contributions = { volatility: 0, momentum: 0.375, regime: 0, trend_strength: 0 };
    expect(explanation).toEqual({
      base: 0.375,
      contributions,
      contributionsReason: null,
      rawBase: 0.375,
      rawContributions: contributions,
      rawUnit: 'probability',
    });
  });

  test('are the Shapley values of their definition, over all sets of up to nine features', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const nFeatures = seed <= 54 ? 1 + (seed % 6) : 9;
      const forest = randomForest(seed, nFeatures);
      const cover = forest.cover ?? expect.fail('is made so');
      const rng = new Rng(seed + 1000);
      const x = Float32Array.from({ length: nFeatures }, () => rng.nextGaussian());
      const worth = (known: ReadonlySet<number>): number =>
        forest.roots.reduce((total, root) => total + expectedValue(forest, cover, x, known, root), 0);
      const calibrators: Calibrator[] = [
        { kind: 'identity' },
        { kind: 'platt', a: -7, b: 3 },
        // Steps that are not near the value of any set.
        { kind: 'isotonic', thresholds: Float32Array.of(0, 0.4321, 0.5123), values: Float64Array.of(0.2, 0.5, 0.7) },
      ];
      const dividends = forestDividends(forest, cover, x);
      for (const calibrator of calibrators) {
        const values = valuesOf(dividends).map((value) => calibrate(calibrator, value));
        const ours = shapleyValues(dividendsOf(values), nFeatures);
        const exact = bruteForce(nFeatures, (known) => calibrate(calibrator, worth(known)));
        exact.forEach((value, j) => {
          expect(Math.abs(ours[j] - value), `seed ${seed}, feature ${j}, ${calibrator.kind}`).toBeLessThan(1e-12);
        });
      }
    }
  });

  test('equal those of the shap package for a forest of scikit-learn', () => {
    const url = new URL('../../../test/golden/explanation/shap.json', import.meta.url);
    const { trees, rows, probability, base, shap } = JSON.parse(readFileSync(url, 'utf8')) as ShapFile;
    const nFeatures = rows[0].length;
    const forests = trees.map(
      ({ feature, threshold, left, right, value, cover }): ForestArrays => ({
        nFeatures,
        nTrees: 1,
        roots: Int32Array.of(0),
        feature: Int32Array.from(feature),
        threshold: Float32Array.from(threshold),
        left: Int32Array.from(left),
        right: Int32Array.from(right),
        leafValue: Float32Array.from(value),
        cover: Float32Array.from(cover),
        importance: new Float64Array(nFeatures),
      }),
    );
    rows.forEach((row, k) => {
      const ofTrees = forests.map((forest) =>
        forestDividends(forest, forest.cover ?? expect.fail(), Float32Array.from(row)),
      );
      const dividends = ofTrees[0].map((_, set) => ofTrees.reduce((total, one) => total + one[set], 0) / trees.length);
      const contributions = shapleyValues(dividends, nFeatures);
      // Our leaves and weights are float32.
      expect(Math.abs(dividends[0] - base)).toBeLessThan(1e-6);
      expect(Math.abs(sum(dividends) - probability[k])).toBeLessThan(1e-6);
      shap[k].forEach((value, j) => {
        expect(Math.abs(contributions[j] - value), `row ${k}, feature ${j}`).toBeLessThan(1e-6);
      });
    });
  });

  test('are 0 for a feature without a split, also when a score lies exactly on a step of the calibrator', () => {
    const parts = smallModel({ nTrees: 100, maxDepth: 5 });
    const without = { ...forestIn(parts), feature: forestIn(parts).feature.map((j) => (j === 3 ? 0 : j)) };
    const rng = new Rng(3);
    const predictor = predictForest(without);
    for (let k = 0; k < 200; k++) {
      const row = Float32Array.from({ length: 4 }, () => rng.nextGaussian());
      const steps = { thresholds: Float32Array.of(0, predictor.predictOne(row)), values: Float64Array.of(0.1, 0.9) };
      const explanation = explainPrediction(
        forestPredictor(without),
        { kind: 'isotonic', ...steps },
        parts.featureNames,
        row,
        0.9,
      );
      const { base, contributions } = exact(explanation);
      expect(contributions.trend_strength, `row ${k}`).toBe(0);
      expect(Math.abs(base + sum(contributions) - 0.9), `row ${k}`).toBeLessThan(1e-9);
    }
  });
});

describe('the training weight of the nodes', () => {
  const features = Float64Array.of(0.1, -0.3, 0.5, 0.7);

  test('is written and read without loss, and changes no probability', () => {
    const parts = smallModel({ nTrees: 20, maxDepth: 5 });
    const model = decode(parts);
    const weight = (nodes: Int32Array): number[] => Array.from(nodes, (node) => forestIn(model).cover?.[node] ?? -1);
    expect([...weight(forestIn(model).roots)].sort(), 'the order of the trees is unchanged').toEqual(
      [...rootsOf(parts)].sort(),
    );
    expect(sum(forestIn(model).cover ?? [])).toBe(sum(forestIn(parts).cover ?? []));
    const without = decode(withForest(parts, { cover: null }));
    expect(without.predict(features)).toEqual(model.predict(features));
    const rewritten = decode(withForest(parts, forestIn(model)));
    expect(forestIn(rewritten), 'read, written and read again').toEqual(forestIn(model));
    expect(rewritten.explain(features)).toEqual(model.explain(features));
  });

  const rootsOf = (parts: ModelParts): number[] =>
    Array.from(forestIn(parts).roots, (root) => forestIn(parts).cover?.[root] ?? -1);

  test.each<[string, (cover: Float32Array) => Float32Array | null]>([
    ['is absent, as in older files', () => null],
    ['is all ones, as exporters write it', (cover) => cover.map(() => 1)],
    ['is all zeros', (cover) => cover.map(() => 0)],
    ['does not add up', (cover) => cover.map((weight, node) => (node === 1 ? weight * 1.01 : weight))],
    ['is negative', (cover) => cover.map((weight) => -weight)],
    ['is no number', (cover) => cover.map((weight, node) => (node === 2 ? Number.NaN : weight))],
    ['is too short', (cover) => cover.slice(1)],
  ])('gives no explanation where it %s', (_, change) => {
    const parts = smallModel({ nTrees: 20, maxDepth: 5 });
    const cover = change(forestIn(parts).cover ?? expect.fail('is grown so'));
    const model = decode(withForest(parts, { cover }));
    expect(forestIn(model).cover).toBeNull();
    expect(model.explain(features)).toBeNull();
  });
});
