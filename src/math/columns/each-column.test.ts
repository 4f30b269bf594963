import { expect, test } from 'vitest';
import { eachColumn } from '../index.ts';

test.each([
  [1000, 19, 0, 19],
  [1000, 19, 3, 12],
  [257, 1, 0, 1],
  [5, 9, 4, 4],
  [0, 3, 0, 3],
])('%i rows of %i columns: columns %i to %i, each once and in order', (nRows, nFeatures, first, end) => {
  const x = Float32Array.from({ length: nRows * nFeatures }, (_, i) => i);
  const seen: number[] = [];
  eachColumn(x, nFeatures, first, end, (column, j) => {
    seen.push(j);
    expect(column, `column ${j}`).toEqual(Float32Array.from({ length: nRows }, (_, k) => k * nFeatures + j));
  });
  expect(seen).toEqual(Array.from({ length: end - first }, (_, i) => first + i));
});
