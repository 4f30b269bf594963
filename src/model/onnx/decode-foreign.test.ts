import { describe, expect, test } from 'vitest';
import { exportedForest, golden } from '../../../test/golden/golden.ts';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { ModelError } from '../../core/index.ts';
import { readModel } from './index.ts';

const FEATURES = ['volatility', 'momentum', 'regime', 'trend_strength'] as const;

describe('a forest of scikit-learn exported by skl2onnx', () => {
  test.each(['zipmap', 'tensor'] as const)('is read and gives scikit-learn’s probabilities (%s)', async (kind) => {
    const bytes = exportedForest(kind);
    const model = readModel(bytes, { sha256, featureNames: FEATURES });
    const { inputs, probability } = golden.exported_forest;
    inputs.forEach((row, k) => {
      expect(Math.abs(model.predict(Float64Array.from(row)).confidence - probability[k]), `row ${k}`).toBeLessThan(
        1e-6,
      );
    });
    expect(model.metadata.training.verdict).toBe('unknown');
    expect(model.calibrator.kind).toBe('identity');
    expect(model.explain(Float64Array.from(inputs[0])), 'its hit rates are all 1, which are not weights').toBeNull();
    if (kind === 'zipmap') return; // onnxruntime for JavaScript does not support maps
    const { probabilities } = await runOnnx(bytes, Float32Array.from(inputs.flat()), inputs.length);
    inputs.forEach((row, k) => {
      expect(
        Math.abs(Number(probabilities.data[2 * k + 1]) - model.predict(Float64Array.from(row)).confidence),
      ).toBeLessThan(1e-6);
    });
  });

  test('does not name its features, so the caller must', () => {
    expect(() => readModel(exportedForest('tensor'), { sha256 })).toThrow('name them in order with --features a,b,c');
    const three = () => readModel(exportedForest('tensor'), { sha256, featureNames: FEATURES.slice(1) });
    expect(three).toThrow('the model takes 4 features, 3 were named (');
  });

  test('is refused when a feature is named twice', () => {
    const featureNames = ['vpin', 'momentum', 'vpin', 'regime'] as const;
    expect(() => readModel(exportedForest('tensor'), { sha256, featureNames })).toThrow(
      new ModelError('MODEL_SCHEMA', 'a feature is named twice'),
    );
  });

  test.each([
    [
      'another operator',
      '\x22\x16TreeEnsembleClassifier',
      '\x22\x16TreeEnsembleRegressors',
      'TreeEnsembleRegressors, which is not part of such models',
    ],
    [
      'an attribute that may change the sum',
      'nodes_hitrates',
      'base_values_as',
      '"base_values_as", which is not known',
    ],
    ['another transform', 'NONE', 'SOFT', 'post_transform SOFT is not known'],
    ['another comparison', 'BRANCH_LEQ', 'BRANCH_XEQ', 'node mode BRANCH_XEQ is not known'],
    ['an input that nothing makes', '\x0a\x01X', '\x0a\x01Y', 'nothing makes its tensor Y'],
  ])('but %s is refused', (_, from, to, message) => {
    const whole = Buffer.from(exportedForest('tensor')).toString('latin1');
    expect(whole).toContain(from);
    const changed = Buffer.from(whole.replace(from, to), 'latin1');
    expect(() => readModel(changed, { sha256, featureNames: FEATURES })).toThrow(message);
  });
});
