import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomForest } from '../../../test/support/random-forest.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { Rng } from '../../core/index.ts';
import { calibrate } from '../calibration/calibrator.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forestPredictor } from '../index.ts';
import { encodeModel, readModel } from '../onnx/index.ts';
import { forestDividends, shapleyValues } from './dividends.ts';
import { explainPrediction } from './explain-prediction.ts';
import { forestShapley } from './tree-shapley.ts';

const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
const coverOf = (forest: ForestArrays): Float32Array => forest.cover ?? expect.fail('is made so');

interface WideForest extends Readonly<Record<'roots' | 'feature' | 'threshold' | 'left' | 'right', readonly number[]>> {
  readonly n_features: number;
  readonly value: readonly number[];
  readonly cover: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly probability: readonly number[];
}

const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/wide-explanation/${name}`, import.meta.url), 'utf8')) as T;

/** The forest on 40 columns of test/golden/wide-explanation. */
function wideForest(): { readonly forest: ForestArrays; readonly file: WideForest } {
  const file = golden<WideForest>('forest.json');
  const forest = {
    nFeatures: file.n_features,
    nTrees: file.roots.length,
    roots: Int32Array.from(file.roots),
    feature: Int32Array.from(file.feature),
    threshold: Float32Array.from(file.threshold),
    left: Int32Array.from(file.left),
    right: Int32Array.from(file.right),
    leafValue: Float32Array.from(file.value),
    cover: Float32Array.from(file.cover),
    importance: new Float64Array(file.n_features),
  };
  return { forest, file };
}

/** Trees of one chain: split i asks feature i, and `share` of the weight goes on. A row of zeros goes on everywhere, to a leaf of 0.5. */
function chains(depth: number, share: number, nTrees = 1): ForestArrays {
  const nNodes = 2 * depth + 1;
  const nodes = Array.from({ length: nTrees * nNodes }, (_, node) => {
    const at = node % nNodes;
    const isSplit = at % 2 === 0 && at < 2 * depth;
    const weight = share ** (at >> 1) * (at % 2 === 0 ? 1 : 1 - share);
    return { node, isSplit, feature: isSplit ? at / 2 : -1, value: at === 2 * depth ? 0.5 : 0, weight };
  });
  return {
    nFeatures: depth,
    nTrees,
    roots: Int32Array.from({ length: nTrees }, (_, t) => t * nNodes),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: new Float32Array(nodes.length),
    left: Int32Array.from(nodes, ({ node, isSplit }) => (isSplit ? node + 2 : -1)),
    right: Int32Array.from(nodes, ({ node, isSplit }) => (isSplit ? node + 1 : -1)),
    leafValue: Float32Array.from(nodes, ({ value }) => value),
    cover: Float32Array.from(nodes, ({ weight }) => weight),
    importance: new Float64Array(depth),
  };
}

describe('Shapley values in polynomial time', () => {
  test('are those of the dividends, which are held to the definition', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const nFeatures = 1 + (seed % 12);
      const forest = randomForest(seed, nFeatures, 4, 3 + (seed % 8));
      const rng = new Rng(seed + 2000);
      const x = Float32Array.from({ length: nFeatures }, () => rng.nextGaussian());
      const dividends = forestDividends(forest, coverOf(forest), x);
      const { base, contributions } = forestShapley(forest, coverOf(forest), x);
      expect(Math.abs(base - dividends[0]), `seed ${seed}`).toBeLessThan(1e-15);
      shapleyValues(dividends, nFeatures).forEach((value, j) => {
        expect(Math.abs(contributions[j] - value), `seed ${seed}, feature ${j}`).toBeLessThan(1e-14);
      });
    }
  });

  test('are those of the shap package on a forest of ours with 40 columns', () => {
    const { forest, file } = wideForest();
    const { base: expectedBase, shap } = golden<{ base: number; shap: number[][] }>('shap.json');
    let worst = 0;
    file.rows.forEach((row, k) => {
      const { base, contributions } = forestShapley(forest, coverOf(forest), Float32Array.from(row));
      worst = Math.max(worst, Math.abs(base - expectedBase), Math.abs(base + sum(contributions) - file.probability[k]));
      shap[k].forEach((value, j) => {
        worst = Math.max(worst, Math.abs(contributions[j] - value));
      });
    });
    expect(file.rows.length).toBe(25);
    expect(worst).toBeLessThan(1e-9);
  });

  test.each([0.999, 0.5, 0.25])('stay exact where 60 features share one path, %d of the weight each', (share) => {
    const forest = chains(60, share);
    const { base, contributions } = forestShapley(forest, coverOf(forest), new Float32Array(60));
    const one = (0.5 - base) / 60;
    for (const [j, value] of contributions.entries()) {
      // The features are alike but for weights that are float32.
      expect(Math.abs(value / one - 1), `feature ${j}`).toBeLessThan(1e-4);
    }
    expect(Math.abs(base + sum(contributions) - 0.5)).toBeLessThan(1e-13);
  });
});

describe('an explanation of many features', () => {
  const NAMES = Array.from({ length: 40 }, (_, j) => `column_${j}`);
  const STEPS = { thresholds: Float32Array.of(0, 0.4, 0.5, 0.6), values: Float64Array.of(0.2, 0.45, 0.5, 0.7) };
  const calibrator = { kind: 'isotonic', ...STEPS } as const;

  test('is of the raw probability, has the calibrated base, and says why', () => {
    const { forest, file } = wideForest();
    const row = Float32Array.from(file.rows[3]);
    const told = explainPrediction(forestPredictor(forest), calibrator, NAMES, row, 0.5) ?? expect.fail('can be');
    expect(Object.keys(told.rawContributions)).toEqual(NAMES);
    expect(Math.abs(told.rawBase + sum(Object.values(told.rawContributions)) - file.probability[3])).toBeLessThan(
      1e-12,
    );
    expect(told.base).toBe(calibrate(calibrator, told.rawBase));
    expect(told.contributions).toBeNull();
    expect(told.contributionsReason).toContain('2^40 sets of features');
  });

  test('is not given where it would delay signals', () => {
    const explained = (forest: ForestArrays) =>
      explainPrediction(
        forestPredictor(forest),
        { kind: 'identity' },
        Array.from({ length: forest.nFeatures }, (_, j) => `c${j}`),
        new Float32Array(forest.nFeatures),
        0,
      );
    const stumps = (nTrees: number): ForestArrays => ({ ...chains(0, 0.5, nTrees), nFeatures: 9 });
    expect(explained(stumps(40))?.contributionsReason).toBeNull();
    expect(explained(stumps(40_000))?.contributions, 'too many terms of sets').toBeNull();
    expect(explained(chains(120, 0.5, 20)), 'few enough').not.toBeNull();
    expect(explained(chains(120, 0.5, 30)), 'too many leaves at depth').toBeNull();
  });

  test('leaves the explanations of few features to the bit', () => {
    const hashOf = (calibrator: 'identity' | 'isotonic'): string => {
      const model = readModel(encodeModel(smallModel({ nTrees: 100, maxDepth: 5, calibrator }), sha256), { sha256 });
      const rng = new Rng(11);
      const told = Array.from({ length: 200 }, () => {
        const features = Float64Array.from({ length: 4 }, () => 1.5 * rng.nextGaussian());
        const { base, contributions, rawBase, rawContributions } = model.explain(features) ?? expect.fail('can be');
        return JSON.stringify([base, contributions, rawBase, rawContributions]);
      });
      return sha256(new TextEncoder().encode(told.join('')));
    };
    // Recorded by the program before it explained more than about 17 features.
    expect(hashOf('identity')).toBe('44b8feefb1f2cae324b46c20e6272d1df6db7cb7790bb7c1e73684226ca81d75');
    expect(hashOf('isotonic')).toBe('471e237a2eaf2e51fe27d768caefec7df7defdc990cb5712242dcb614e7850be');
  });
});
