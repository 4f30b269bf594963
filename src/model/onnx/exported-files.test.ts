import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareFile, type ForeignCase, namesOf } from '../../../test/foreign/compare.ts';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { ModelError, Rng } from '../../core/index.ts';
import type { ForeignPredictor } from '../index.ts';
import { decodeModel, encodeModel, readModel } from './index.ts';

const DIRECTORY = fileURLToPath(new URL('../../../test/golden/foreign', import.meta.url));
const { cases } = JSON.parse(readFileSync(`${DIRECTORY}/cases.json`, 'utf8')) as { cases: readonly ForeignCase[] };
const loading = cases.filter(({ refused }) => refused === '');
const bytesOf = ({ name }: ForeignCase): Uint8Array => readFileSync(`${DIRECTORY}/${name}.onnx`);
const read = (each: ForeignCase) => {
  const featureNames = each.tags.includes('names') ? undefined : namesOf(each.n_features);
  return decodeModel(bytesOf(each), { sha256, ...(featureNames && { featureNames }) });
};

test.each(loading)('$name has the probabilities of onnxruntime', (each) => {
  expect(compareFile(DIRECTORY, each)).toMatchObject({ outcome: 'equal', reason: '' });
});

test.each(cases.filter(({ refused }) => refused !== ''))('$name is called what it is: $refused', (each) => {
  expect(compareFile(DIRECTORY, each)).toMatchObject({ outcome: 'refused' });
  expect(() => readModel(bytesOf(each), { sha256, featureNames: namesOf(each.n_features) })).toThrow(
    expect.objectContaining({ code: 'MODEL_KIND', message: expect.not.stringContaining('damaged') }),
  );
});

test.each(loading)('$name stays what it is inside a file of ours, for any runtime', async (each) => {
  const { parts } = read(each);
  const { metadata, vpin, regime, calibrator } = smallModel();
  const rng = new Rng(3);
  const n = each.n_features;
  const x = Float32Array.from({ length: 24 * n }, () => rng.nextGaussian());
  const bytes = encodeModel({ ...parts, metadata, vpin, regime, calibrator, goldenInputs: x }, sha256);
  const { raw_probability: raw } = await runOnnx(bytes, x, 24);
  const model = readModel(bytes, { sha256 });
  expect(model.learnerName).toBe('foreign');
  for (let k = 0; k < 24; k++) {
    const row = x.subarray(k * n, (k + 1) * n);
    expect(Math.abs(model.predict(row).raw - Number(raw.data[k])), `row ${k}`).toBeLessThan(1e-6);
    expect(model.predict(row).raw).toBe(parts.predictor.predictOne(row));
  }
});

test('a file with one input a column names its features, and refuses them in another order', () => {
  const named = cases.find(({ tags }) => tags.includes('names'));
  if (named === undefined) throw new Error('no such file');
  const names = ['volatility', 'momentum', 'spread', 'flow'];
  expect(read(named).parts.featureNames).toEqual(names);
  const turned = { sha256, featureNames: [...names].reverse() };
  expect(() => readModel(bytesOf(named), turned)).toThrow(
    'has the features volatility, momentum, spread, flow in this order',
  );
  expect(readModel(bytesOf(named), { sha256, featureNames: ['a', 'b', 'c', 'd'] }).featureNames).toEqual([
    'a',
    'b',
    'c',
    'd',
  ]);
});

test('what was chosen is said', () => {
  const describes = (name: string): string | undefined => {
    const each = cases.find((other) => other.name === name);
    return each && (read(each).parts.predictor as ForeignPredictor).description;
  };
  expect(describes('lgb-5-31')).toBe(
    'trained elsewhere: TreeEnsembleClassifier; the probability is its output probabilities, class 1 of 0 and 1',
  );
  expect(describes('lgb-regressor-sigmoid')).toContain('taken as that of class 1, which it does not name');
});

describe('a damaged file', () => {
  const small = loading.filter((each) => bytesOf(each).length < 12_000);

  test('gives a ModelError or a model, whatever bytes are changed', () => {
    const rng = new Rng(8);
    const codes = new Set<string>();
    for (const each of small) {
      const whole = bytesOf(each);
      for (let k = 0; k < 40; k++) {
        const damaged = whole.slice(0, k % 8 === 0 ? rng.nextInt(whole.length) : whole.length);
        for (let i = 0; i < 1 + rng.nextInt(3) && damaged.length > 0; i++)
          damaged[rng.nextInt(damaged.length)] ^= 1 << rng.nextInt(8);
        try {
          const model = readModel(damaged, { sha256, featureNames: namesOf(each.n_features) });
          codes.add(predicts(() => model.predict(new Float32Array(each.n_features)).raw));
        } catch (error) {
          expect(error, `${each.name} ${k}`).toBeInstanceOf(ModelError);
          codes.add((error as ModelError).code);
        }
      }
    }
    for (const code of ['MODEL_CORRUPT', 'MODEL_KIND', 'a probability']) expect(codes).toContain(code);
  });
});

function predicts(predict: () => number): string {
  const p = predict();
  return p >= 0 && p <= 1 ? 'a probability' : String(p);
}
