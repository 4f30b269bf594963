import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { exportedForest, golden } from '../../test/golden/golden.ts';
import { sha256, smallModel } from '../../test/support/small-model.ts';
import { ModelError, Rng } from '../core/index.ts';
import { encodeModel, MetaModel, type ModelParts } from './index.ts';
import { encodeGraph } from './onnx/encode-graph.ts';

const decode = (bytes: Uint8Array): MetaModel => MetaModel.decode(bytes, { sha256 });
const encode = (parts: ModelParts): Uint8Array => encodeModel(parts, sha256);
const FEATURES = ['volatility', 'momentum', 'regime', 'trend_strength'] as const;

/** Seeded rows; every other one with a value exactly on one of the forest's thresholds. */
function probes(parts: Pick<ModelParts, 'forest'>, n: number): Float32Array {
  const { forest } = parts;
  const rng = new Rng(77);
  const x = Float32Array.from({ length: n * forest.nFeatures }, () => rng.nextGaussian() * 1.5);
  for (let k = 0; k < n; k += 2) {
    const node = rng.nextInt(forest.feature.length);
    if (forest.feature[node] >= 0) x[k * forest.nFeatures + forest.feature[node]] = forest.threshold[node];
  }
  return x;
}

async function runOnnx(bytes: Uint8Array, x: Float32Array, n: number): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  return session.run(
    { [session.inputNames[0]]: new Tensor('float32', x, [n, x.length / n]) },
    session.outputNames.filter((name) => name !== 'output_probability'),
  );
}

describe('our file', () => {
  test.each(['identity', 'platt', 'isotonic'] as const)(
    'gives the same probabilities in onnxruntime: %s',
    async (calibrator) => {
      const parts = smallModel({ nTrees: 50, maxDepth: 5, calibrator });
      expect(parts.calibrator.kind).toBe(calibrator);
      const bytes = encode(parts);
      const model = decode(bytes);
      const n = 3000;
      const x = probes(parts, n);
      const { probabilities, raw_probability, label } = await runOnnx(bytes, x, n);
      for (let k = 0; k < n; k++) {
        const { raw, confidence } = model.predict(Float64Array.from(x.subarray(4 * k, 4 * k + 4)));
        expect(raw_probability.data[k], `row ${k}: the float32 sum is exact`).toBe(raw);
        expect(Math.abs(Number(probabilities.data[2 * k + 1]) - confidence), `row ${k}`).toBeLessThan(1e-6);
        expect(Math.abs(Number(probabilities.data[2 * k]) + confidence - 1), `row ${k}`).toBeLessThan(1e-6);
        if (Math.abs(confidence - 0.5) > 1e-6)
          expect(Number(label.data[k]), `row ${k}`).toBe(confidence >= 0.5 ? 1 : 0);
      }
    },
  );

  test('comes back as it went in, and is written the same twice', () => {
    const parts = smallModel();
    const bytes = encode(parts);
    expect(encode(smallModel())).toEqual(bytes);
    const model = decode(bytes);
    const { forest, calibrator, regime, vpin, metadata, featureNames } = model;
    expect({ forest, calibrator, regime, vpin, metadata, featureNames, goldenInputs: parts.goldenInputs }).toEqual(
      parts,
    );
    expect(encode({ ...parts, forest, calibrator, metadata })).toEqual(bytes);
    expect(model.version).toMatch(/^m-[0-9a-f]{16}$/);
    expect(model.lastBarTs).toBe(1_700_000_000_000_000_001n);
  });

  test('with another content has another version', () => {
    const parts = smallModel();
    const other = { ...parts, regime: { ...smallModel().regime, stayCalm: 0.97 } } as ModelParts;
    expect(decode(encode(other)).version).not.toBe(decode(encode(parts)).version);
  });

  test('with any one byte changed is refused, or predicts the same', () => {
    const parts = smallModel();
    const bytes = encode(parts);
    const x = probes(parts, 20);
    const ask = (model: MetaModel): number[] =>
      Array.from({ length: 20 }, (_, k) => model.predict(Float64Array.from(x.subarray(4 * k, 4 * k + 4))).confidence);
    const expected = ask(decode(bytes));
    let refused = 0;
    for (let i = 0; i < bytes.length; i++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const damaged = bytes.slice();
        damaged[i] ^= mask;
        try {
          expect(ask(decode(damaged)), `byte ${i} ^ ${mask}`).toEqual(expected);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          refused++;
        }
      }
    }
    expect(refused).toBe(3 * bytes.length);
  });

  test('cut off at any length is refused', () => {
    const bytes = encode(smallModel());
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.subarray(0, length)), `${length} bytes`).toThrow(ModelError);
    }
  });
});

const TRAILER = 76;

/** A file with a valid checksum over whatever `change` made of its body. */
function forged(change: (body: string) => string, parts = smallModel()): Uint8Array {
  const whole = encode(parts);
  const body = Buffer.from(whole.subarray(0, -TRAILER)).toString('latin1');
  const changed = Buffer.from(change(body), 'latin1');
  expect(changed.equals(Buffer.from(body, 'latin1')), 'the forgery changes something').toBe(false);
  return Buffer.concat([changed, whole.subarray(-TRAILER, -64), Buffer.from(sha256(changed))]);
}

/** A file with a valid checksum whose graph holds another forest of the same size than its golden vectors were made by. */
function forgedForest(change: Partial<ModelParts['forest']>, parts = smallModel()): Uint8Array {
  const graph = (forest: ModelParts['forest']): string =>
    Buffer.from(encodeGraph(forest, parts.calibrator).finish()).toString('latin1');
  const [right, wrong] = [graph(parts.forest), graph({ ...parts.forest, ...change })];
  expect(wrong.length).toBe(right.length);
  return forged((body) => body.replace(right, () => wrong), parts);
}

describe('a file whose checksum is right', () => {
  test('and whose format version is not ours is refused by both versions', () => {
    const old = forged((body) => body.replace('ml4t.format_version\x12\x011', 'ml4t.format_version\x12\x010'));
    expect(() => decode(old)).toThrow('format version 0; this program reads version 1');
  });

  test('and whose features are in another order is caught by its golden vectors', () => {
    const parts = smallModel({ nTrees: 20, maxDepth: 4 });
    const feature = parts.forest.feature.map((j) => (j < 0 ? j : [1, 0, 2, 3][j]));
    expect(() => decode(forgedForest({ feature }, parts))).toThrow(
      expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }),
    );
  });

  test('and whose golden answer is another is refused as such', () => {
    const file = forged((body) =>
      body.replace(/("confidence":\[0\.\d)(\d)/, (_, head: string, digit: string) => head + ((Number(digit) + 1) % 10)),
    );
    expect(() => decode(file)).toThrow(expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }));
  });

  test('and whose feature is unknown is refused', () => {
    expect(() => decode(forged((body) => body.replace('"momentum"', '"momentuM"')))).toThrow(
      'property feature_names.1',
    );
  });

  const { forest } = smallModel();
  test.each<[string, Partial<ModelParts['forest']>, string]>([
    ['a tree with a cycle', { left: forest.left.with(0, 0) }, 'root'],
    ['a child of two parents', { left: forest.left.with(0, 6) }, 'two roots'],
    ['a feature beyond the last', { feature: forest.feature.with(0, 9) }, 'looks at feature 9 of 4'],
    ['a threshold that is not a number', { threshold: forest.threshold.with(0, Number.NaN) }, 'not finite'],
    ['a leaf above 1', { leafValue: forest.leafValue.map((v) => v * 9) }, 'not in [0, 1]'],
    ['leaves that add up to more than 1', { leafValue: forest.leafValue.map((v) => v * 2) }, 'more than 1'],
    ['a negative leaf', { leafValue: forest.leafValue.map((v) => -v) }, 'not in [0, 1]'],
  ])('and that holds %s is refused', (_, change, message) => {
    expect(() => decode(forgedForest(change))).toThrow(ModelError);
    expect(() => decode(forgedForest(change))).toThrow(message);
  });

  test.each<[string, Partial<ModelParts>, string]>([
    [
      'a regime that is none',
      { regime: { calmVariance: 2, turbulentVariance: 1, stayCalm: 0.9, stayTurbulent: 0.9 } },
      'turbulentVariance',
    ],
    ['a feature named twice', { featureNames: ['vpin', 'vpin', 'regime', 'momentum'] }, 'twice'],
    ['no golden vectors', { goldenInputs: new Float32Array(0) }, 'golden vectors'],
  ])('and that holds %s is refused', (_, change, message) => {
    expect(() => decode(encode({ ...smallModel(), ...change }))).toThrow(message);
  });
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['text', Buffer.from('timestamp,open,high,low,close\n')],
  ['a pickle', Buffer.from('8004958e000000000000008c0a6a6f626c69622e', 'hex')],
  ['zeros', new Uint8Array(1000)],
  ['a huge declared length', Buffer.from('3affffffff0f', 'hex')],
  ['ten thousand open groups', Buffer.alloc(10_000, 0x3b)],
])('%s is no model', (_, bytes) => {
  expect(() => decode(bytes)).toThrow(ModelError);
});

test('random damage never breaks the reader itself', () => {
  const bytes = encode(smallModel());
  const rng = new Rng(5);
  for (let k = 0; k < 2000; k++) {
    const damaged = bytes.slice(0, bytes.length - (k % 2 === 0 ? 76 : 0)); // half without a checksum, so that all is parsed
    for (let i = 0; i < 1 + rng.nextInt(8); i++) damaged[rng.nextInt(damaged.length)] = rng.nextInt(256);
    try {
      MetaModel.decode(damaged, { sha256, featureNames: FEATURES });
    } catch (error) {
      expect(error, `case ${k}`).toBeInstanceOf(ModelError);
    }
  }
});

describe('a forest of scikit-learn exported by skl2onnx', () => {
  test.each(['zipmap', 'tensor'] as const)('loads and gives scikit-learn’s probabilities (%s)', async (kind) => {
    const bytes = exportedForest(kind);
    const model = MetaModel.decode(bytes, { sha256, featureNames: FEATURES });
    const { inputs, probability } = golden.exported_forest;
    inputs.forEach((row, k) => {
      expect(Math.abs(model.predict(Float64Array.from(row)).confidence - probability[k]), `row ${k}`).toBeLessThan(
        1e-6,
      );
    });
    expect(model.metadata.training.verdict).toBe('unknown');
    expect(model.calibrator.kind).toBe('identity');
    if (kind === 'zipmap') return; // maps have no place in the runtime's JavaScript
    const { probabilities } = await runOnnx(bytes, Float32Array.from(inputs.flat()), inputs.length);
    inputs.forEach((row, k) => {
      expect(
        Math.abs(Number(probabilities.data[2 * k + 1]) - model.predict(Float64Array.from(row)).confidence),
      ).toBeLessThan(1e-6);
    });
  });

  test('does not name its features, so somebody must', () => {
    expect(() => decode(exportedForest('tensor'))).toThrow('name them in order with --features a,b,c');
    const three = () => MetaModel.decode(exportedForest('tensor'), { sha256, featureNames: FEATURES.slice(1) });
    expect(three).toThrow('the forest takes 4 features, 3 were named');
  });
});

test('toxicity has its percentile among the training windows', () => {
  const model = decode(encode(smallModel()));
  expect([-1, 0, 0.1, 0.2, 0.35, 1, 2].map((v) => model.toxicityPercentile(v))).toEqual(
    [0, 0, 1 / 6, 1 / 3, 1 / 2, 1, 1].map((share) => expect.closeTo(share, 12)),
  );
});
