import { expect, test } from 'vitest';
import { exportedForest, golden } from '../../../test/golden/golden.ts';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { ModelError } from '../../core/index.ts';
import { type Calibrator, FOREIGN, type ForeignPredictor, MetaModel, type ModelParts } from '../index.ts';
import { fromPlainModel, toPlainModel } from '../plain-model.ts';
import { decodeModel, encodeModel, readMetadata, readModel } from './index.ts';

const FEATURES = ['volatility', 'momentum', 'regime', 'trend_strength'] as const;
const inputs = Float32Array.from(golden.exported_forest.inputs.flat());

/** Parts of a model of ours around a forest that skl2onnx wrote. */
function partsAround(calibrator?: Calibrator): ModelParts {
  const { parts } = decodeModel(exportedForest('zipmap'), { sha256, featureNames: FEATURES });
  const { metadata, vpin, regime, calibrator: isotonic } = smallModel();
  const goldenInputs = inputs.slice(0, 4 * 4);
  return { ...parts, metadata, vpin, regime, goldenInputs, calibrator: calibrator ?? isotonic };
}

const foreignAlone = (): MetaModel => readModel(exportedForest('zipmap'), { sha256, featureNames: FEATURES });

test('a file as it was exported is uncalibrated; one of ours around it is not', () => {
  expect(foreignAlone().isUncalibrated).toBe(true);
  expect(readModel(encodeModel(partsAround(), sha256), { sha256 }).isUncalibrated).toBe(false);
});

test.each<[string, Calibrator | undefined]>([
  ['isotonic', undefined],
  ['Platt', { kind: 'platt', a: -4, b: 1.5 }],
  ['not calibrated', { kind: 'identity' }],
])(
  'a file of ours holds a foreign graph, which any runtime computes with the calibrator (%s)',
  async (_, calibrator) => {
    const parts = partsAround(calibrator);
    const bytes = encodeModel(parts, sha256);
    const model = readModel(bytes, { sha256 });
    const n = inputs.length / 4;
    const { raw_probability: raw, probabilities } = await runOnnx(bytes, inputs, n);
    let nSteps = 0;
    for (let k = 0; k < n; k++) {
      const own = model.predict(inputs.subarray(4 * k, 4 * k + 4));
      expect(Math.abs(own.raw - golden.exported_forest.probability[k])).toBeLessThan(1e-6);
      expect(Math.abs(own.raw - Number(raw.data[k]))).toBeLessThan(1e-6);
      const difference = Math.abs(own.confidence - Number(probabilities.data[2 * k + 1]));
      // At the edge of an isotonic step the last bit of a float32 sum decides on which side a row lies.
      if (difference > 1e-6 && model.calibrator.kind === 'isotonic') nSteps++;
      else expect(difference).toBeLessThan(1e-6);
    }
    expect(nSteps).toBeLessThan(5);
  },
);

test('a foreign predictor is read as it was written, with all that is around it', () => {
  const parts = partsAround();
  const bytes = encodeModel(parts, sha256);
  expect(encodeModel(decodeModel(bytes, { sha256 }).parts, sha256)).toEqual(bytes);
  const model = readModel(bytes, { sha256 });
  expect(model.learnerName).toBe('foreign');
  expect(model.metadata).toEqual(parts.metadata);
  expect(model.featureNames).toEqual(FEATURES);
  expect(readMetadata(bytes, { sha256 })).toEqual(parts.metadata);
  const { foreign, size } = model.predictor as ForeignPredictor;
  expect(foreign.description).toBe('trained elsewhere: TreeEnsembleClassifier');
  expect(size).toEqual(parts.predictor.size);
  const [row, { confidence, raw }] = [inputs.subarray(20, 24), model.predict(inputs.subarray(20, 24))];
  const explained = model.explain(row) ?? expect.fail('it holds rows to explain by');
  const sum = (values: Readonly<Record<string, number>> | null): number =>
    Object.values(values ?? {}).reduce((a, b) => a + b, 0);
  expect(explained.base + sum(explained.contributions)).toBeCloseTo(confidence, 9);
  expect(explained.rawBase + sum(explained.rawContributions)).toBeCloseTo(raw, 9);
  const background = model.predictor.predictMany(parts.goldenInputs, 4);
  expect(explained.rawBase, 'the mean of the rows in the file').toBeCloseTo(background.reduce((a, b) => a + b) / 4, 12);
  expect(foreignAlone().explain(row), 'the file of another program holds no rows').toBeNull();
});

test('a foreign model crosses threads as plain data and predicts the same bits', () => {
  const decoded = decodeModel(encodeModel(partsAround(), sha256), { sha256 });
  const copy = structuredClone(toPlainModel(decoded));
  const model = MetaModel.fromDecoded(fromPlainModel(copy, FOREIGN));
  const n = inputs.length / 4;
  expect(model.predictor.predictMany(inputs, n)).toEqual(decoded.parts.predictor.predictMany(inputs, n));
  expect(encodeModel({ ...decoded.parts, predictor: model.predictor }, sha256)).toEqual(
    encodeModel(decoded.parts, sha256),
  );
});

test('a foreign model cannot be trained here, and says what to do', () => {
  const rows = [new Float32Array(4), new Uint8Array(1), new Float64Array(1)] as const;
  expect(() => FOREIGN.value.fit(...rows, {} as never)).toThrow('ml4t calibrate MODEL BARS');
});

test('a graph changed under a valid checksum is refused by its golden vectors', () => {
  const parts = partsAround();
  const { foreign } = parts.predictor as ForeignPredictor;
  const [trees, ...others] = foreign.graph.nodes;
  const values = trees.attributes?.nodes_values;
  if (values === undefined || !('floats' in values)) throw new Error('no thresholds');
  const moved = { ...trees.attributes, nodes_values: { floats: Array.from(values.floats, (value) => value + 1) } };
  const graph = { ...foreign.graph, nodes: [{ ...trees, attributes: moved }, ...others] };
  const learner = { value: { ...FOREIGN.value, encode: () => ({ graph }) }, source: null };
  expect(() => readModel(encodeModel({ ...parts, learner }, sha256), { sha256 })).toThrow(
    expect.objectContaining({ name: ModelError.name, code: 'MODEL_GOLDEN_MISMATCH' }),
  );
});
