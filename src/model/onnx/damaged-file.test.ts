import { describe, expect, test } from 'vitest';
import { exportedForest } from '../../../test/golden/golden.ts';
import { probes } from '../../../test/support/onnx-runtime.ts';
import { forestIn, sha256, smallModel } from '../../../test/support/small-model.ts';
import { ModelError, Rng } from '../../core/index.ts';
import { forestNodes } from '../forest/forest-graph.ts';
import type { ForestArrays, MetaModel, ModelParts } from '../index.ts';
import { encodeGraph } from './encode-graph.ts';
import { encodeModel, readModel } from './index.ts';

const decode = (bytes: Uint8Array): MetaModel => readModel(bytes, { sha256 });
const encode = (parts: ModelParts): Uint8Array => encodeModel(parts, sha256);

describe('a file', () => {
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

/** A file with a valid checksum over a body changed by `change`. */
function forged(change: (body: string) => string, parts = smallModel()): Uint8Array {
  const whole = encode(parts);
  const body = Buffer.from(whole.subarray(0, -TRAILER)).toString('latin1');
  const changed = Buffer.from(change(body), 'latin1');
  expect(changed.equals(Buffer.from(body, 'latin1')), 'the forgery changes something').toBe(false);
  return Buffer.concat([changed, whole.subarray(-TRAILER, -64), Buffer.from(sha256(changed))]);
}

/** A file with a valid checksum whose graph has another forest of the same size than the golden vectors were made with. */
function forgedForest(change: Partial<ForestArrays>, parts = smallModel()): Uint8Array {
  const graph = (forest: ForestArrays): string =>
    Buffer.from(encodeGraph({ nodes: forestNodes(forest) }, parts.calibrator, 4).finish()).toString('latin1');
  const [right, wrong] = [graph(forestIn(parts)), graph({ ...forestIn(parts), ...change })];
  expect(wrong.length).toBe(right.length);
  return forged((body) => body.replace(right, () => wrong), parts);
}

describe('a file with a valid checksum', () => {
  test('and another format version is refused with both versions', () => {
    const old = forged((body) => body.replace('ml4t.format_version\x12\x012', 'ml4t.format_version\x12\x010'));
    expect(() => decode(old)).toThrow('format version 0; this program reads versions 1 and 2, so train it again');
  });

  test('and features in another order is refused by its golden vectors', () => {
    const parts = smallModel({ nTrees: 20, maxDepth: 4 });
    const feature = forestIn(parts).feature.map((j) => (j < 0 ? j : [1, 0, 2, 3][j]));
    expect(() => decode(forgedForest({ feature }, parts))).toThrow(
      expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }),
    );
  });

  test('and feature names in another order is refused by its golden vectors', () => {
    const file = forged((body) => body.replace('"volatility","momentum"', '"momentum","volatility"'));
    expect(() => decode(file)).toThrow(expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }));
  });

  test('and another golden result is refused as a mismatch', () => {
    const file = forged((body) =>
      body.replace(/("confidence":\[0\.\d)(\d)/, (_, head: string, digit: string) => head + ((Number(digit) + 1) % 10)),
    );
    expect(() => decode(file)).toThrow(expect.objectContaining({ code: 'MODEL_GOLDEN_MISMATCH' }));
  });

  test('and an unknown feature is refused', () => {
    expect(() => decode(forged((body) => body.replace('"momentum"', '"momentuM"')))).toThrow(
      expect.objectContaining({ code: 'MODEL_SCHEMA' }),
    );
  });

  const forest = forestIn(smallModel());
  test.each<[string, Partial<ForestArrays>, string]>([
    ['a tree with a cycle', { left: forest.left.with(0, 0) }, 'root'],
    ['a child of two parents', { left: forest.left.with(0, 6) }, 'two roots'],
    ['a feature beyond the last', { feature: forest.feature.with(0, 9) }, 'looks at feature 9 of 4'],
    ['a threshold that is not a number', { threshold: forest.threshold.with(0, Number.NaN) }, 'not finite'],
    ['a leaf above 1', { leafValue: forest.leafValue.map((v) => v * 9) }, 'not in [0, 1]'],
    ['leaves that add up to more than 1', { leafValue: forest.leafValue.map((v) => v * 2) }, 'more than 1'],
    ['a negative leaf', { leafValue: forest.leafValue.map((v) => -v) }, 'not in [0, 1]'],
  ])('and %s is refused', (_, change, message) => {
    expect(() => decode(forgedForest(change))).toThrow(ModelError);
    expect(() => decode(forgedForest(change))).toThrow(message);
  });

  test.each<[string, Partial<ModelParts>, string]>([
    [
      'an invalid regime',
      { regime: { calmVariance: 2, turbulentVariance: 1, stayCalm: 0.9, stayTurbulent: 0.9 } },
      'turbulentVariance',
    ],
    [
      'VPIN quantiles that fall',
      { metadata: { ...smallModel().metadata, vpinQuantiles: [0, 0.5, 0.2] } },
      'quantiles do not rise',
    ],
    [
      'a calibrator with a threshold twice',
      { calibrator: { kind: 'isotonic', thresholds: Float32Array.of(0.5, 0.5), values: Float64Array.of(0.3, 0.6) } },
      'threshold twice',
    ],
    ['a feature named twice', { featureNames: ['vpin', 'vpin', 'regime', 'momentum'] }, 'twice'],
    [
      'a feature of the caller that the model does not have',
      { ownFeatures: { names: ['mine'], hash: null } },
      'own_features.names has "mine", which is no feature of the model',
    ],
    ['a hostile name', { featureNames: ['vpin', '<b>', 'regime', 'momentum'] }, 'a feature of the name "<b>"'],
    ['no golden vectors', { goldenInputs: new Float32Array(0) }, 'golden vectors'],
  ])('and %s is refused', (_, change, message) => {
    expect(() => decode(encode({ ...smallModel(), ...change }))).toThrow(message);
  });
});

const SENTENCE = 'the model file is damaged or not a model: ';

test.each([
  ['nothing', new Uint8Array(0), 'it is empty'],
  ['text', Buffer.from('timestamp,open,high,low,close\n'), 'wire type 4 is not one of ONNX'],
  ['a pickle', Buffer.from('8004958e000000000000008c0a6a6f626c69622e', 'hex'), 'field 0 is not one of protobuf'],
  ['zeros', new Uint8Array(1000), 'field 0 is not one of protobuf'],
  ['a huge declared length', Buffer.from('3affffffff0f', 'hex'), 'the bytes are not a protobuf message'],
  ['ten thousand open groups', Buffer.alloc(10_000, 0x3b), 'wire type 3 is not one of ONNX'],
  ['millions of numbers', Buffer.alloc(4_000_002, '0801', 'hex'), 'a message holds more than 2000000 values'],
  ['three hundred properties', Buffer.from(`3a00${'7200'.repeat(300)}`, 'hex'), 'field 14 occurs 300 times'],
])('%s is not a model', (_, bytes, message) => {
  expect(() => decode(bytes)).toThrow(new ModelError('MODEL_CORRUPT', SENTENCE + message));
});

/** Changes a few bytes, each by one bit, after which most text is still readable, or by several. */
function damage(bytes: Uint8Array, rng: Rng): Uint8Array {
  const damaged = bytes.slice();
  const mask = rng.nextInt(2) === 0 ? 1 << rng.nextInt(7) : 1 + rng.nextInt(255);
  for (let i = 0; i < 1 + rng.nextInt(4); i++) damaged[rng.nextInt(damaged.length)] ^= mask;
  return damaged;
}

/** Number of damaged files by outcome: served, or the code of the error. */
function decodeAll(nFiles: number, makeFile: (k: number) => Uint8Array): Map<string, number> {
  const outcomes = new Map<string, number>();
  const { featureNames } = smallModel();
  for (let k = 0; k < nFiles; k++) {
    let outcome = 'served';
    try {
      readModel(makeFile(k), { sha256, featureNames });
    } catch (error) {
      expect(error, `file ${k}`).toBeInstanceOf(ModelError);
      outcome = (error as ModelError).code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return outcomes;
}

test('random damage under a valid checksum gives a ModelError or a model', () => {
  const rng = new Rng(5);
  const whole = encode(smallModel());
  const outcomes = decodeAll(3000, () => {
    const body = damage(whole.subarray(0, -TRAILER), rng);
    return Buffer.concat([body, whole.subarray(-TRAILER, -64), Buffer.from(sha256(body))]);
  });
  for (const code of ['MODEL_CORRUPT', 'MODEL_GOLDEN_MISMATCH', 'MODEL_SCHEMA'])
    expect(outcomes.get(code), `damage with the code ${code} occurs`).toBeGreaterThan(0);
});

test('random damage to a foreign forest, which has no checksum, gives a ModelError or a model', () => {
  const rng = new Rng(6);
  const outcomes = decodeAll(600, (k) => damage(exportedForest(k % 2 === 0 ? 'tensor' : 'zipmap'), rng));
  expect(outcomes.get('MODEL_CORRUPT')).toBeGreaterThan(300);
});
