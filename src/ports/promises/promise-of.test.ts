import { expect, test } from 'vitest';
import { promiseOf } from './promise-of.ts';

const text = (fields: object): string => JSON.stringify({ base_rate: 0.37, take: true, ...fields });

test('R is what the promise is in both of its units: 10.5 bp are 0.21 R, so R is 50 bp', () => {
  const { risk, ...rest } = promiseOf(text({ expected_r: 0.21, expected_return_bps: 10.5 }));
  expect(rest).toEqual({ isTaken: true, baseRate: 0.37, expectedR: 0.21 });
  expect(risk).toBeCloseTo(0.005, 15);
  expect(promiseOf(text({ expected_r: -0.1, expected_return_bps: -5 })).risk, 'of a loss').toBeCloseTo(0.005, 15);
});

test.each([
  ['nothing is promised', { expected_r: null, expected_return_bps: null }],
  ['the promise is 0, which tells no R', { expected_r: 0, expected_return_bps: 0 }],
  ['0.1 recorded it', {}],
])('where %s, there is no promise and no R', (_, fields) => {
  expect(promiseOf(text(fields))).toMatchObject({ expectedR: null, risk: null });
});

test('only a take is taken', () => {
  for (const take of [false, null, undefined]) expect(promiseOf(text({ take })).isTaken).toBe(false);
  expect(promiseOf('{}')).toEqual({ isTaken: false, baseRate: null, expectedR: null, risk: null });
});
