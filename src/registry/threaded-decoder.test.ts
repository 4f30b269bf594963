import { expect, test } from 'vitest';
import { sha256, smallModel } from '../../test/support/small-model.ts';
import { ModelError } from '../core/index.ts';
import { encodeModel, readModel } from '../model/onnx/index.ts';
import { threadedDecoder } from './threaded-decoder.ts';

const decode = threadedDecoder();

test('a model read on another thread is the one read here, and answers the same to the bit', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const bytes = encodeModel(smallModel({ seed }), sha256);
    const [here, there] = [readModel(bytes, { sha256 }), await decode(bytes)];
    expect(there.version).toBe(here.version);
    expect(there.metadata).toEqual(here.metadata);
    expect([there.featureNames, there.calibrator, there.regime, there.vpin, there.lastBarTs]).toEqual([
      here.featureNames,
      here.calibrator,
      here.regime,
      here.vpin,
      here.lastBarTs,
    ]);
    for (let k = 0; k < 200; k++) {
      const row = Float64Array.from(here.featureNames, (_, j) => Math.sin(k * 7 + j * 13 + seed) * 3);
      expect(there.predict(row), `seed ${seed}, row ${k}`).toEqual(here.predict(row));
    }
  }
});

test('answers come to those who asked, however many ask at once, and a bad file fails alone', async () => {
  const files = Array.from({ length: 6 }, (_, k) => encodeModel(smallModel({ seed: k + 1 }), sha256));
  const damaged = files[2].slice();
  damaged[damaged.length >> 1] ^= 1;
  const asked = files.map((bytes, k) => decode(k === 2 ? damaged : bytes));
  const answers = await Promise.allSettled(asked);
  for (const [k, answer] of answers.entries()) {
    if (k === 2) expect(answer.status === 'rejected' && answer.reason).toBeInstanceOf(ModelError);
    else expect(answer.status === 'fulfilled' && answer.value.version).toBe(readModel(files[k], { sha256 }).version);
  }
});

test('the bytes stay with the caller', async () => {
  const bytes = encodeModel(smallModel({ seed: 1 }), sha256);
  const before = sha256(bytes);
  await decode(bytes);
  expect(sha256(bytes)).toBe(before);
});
