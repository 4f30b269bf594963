import type { Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { logisticBytes, logisticNodes } from '../../../test/support/learners/logistic.ts';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { ModelError, Rng } from '../../core/index.ts';
import type { Own } from '../../domain/index.ts';
import { inlineLearnerPool } from '../forest/learner-pool.ts';
import { type Calibrator, fitPredictor, type Learner, MetaModel, type ModelParts } from '../index.ts';
import { fromPlainModel, toPlainModel } from '../plain-model.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel, readMetadata, readModel } from './index.ts';

const HASH = 'a'.repeat(64);
const SOURCE = { module: 'file:///home/me/my-learner.ts', exportName: 'mine', hash: HASH };
const ofModule = (value: Learner, source = SOURCE): Own<Learner> => ({ value, source });

/** Parts of a model like `smallModel`, fitted by another learner. */
async function partsOf(learner: Own<Learner>, calibrator?: Calibrator): Promise<ModelParts> {
  const small = smallModel();
  const rng = new Rng(1);
  const x = Float32Array.from({ length: 800 * 4 }, () => rng.nextGaussian());
  const y = Uint8Array.from({ length: 800 }, (_, k) => (rng.nextGaussian() < x[4 * k] ? 1 : 0));
  const forest = { nEstimators: 1, maxDepth: 1, minSamplesSplit: 2, minSamplesLeaf: 1, maxFeatures: 1, randomState: 1 };
  const boosting = { nEstimators: 1, maxDepth: 1, learningRate: 0.1, earlyStoppingRounds: null };
  const ticks = Int32Array.from(y.keys());
  const predictor = await fitPredictor(learner, x, y, new Float64Array(800).fill(1), {
    seed: 1,
    featureNames: small.featureNames,
    settings: { forest, boosting },
    spans: { start: ticks, end: ticks },
    pool: inlineLearnerPool(),
    onSteps: () => undefined,
    signal: { aborted: false },
  });
  return { ...small, learner, predictor, calibrator: calibrator ?? small.calibrator };
}

/** The weights as a matrix, so that the file has constants of two dimensions. */
const matrixLearner: Learner = {
  ...(logisticNodes as Learner),
  name: 'matrix',
  encode: (predictor) => {
    const encoded = (logisticNodes as Learner).encode(predictor);
    const { coefficients, intercepts } = ('graph' in encoded && encoded.graph.nodes[0].attributes) || {};
    if (coefficients === undefined || !('floats' in coefficients)) throw new Error('no coefficients');
    if (intercepts === undefined || !('floats' in intercepts)) throw new Error('no intercepts');
    return {
      graph: {
        nodes: [
          { op: 'MatMul', inputs: ['X', 'matrix_weights'], outputs: ['matrix_product'] },
          { op: 'Add', inputs: ['matrix_product', 'matrix_intercept'], outputs: ['matrix_sum'] },
          { op: 'Sigmoid', inputs: ['matrix_sum'], outputs: ['raw_probability'] },
        ],
        constants: [
          { name: 'matrix_weights', values: Float32Array.from(coefficients.floats).slice(4), dims: [4, 1] },
          { name: 'matrix_intercept', values: Float32Array.of(intercepts.floats[1]) },
        ],
      },
    };
  },
  decode: (encoded, context) => {
    const [weights, intercept] = 'graph' in encoded ? (encoded.graph.constants ?? []) : [];
    expect([weights.name, intercept.name]).toEqual(['matrix_weights', 'matrix_intercept']);
    expect([weights.dims, intercept.dims ?? [1]]).toEqual([[4, 1], [1]]);
    const numbers = [intercept.values[0], ...weights.values];
    return logisticBytes.decode({ bytes: new TextEncoder().encode(JSON.stringify(numbers)) }, context);
  },
};

describe('a file of another learner, as operators', () => {
  test.each<[string, Learner, Calibrator | undefined]>([
    ['linear classifier, isotonic', logisticNodes, undefined],
    ['linear classifier, Platt', logisticNodes, { kind: 'platt', a: -4, b: 1.5 }],
    ['linear classifier, not calibrated', logisticNodes, { kind: 'identity' }],
    ['matrix product, Platt', matrixLearner, { kind: 'platt', a: -4, b: 1.5 }],
  ])('gives the same probabilities in onnxruntime (%s)', async (_, learner, calibrator) => {
    const parts = await partsOf(ofModule(learner), calibrator);
    const bytes = encodeModel(parts, sha256);
    const model = readModel(bytes, { sha256, learner: ofModule(learner) });
    const rng = new Rng(9);
    const x = Float32Array.from({ length: 2000 * 4 }, () => rng.nextGaussian());
    const outputs = await runOnnx(bytes, x, 2000);
    const at = (tensor: Tensor, k: number): number => Number(tensor.data[k]);
    let nSteps = 0;
    for (let k = 0; k < 2000; k++) {
      const { raw, confidence } = model.predict(x.subarray(4 * k, 4 * k + 4));
      expect(Math.abs(at(outputs.raw_probability, k) - raw), `row ${k}`).toBeLessThan(1e-6);
      const difference = Math.abs(at(outputs.probabilities, 2 * k + 1) - confidence);
      // At the edge of an isotonic step the last bit of a float32 sum decides on which side a row lies.
      if (difference > 1e-6 && model.calibrator.kind === 'isotonic') nSteps++;
      else expect(difference, `row ${k}`).toBeLessThan(1e-6);
    }
    expect(nSteps).toBeLessThan(5);
  });

  test('is read as it was written: learner, size and importance', async () => {
    const parts = await partsOf(ofModule(logisticNodes));
    const model = readModel(encodeModel(parts, sha256), { sha256, learner: ofModule(logisticNodes) });
    expect(model.learnerName).toBe('logistic');
    expect(model.predictor.size).toEqual({ weights: 5 });
    expect(model.predictor.importance).toEqual(parts.predictor.importance);
    const forgetful: Learner = {
      ...(logisticNodes as Learner),
      decode: (encoded, context) => logisticNodes.decode(encoded, { ...context, importance: null }),
    };
    const remembered = readModel(encodeModel(parts, sha256), { sha256, learner: ofModule(forgetful) });
    expect(remembered.predictor.importance, 'the file keeps it').toEqual(parts.predictor.importance);
    expect(model.isExplained).toBe(false);
    expect(model.explain(new Float64Array(4))).toBeNull();
    expect(model.metadata).toEqual(parts.metadata);
  });
});

test('a file of bytes says that it needs its learner, and no runtime runs it', async () => {
  const bytes = encodeModel(await partsOf(ofModule(logisticBytes)), sha256);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain('Only the learner "logistic-bytes", of my-learner.ts, can read this predictor');
  expect(text, 'no path of this machine').not.toContain('/home/me');
  await expect(runOnnx(bytes, new Float32Array(4), 1)).rejects.toThrow(/ml4t\.learner.*OwnLearner|OwnLearner/);
  const model = readModel(bytes, { sha256, learner: ofModule(logisticBytes) });
  expect(model.predict(Float64Array.of(2, 0, 0, 0)).raw).toBeGreaterThan(0.8);
});

describe.each<[string, Learner]>([
  ['operators', logisticNodes],
  ['bytes', logisticBytes],
])('a file of another learner, as %s', (_, learner) => {
  const file = async (own = ofModule(learner)): Promise<Uint8Array> => encodeModel(await partsOf(own), sha256);

  test.each<[string, Own<Learner> | undefined, string]>([
    ['no learner', undefined, ', which is not built in; hand it in: { learner: await fromModule('],
    ['a learner of another name', ofModule(matrixLearner), ', not by "matrix"; hand it in'],
    [
      'another version of its module',
      ofModule(learner, { ...SOURCE, hash: 'b'.repeat(64) }),
      'of another version of its module (aaaaaaaaaaaa, not bbbbbbbbbbbb); hand it in',
    ],
    ['a closure', { value: learner, source: null }, 'this one is a closure'],
  ])('is refused with %s', async (__, handed, message) => {
    const bytes = await file();
    const read = () => readModel(bytes, { sha256, ...(handed && { learner: handed }) });
    expect(read).toThrow(expect.objectContaining({ code: 'MODEL_LEARNER' }));
    expect(read).toThrow(`the model was fitted by the learner "${learner.name}"`);
    expect(read).toThrow(message);
    expect(read).toThrow("new URL('./my-learner.ts', import.meta.url), 'mine')");
  });

  test('is read by a closure where it was trained by one', async () => {
    const own = { value: learner, source: null };
    const bytes = await file(own);
    expect(readModel(bytes, { sha256, learner: own }).learnerName).toBe(learner.name);
    expect(() => readModel(bytes, { sha256 })).toThrow('hand the learner in: { learner }');
  });

  test('is refused when the learner answers its golden vectors otherwise', async () => {
    const bytes = await file();
    const other: Learner = {
      ...learner,
      decode: (encoded, context) => {
        const made = learner.decode(encoded, context);
        return { ...made, predictMany: (x, n) => made.predictMany(x, n).map((p) => p * 0.999) };
      },
    };
    expect(() => readModel(bytes, { sha256, learner: ofModule(other) })).toThrow(
      expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }),
    );
  });

  test('has metadata that can be read without the learner', async () => {
    expect(readMetadata(await file(), { sha256 })).toEqual(smallModel().metadata);
  });

  test('is the same after it went to another thread as plain data', async () => {
    const own = ofModule(learner);
    const decoded = decodeModel(await file(), { sha256, learner: own });
    const moved = MetaModel.fromDecoded(fromPlainModel(structuredClone(toPlainModel(decoded)), own));
    const row = Float64Array.of(0.3, -1, 2, 0);
    expect(moved.predict(row)).toEqual(MetaModel.fromDecoded(decoded).predict(row));
    expect(moved.predictor.importance).toEqual(decoded.parts.predictor.importance);
  });

  test('with random damage under a valid checksum gives a ModelError or a model', async () => {
    const own = ofModule(learner);
    const whole = await file();
    const rng = new Rng(8);
    const codes = new Set<string>();
    for (let k = 0; k < 1000; k++) {
      const body = whole.slice(0, -76);
      body[rng.nextInt(body.length)] ^= 1 << rng.nextInt(8);
      const damaged = Buffer.concat([body, whole.subarray(-76, -64), Buffer.from(sha256(body))]);
      try {
        readModel(damaged, { sha256, learner: own });
        codes.add('served');
      } catch (error) {
        expect(error, `file ${k}`).toBeInstanceOf(ModelError);
        codes.add((error as ModelError).code);
      }
    }
    for (const code of ['MODEL_CORRUPT', 'MODEL_LEARNER', 'MODEL_GOLDEN_MISMATCH']) expect(codes).toContain(code);
  });
});

test.each([
  ['a name of our part of the graph', 'logit', 'begin each name with the learner’s'],
  ['the input', 'X', 'begin each name with the learner’s'],
])('operators of a learner cannot write %s', async (_, name, message) => {
  const learner: Learner = {
    ...(logisticNodes as Learner),
    encode: (predictor) => {
      const encoded = (logisticNodes as Learner).encode(predictor);
      const nodes = 'graph' in encoded ? encoded.graph.nodes : [];
      return { graph: { nodes: nodes.map((node) => ({ ...node, outputs: [name, ...node.outputs.slice(1)] })) } };
    },
  };
  const parts = await partsOf(ofModule(learner));
  expect(() => encodeModel(parts, sha256)).toThrow(message);
});

test('operators of a learner must lead to the probability', async () => {
  const learner: Learner = { ...(logisticNodes as Learner), encode: () => ({ graph: { nodes: [] } }) };
  const parts = await partsOf(ofModule(learner));
  expect(() => encodeModel(parts, sha256)).toThrow('must be "raw_probability"');
});

test('a probability is a float32, as in the graph, in training and after reading', async () => {
  const parts = await partsOf(ofModule(logisticNodes));
  const { predictor } = readModel(encodeModel(parts, sha256), { sha256, learner: ofModule(logisticNodes) });
  const rng = new Rng(3);
  const x = Float32Array.from({ length: 400 }, () => rng.nextGaussian());
  for (const each of [parts.predictor, predictor]) {
    const predicted = each.predictMany(x, 100);
    expect(predicted).toEqual(predicted.map(Math.fround));
    expect(each.predictOne(x)).toBe(predicted[0]);
  }
});

test('a probability outside [0, 1] is an error of the learner, not an answer', async () => {
  const parts = await partsOf(ofModule(logisticNodes));
  const bytes = encodeModel(parts, sha256);
  const wild: Learner = {
    ...(logisticNodes as Learner),
    decode: (encoded, context) => ({ ...logisticNodes.decode(encoded, context), predictOne: () => 1.5 }),
  };
  const model = readModel(bytes, { sha256, learner: ofModule(wild) });
  expect(() => model.predict(new Float64Array(4))).toThrow(
    new ModelError('MODEL_LEARNER', 'the learner "logistic" predicts 1.5; a probability must be in [0, 1]'),
  );
});
