import type { Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { probes, runOnnx } from '../../test/support/onnx-runtime.ts';
import { forestIn, sha256, smallModel } from '../../test/support/small-model.ts';
import { forestNodes } from './forest/forest-graph.ts';
import type { MetaModel, ModelParts } from './index.ts';
import { encodeGraph } from './onnx/encode-graph.ts';
import { encodeModel, readModel } from './onnx/index.ts';
import { ATTRIBUTE, GRAPH, NODE } from './onnx/proto/onnx-fields.ts';
import { integersOf, messagesOf, readFields, textOf } from './onnx/proto/proto-fields.ts';

const decode = (bytes: Uint8Array): MetaModel => readModel(bytes, { sha256 });
const encode = (parts: ModelParts): Uint8Array => encodeModel(parts, sha256);

describe('a model file', () => {
  /** Compares with onnxruntime, on thresholds and off: raw sums to the bit, calibrated probabilities to 1e-6. */
  async function compareWithRuntime(parts: ModelParts): Promise<void> {
    const bytes = encode(parts);
    const model = decode(bytes);
    const n = 3000;
    const x = probes(parts, n);
    const { probabilities, raw_probability, label } = await runOnnx(bytes, x, n);
    const at = (tensor: Tensor, k: number): number => Number(tensor.data[k]);
    for (let k = 0; k < n; k++) {
      const { raw, confidence } = model.predict(Float64Array.from(x.subarray(4 * k, 4 * k + 4)));
      expect(at(raw_probability, k), `row ${k}: the float32 sum is exact`).toBe(raw);
      expect(Math.abs(at(probabilities, 2 * k + 1) - confidence), `row ${k}`).toBeLessThan(1e-6);
      expect(Math.abs(at(probabilities, 2 * k) + confidence - 1), `row ${k}`).toBeLessThan(1e-6);
      if (Math.abs(confidence - 0.5) > 1e-6) expect(at(label, k), `row ${k}`).toBe(confidence >= 0.5 ? 1 : 0);
    }
  }

  test.each(['identity', 'platt', 'isotonic'] as const)(
    'gives the same probabilities in onnxruntime: %s',
    async (calibrator) => {
      const parts = smallModel({ nTrees: 50, maxDepth: 5, calibrator });
      expect(parts.calibrator.kind).toBe(calibrator);
      await compareWithRuntime(parts);
    },
  );

  test('gives the same probabilities where Platt’s slope is steep, as it is for scores that hardly differ', async () => {
    const calibrator = { kind: 'platt', a: -800, b: 380 } as const;
    await compareWithRuntime({ ...smallModel({ nTrees: 50, maxDepth: 5 }), calibrator });
  });

  test('gives the same probabilities where a score lies exactly on a step of the calibrator', async () => {
    const parts = smallModel({ nTrees: 50, maxDepth: 5 });
    const scores = parts.predictor.predictMany(probes(parts, 3000), 3000);
    const steps = [...new Set(scores)].sort((a, b) => a - b).filter((_, k) => k % 9 === 4);
    const values = Float64Array.from(steps, (_, k) => (k + 1) / (steps.length + 1));
    await compareWithRuntime({
      ...parts,
      calibrator: { kind: 'isotonic', thresholds: Float32Array.from(steps), values },
    });
  });

  test('has weights for class 0 only, which every runtime reads as class 1 when it is the only one', () => {
    const parts = smallModel();
    const forest = forestIn(parts);
    const graph = readFields(encodeGraph({ nodes: forestNodes(forest) }, parts.calibrator, 4).finish());
    const attributes = messagesOf(messagesOf(graph, GRAPH.node)[0], NODE.attribute);
    const classIds = attributes.find((attribute) => textOf(attribute, ATTRIBUTE.name) === 'class_ids') ?? new Map();
    const nLeaves = forest.feature.filter((j) => j < 0).length;
    expect(integersOf(classIds, ATTRIBUTE.ints)).toEqual(new Array(nLeaves).fill(0));
  });

  test('does not depend on the order of its parts’ keys', () => {
    const reversed = <T>(value: T): T => Object.fromEntries(Object.entries(value as object).reverse()) as T;
    const parts = smallModel();
    const { metadata, regime, vpin } = parts;
    const other = {
      ...parts,
      regime: reversed(regime),
      vpin: reversed(vpin),
      metadata: reversed({ ...metadata, training: reversed(metadata.training) }),
    };
    expect(encode(other)).toEqual(encode(parts));
  });

  test('is read as it was written, and written the same twice', () => {
    const parts = smallModel();
    const bytes = encode(parts);
    expect(encode(smallModel())).toEqual(bytes);
    const model = decode(bytes);
    const { predictor, calibrator, regime, vpin, metadata, featureNames } = model;
    const read = { calibrator, regime, vpin, metadata, featureNames };
    expect(read).toEqual({
      calibrator: parts.calibrator,
      regime: parts.regime,
      vpin: parts.vpin,
      metadata: parts.metadata,
      featureNames: parts.featureNames,
    });
    expect(forestIn(model)).toEqual(forestIn(parts));
    expect(encode({ ...parts, predictor, calibrator, metadata })).toEqual(bytes);
    expect(model.version).toMatch(/^m-[0-9a-f]{16}$/);
    expect(model.lastBarTs).toBe(1_700_000_000_000_000_001n);
  });

  test('with other content has another version', () => {
    const parts = smallModel();
    const other = { ...parts, regime: { ...smallModel().regime, stayCalm: 0.97 } } as ModelParts;
    expect(decode(encode(other)).version).not.toBe(decode(encode(parts)).version);
  });
});

test('predict takes exactly one row of its features', () => {
  const model = decode(encode(smallModel()));
  const row = Float32Array.of(0.1, -2, 0.3, 1);
  expect(model.predict(row)).toEqual(model.predict(Float64Array.from(row)));
  for (const n of [0, 3, 5]) expect(() => model.predict(new Float64Array(n))).toThrow('features must be 4 values');
});

test('toxicity has its percentile among the training windows', () => {
  const model = decode(encode(smallModel()));
  expect([-1, 0, 0.1, 0.2, 0.35, 1, 2].map((v) => model.toxicityPercentile(v))).toEqual(
    [0, 0, 1 / 6, 1 / 3, 1 / 2, 1, 1].map((share) => expect.closeTo(share, 12)),
  );
});
