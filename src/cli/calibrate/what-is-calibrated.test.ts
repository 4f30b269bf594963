import { expect, test } from 'vitest';
import { checkAlone, filesOf, renamedProbability } from './what-is-calibrated.ts';

test('the first file is the model, unless probabilities are calibrated', () => {
  expect(filesOf(['m.onnx', 'a.csv', 'b.csv'], {})).toEqual({ modelFile: 'm.onnx', paths: ['a.csv', 'b.csv'] });
  expect(filesOf(['a.csv'], { probability: 'p' })).toEqual({ modelFile: null, paths: ['a.csv'] });
  expect(() => filesOf(['a.csv'], {})).toThrow('the bars must be named behind the model (ml4t calibrate MODEL BARS…)');
});

test('no other input may be named beside a probability', () => {
  checkAlone({ features: ['volatility'] });
  checkAlone({ probability: 'p' });
  for (const name of ['features', 'columns', 'directional'] as const)
    expect(() => checkAlone({ probability: 'p', [name]: ['a', 'b'] })).toThrow(
      `--${name} must be left out with --probability, which is the only input, was "a,b"`,
    );
});

test('its column is read by the name that all roads have', () => {
  expect(renamedProbability({}, { Date: 'timestamp' })).toEqual({ Date: 'timestamp' });
  expect(renamedProbability({ probability: 'p_win' }, { Date: 'timestamp' })).toEqual({
    Date: 'timestamp',
    p_win: 'probability',
  });
  expect(renamedProbability({ probability: 'probability' }, undefined)).toEqual({ probability: 'probability' });
});
